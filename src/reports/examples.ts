/**
 * Which workflows a report shows: the best and the worst, the problem types in turn, no program and no problem twice. Of
 * rollouts that are all of one problem, each is shown: there the reader asks for the group.
 */
import type { RolloutRecord } from '../core/records.ts'

export interface WorkflowExample {
  readonly rollout: RolloutRecord
  readonly reward: number
}

export interface Extremes {
  readonly best: readonly WorkflowExample[]
  readonly worst: readonly WorkflowExample[]
}

/** Among equal rewards the latest step comes first: it shows what the policy writes now. */
export function extremesOf(rollouts: readonly RolloutRecord[], count: number): Extremes {
  const scored = rollouts.flatMap((rollout) =>
    rollout.score.kind === 'scored' ? [{ rollout, reward: rollout.score.reward }] : [],
  )
  const latest = (a: WorkflowExample, b: WorkflowExample): number =>
    b.rollout.step - a.rollout.step || a.rollout.position - b.rollout.position || a.rollout.rollout - b.rollout.rollout
  return {
    best: inTurn(
      [...scored].sort((a, b) => b.reward - a.reward || latest(a, b)),
      count,
    ),
    worst: inTurn(
      [...scored].sort((a, b) => a.reward - b.reward || latest(a, b)),
      count,
    ),
  }
}

/** One of each type, then a second of each, and so on. */
function inTurn(sorted: readonly WorkflowExample[], count: number): WorkflowExample[] {
  const byType = new Map<string, WorkflowExample[]>()
  for (const example of distinct(sorted)) {
    const { problemType } = example.rollout
    const list = byType.get(problemType) ?? []
    byType.set(problemType, list)
    if (list.length < count) list.push(example)
  }
  const types = [...byType.keys()].sort()
  const turns = Array.from({ length: count }, (_, turn) => types.flatMap((type) => byType.get(type)?.[turn] ?? []))
  return turns.flat().slice(0, count)
}

function* distinct(examples: readonly WorkflowExample[]): Generator<WorkflowExample> {
  if (examples.every(({ rollout }) => rollout.problemId === examples[0]?.rollout.problemId)) {
    yield* examples
    return
  }
  const seen = new Set<string>()
  for (const example of examples) {
    const { problemType, problemId, text } = example.rollout
    const program = `${problemType}\n${text}`
    if (seen.has(program) || seen.has(problemId)) continue
    seen.add(program).add(problemId)
    yield example
  }
}
