/** Rollouts as the page shows them: found among many, a group side by side, one with its program and trace. */
import { lineDiff } from '../core/line-diff.ts'
import type { RolloutDigest, RolloutPlace, RolloutRecord } from '../core/records.ts'
import { groupsOf } from '../core/rollout-group.ts'
import {
  advantageOptionsOf,
  callersOf,
  failureName,
  type Language,
  traceOf,
  verdictText,
  words,
} from '../reports/index.ts'
import type { RolloutOrder, RolloutSearch, RunReader } from '../runs/index.ts'
import type { FacetsPage, GroupPage, RolloutList, RolloutPageData } from './api.ts'
import type { HeldRun } from './open-runs.ts'
import { graphOf } from './workflow-graph.ts'

export interface RolloutListRequest extends RolloutSearch {
  readonly order: RolloutOrder
  readonly offset: number
  readonly limit: number
}

export function rolloutList({ run }: HeldRun, request: RolloutListRequest): RolloutList {
  const { order, offset, limit, ...search } = request
  const { total, rollouts } = run.searchRollouts(search, { order, offset, limit })
  return { total, rollouts }
}

export function facetsPage(
  { run }: HeldRun,
  { phase, label }: Pick<RolloutSearch, 'phase' | 'label'>,
  language: Language,
): FacetsPage {
  const facets = run.rolloutFacets({ phase, label })
  const named = facets.failures.map(({ value }) => [value, failureName(value, language)])
  return { ...facets, failureNames: Object.fromEntries(named) }
}

/** null where there is none. */
export async function groupPage(
  { run, problems }: HeldRun,
  { phase, label, step, position }: Omit<RolloutPlace, 'rollout'>,
  language: Language,
): Promise<GroupPage | null> {
  const advantages = phase === 'train' ? advantageOptionsOf(run, step) : null
  // Advantages may be scaled by the whole step.
  const digests = run.rolloutDigests({ phase, label, step })
  const group = groupsOf(digests, advantages).find((each) => each.position === position)
  const [first] = group?.members ?? []
  if (group === undefined || first === undefined) return null
  const records = new Map(run.rollouts({ phase, label, step, position }).map((record) => [record.rollout, record]))
  const { members, ...facts } = group
  const places = [...new Set(digests.map((digest) => digest.position))].sort((a, b) => a - b)
  const at = places.indexOf(position)
  return {
    place: { phase, label, step, position },
    previous: places[at - 1] ?? null,
    next: places[at + 1] ?? null,
    problem: await problems.find(first.rollout),
    group: facts,
    advantages,
    members: members.map(({ rollout, derivation }) => {
      const record = records.get(rollout.rollout)
      const trace = record === undefined ? null : traceOf(record)
      return {
        digest: rollout,
        derivation,
        verdict: verdictText(rollout.score, trace?.decidedBy ?? null, words[language]),
        prediction: trace?.prediction ?? null,
        program: trace?.program ?? record?.text ?? null,
        demonstrations: trace?.demonstrations ?? null,
        calls: trace?.operators.map(({ operator }) => operator) ?? [],
      }
    }),
  }
}

/** null where there is none. */
export async function rolloutPage(
  { run, problems }: HeldRun,
  place: RolloutPlace,
  language: Language,
): Promise<RolloutPageData | null> {
  const record = run.findRollout(place)
  if (record === undefined) return null
  const trace = traceOf(record)
  const workflow = record.outcome.environment === 'workflows' ? record.outcome : null
  const diff = trace.program === null ? null : lineDiff(record.text, trace.program)
  return {
    digest: digestOf(run, record),
    problem: await problems.find(record),
    verdict: verdictText(record.score, trace.decidedBy, words[language]),
    failures: record.failures.map((failure) => ({
      ...failure,
      name: failureName(`${failure.boundary}/${failure.code}`, language),
    })),
    stopReason: record.stopReason,
    text: record.text,
    program: trace.program,
    diff: diff?.some(({ kind }) => kind !== 'same') === true ? diff : null,
    repairs: trace.repairs,
    findings: workflow?.findings ?? [],
    demonstrations: trace.demonstrations,
    prediction: trace.prediction,
    callers: callersOf(record, (key) => run.findCall(key)),
    graph: graphOf(record),
    tokens: record.tokens.length,
    durationMs: record.timing.durationMs,
  }
}

function digestOf(run: RunReader, { phase, label, step, position, rollout }: RolloutRecord): RolloutDigest {
  return run.rolloutDigests({ phase, label, step, position, rollout })[0] as RolloutDigest
}
