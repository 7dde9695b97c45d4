/**
 * What a composition pays in situations that every training meets, before the first step. It refuses a composition that
 * pays for a fallback or an empty answer as if it were one, or does not pay for right answers; it says when fines drown
 * correctness, and by how much.
 */
import { deviationOf } from '../../core/moments.ts'
import type { Score } from '../../core/reward.ts'
import type { RewardComposition, RewardInput } from '../compositions/index.ts'
import {
  type AuditPlace,
  answer,
  auditTypes,
  empty,
  type Fine,
  failed,
  failures,
  fallback,
  fined,
  fines,
  forms,
  type ProgramForm,
  type RolloutFailure,
} from './situations.ts'

export type Situation =
  | 'right'
  | 'wrong'
  | 'right-rich'
  | 'wrong-rich'
  | `right-${Fine}`
  | RolloutFailure
  | 'empty'
  | 'fallback'

export interface AuditRow {
  readonly situation: Situation
  readonly reward: number
}

/** Of the problem type and step at which the composition does worst. */
export interface RewardAudit {
  readonly composition: string
  readonly type: AuditPlace['type']
  readonly step: number
  readonly rows: readonly AuditRow[]
  /** What a right answer is worth more than a wrong one of the same form, at best. */
  readonly gap: number
  /** The dearest fine: by how much a rollout is worth less for something other than its answer. */
  readonly fine: number
  readonly finedBy: Situation
  /** `fine` over `gap`: from 1 on a fine outweighs being right. */
  readonly ratio: number
  /** The gap in standard deviations of a group with three right, three wrong and two failed rollouts. */
  readonly gapDeviations: number
  readonly refusals: readonly AuditRefusal[]
  readonly warnings: readonly AuditWarning[]
}

export type AuditRefusal =
  /** It pays more than a wrong answer of the policy's own program, or counts as correct. */
  | { readonly kind: 'fallback-earns' | 'empty-earns'; readonly reward: number; readonly wrong: number }
  | { readonly kind: 'right-earns-nothing'; readonly right: number; readonly wrong: number }
  | { readonly kind: 'reward-fails'; readonly situation: Situation; readonly message: string }

export type AuditWarning =
  | { readonly kind: 'fines-drown' }
  /** A wrong answer in a rich program earns as much as a right one in a plain program, or more. */
  | { readonly kind: 'form-beats-right'; readonly right: number; readonly wrong: number }

/** @param steps at which it is tried: rewards may change as training goes on. */
export async function auditRewards(
  composition: RewardComposition,
  { steps, signal }: { readonly steps: readonly number[]; readonly signal: AbortSignal },
): Promise<RewardAudit> {
  const audits: RewardAudit[] = []
  for (const step of new Set(steps))
    for (const type of auditTypes) audits.push(await auditAt(composition, { type, step }, signal))
  const gravity = ({ refusals, warnings, ratio }: RewardAudit): number =>
    1e9 * refusals.length + 1e6 * warnings.length + Math.min(1e5, ratio)
  return audits.reduce((worst, audit) => (gravity(audit) > gravity(worst) ? audit : worst))
}

type Payment = Extract<Score, { kind: 'scored' }>

async function auditAt(composition: RewardComposition, place: AuditPlace, signal: AbortSignal): Promise<RewardAudit> {
  const rows: AuditRow[] = []
  const refusals: AuditRefusal[] = []
  const pay = async (situation: Situation, input: RewardInput): Promise<Payment> => {
    const { score } = await composition.compose(input, signal)
    if (score.kind === 'scored') {
      rows.push({ situation, reward: score.reward })
      return score
    }
    refusals.push({ kind: 'reward-fails', situation, message: score.reason })
    return { kind: 'scored', reward: 0, parts: [], isCorrect: false, verdict: 'false', reason: '' }
  }
  const worth = async (situation: Situation, input: RewardInput): Promise<number> =>
    (await pay(situation, input)).reward

  const right = await worth('right', answer(place, true))
  const wrong = await worth('wrong', answer(place, false))
  const rich = await worth('right-rich', answer(place, true, 'rich'))
  const wrongRich = await worth('wrong-rich', answer(place, false, 'rich'))
  const gaps: Readonly<Record<ProgramForm, number>> = { plain: right - wrong, rich: rich - wrongRich }
  const form = forms.reduce((best, one) => (gaps[one] > gaps[best] + 1e-9 ? one : best))
  const best = form === 'plain' ? { right, wrong } : { right: rich, wrong: wrongRich }

  const losses: [Situation, number][] = []
  for (const fine of fines) {
    const reward = await worth(`right-${fine}`, fined(answer(place, true, form), fine))
    losses.push([`right-${fine}`, best.right - reward])
  }
  for (const failure of failures) losses.push([failure, best.wrong - (await worth(failure, failed(place, failure)))])
  for (const [kind, input] of [
    ['empty', empty(place)],
    ['fallback', fallback(place)],
  ] as const) {
    const { reward, isCorrect } = await pay(kind, input)
    if (isCorrect || reward > Math.max(wrong, best.wrong) + 1e-9)
      refusals.push({ kind: `${kind}-earns`, reward, wrong: Math.max(wrong, best.wrong) })
    losses.push([kind, best.wrong - reward])
  }

  const gap = best.right - best.wrong
  if (gap <= 1e-9 && refusals.every(({ kind }) => kind !== 'reward-fails'))
    refusals.push({ kind: 'right-earns-nothing', ...best })
  const [finedBy, fine] = losses.reduce((most, loss) => (loss[1] > most[1] ? loss : most))
  const ratio = gap > 0 ? fine / gap : Number.POSITIVE_INFINITY
  const warnings: AuditWarning[] = []
  if (ratio >= 1 - 1e-9) warnings.push({ kind: 'fines-drown' })
  if (wrongRich >= right - 1e-9) warnings.push({ kind: 'form-beats-right', right, wrong: wrongRich })
  const [unreadable, raised] = (['unreadable', 'raised'] as const).map(
    (name) => rows.find(({ situation }) => situation === name)?.reward ?? 0,
  ) as [number, number]
  const group = [...Array(3).fill(best.right), ...Array(3).fill(best.wrong), unreadable, raised]
  const deviation = deviationOf(group)
  const gapDeviations = deviation === 0 ? 0 : gap / deviation
  return { composition: composition.name, ...place, rows, gap, fine, finedBy, ratio, gapDeviations, refusals, warnings }
}
