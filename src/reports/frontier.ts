/**
 * Accuracy against calls: the policy, before and after, compared with what fixed workflows reach. The frontier of fixed
 * workflows is made of evaluations of single workflows on the problems of one type; every way of taking one per type,
 * or of drawing between two, is under the hull. Only evaluations on the same split are compared.
 */
import type { Rate } from '../core/clustered-rate.ts'
import { bestFixedLabel, fixedOverallLabel, frontierTypeOf, oracleLabel } from '../core/evaluation-labels.ts'
import { type AboveHull, aboveHull, type FrontierGroup, type ProblemCosts } from '../core/frontier.ts'
import { randomFor } from '../core/random.ts'
import type { Decoding, EvaluationRecord, SearchedWorkflow } from '../core/records.ts'
import { type EvaluationRow, evaluationRow } from './evaluation-row.ts'
import type { Compared } from './results.ts'

export interface FrontierRow extends Pick<EvaluationRow, 'label' | 'name' | 'step' | 'decoding'> {
  readonly calls: number
  readonly accuracy: Rate
}

/** One fixed workflow on the problems of its type. */
export interface FrontierPart {
  readonly type: string
  readonly workflow: string
  readonly calls: number
  readonly accuracy: Rate
}

export interface Frontier {
  /** Vertices, fewest calls first. Means of a problem. */
  readonly hull: readonly { readonly calls: number; readonly accuracy: number }[]
  /** Fixed workflows and the oracle first, then the policy: warm start, trained, each in its decodings. */
  readonly rows: readonly FrontierRow[]
  /** The latest policy minus the hull at its calls, for each decoding that was measured. */
  readonly against: readonly (AboveHull & { readonly decoding: Decoding; readonly label: string })[]
  readonly parts: readonly FrontierPart[]
}

interface FrontierInput {
  readonly evaluations: readonly EvaluationRecord[]
  readonly compared: readonly Compared[]
  readonly searched: readonly SearchedWorkflow[]
  /** Of the run: seeds the bootstrap. */
  readonly seed: number
}

/** @returns null where no frontier was measured on the split of the latest policy. */
export function frontierOf({ evaluations, compared, searched, seed }: FrontierInput): Frontier | null {
  const split = compared[0]?.latest?.split ?? compared[0]?.before?.split
  const own = evaluations.filter((item) => item.split === split)
  const parts = own.filter(({ label }) => frontierTypeOf(label) !== null)
  if (parts.length === 0) return null
  const policies = compared.map(({ before }) => before).concat(compared.map(({ latest }) => latest))
  const fixed = [fixedOverallLabel, bestFixedLabel, oracleLabel].map((label) =>
    own.find((item) => item.label === label),
  )
  const shown = [...fixed, ...policies].filter((item) => item !== undefined && item.split === split)
  const against = compared.flatMap(({ latest, decoding }) => {
    const above =
      latest === undefined ? null : aboveHull(groupsOf(latest, parts), randomFor('frontier', seed, decoding))
    return above === null || latest === undefined ? [] : [{ ...above, decoding, label: latest.label }]
  })
  return {
    hull: hullOf(parts, against).map(({ cost, value }) => ({ calls: cost, accuracy: value })),
    rows: [...new Set(shown)].flatMap((item) => (item === undefined ? [] : frontierRow(item))),
    against,
    parts: parts.flatMap((part): FrontierPart[] => {
      const workflow = searched.find(({ label }) => label === part.label)?.name ?? part.label
      const type = frontierTypeOf(part.label) ?? ''
      return frontierRow(part).map(({ calls, accuracy }) => ({ type, workflow, calls, accuracy }))
    }),
  }
}

function frontierRow(record: EvaluationRecord): FrontierRow[] {
  const { label, name, step, decoding, all, callsPerProblem } = evaluationRow(record)
  return callsPerProblem === null ? [] : [{ label, name, step, decoding, calls: callsPerProblem, accuracy: all }]
}

/** That of the comparison; before there is a policy to compare, that of the parts alone. */
function hullOf(parts: readonly EvaluationRecord[], against: Frontier['against']): AboveHull['hull'] {
  const [first] = against
  if (first !== undefined) return first.hull
  const [part] = parts
  if (part === undefined) return []
  const everywhere = {
    ...part,
    outcomes: [...new Map(parts.map((item) => [frontierTypeOf(item.label), item])).values()].flatMap(
      ({ outcomes }) => outcomes,
    ),
  }
  return aboveHull(groupsOf(everywhere, parts), randomFor('frontier'), 1)?.hull ?? []
}

/** The problems of each type that the policy and all its type's fixed workflows have a verdict and a count of calls on. */
function groupsOf(policy: EvaluationRecord, parts: readonly EvaluationRecord[]): FrontierGroup[] {
  const own = byProblem(policy)
  const types = [...new Set(parts.map(({ label }) => frontierTypeOf(label)))]
  return types.map((type) => {
    const options = parts.filter(({ label }) => frontierTypeOf(label) === type).map(byProblem)
    const shared = [...own.keys()].filter((id) => options.every((option) => option.has(id)))
    const pick = (means: ReadonlyMap<string, Mean>): ProblemCosts => ({
      costs: shared.map((id) => (means.get(id) as Mean).calls),
      values: shared.map((id) => (means.get(id) as Mean).right),
    })
    return { own: pick(own), options: options.map(pick) }
  })
}

interface Mean {
  readonly calls: number
  readonly right: number
}

/** Mean over the samples of each problem; problems without a verdict or a count are left out. */
function byProblem({ outcomes }: EvaluationRecord): Map<string, Mean> {
  const known = outcomes.flatMap(({ problemId, isCorrect, llmCalls }) =>
    isCorrect === null || llmCalls === null ? [] : [{ problemId, right: isCorrect ? 1 : 0, calls: llmCalls }],
  )
  const means = new Map<string, Mean>()
  for (const [id, samples] of Map.groupBy(known, ({ problemId }) => problemId)) {
    const mean = (read: (sample: (typeof samples)[number]) => number): number =>
      samples.reduce((sum, sample) => sum + read(sample), 0) / samples.length
    means.set(id, { calls: mean(({ calls }) => calls), right: mean(({ right }) => right) })
  }
  return means
}
