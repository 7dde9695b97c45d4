/**
 * What the policy writes for problems of each source (a family of the shipped problems, a dataset): which operators, and
 * the commonest workflow. Within one problem type, sources that get different workflows show that the policy reads the
 * problem. Read from the rollouts of two evaluations.
 */
import type { RolloutRecord } from '../core/records.ts'
import { traceOf } from './rollout-trace.ts'

export interface Choices {
  /** The commonest row of operators as they were called: `AnswerGenerate x3, ScEnsemble`; '' where none was called. */
  readonly workflow: string
  /** Of all workflows for these problems. */
  readonly share: number
  /** `operator -> share` of the workflows that call it. */
  readonly operators: Readonly<Record<string, number>>
  /** Right answers, and answers with a verdict. */
  readonly correct: number
  readonly scored: number
}

export interface SourceChoices {
  readonly source: string
  readonly type: string
  readonly problems: number
  readonly before: Choices | null
  readonly after: Choices | null
}

/** @returns sources by type, those that are treated alike after the training beside each other. */
export function choicesBySource(before: readonly RolloutRecord[], after: readonly RolloutRecord[]): SourceChoices[] {
  const key = ({ problemType, source }: RolloutRecord): string => JSON.stringify([problemType, source])
  const [first, last] = [Map.groupBy(before, key), Map.groupBy(after, key)]
  const rows = [...new Set([...first.keys(), ...last.keys()])].map((name): SourceChoices => {
    const [type, source] = JSON.parse(name) as [string, string]
    const [own, then] = [first.get(name) ?? [], last.get(name) ?? []]
    const problems = new Set([...own, ...then].map(({ problemId }) => problemId)).size
    return { source, type, problems, before: choicesOf(own), after: choicesOf(then) }
  })
  const order = ({ type, source, before: own, after: then }: SourceChoices): string =>
    [type, (then ?? own)?.workflow, source].join('\n')
  return rows.sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

function choicesOf(rollouts: readonly RolloutRecord[]): Choices | null {
  if (rollouts.length === 0) return null
  const called = rollouts.map((rollout) => traceOf(rollout).operators.map(({ operator }) => operator))
  const workflows = Map.groupBy(called.map(workflowName), (name) => name)
  const [[workflow, alike]] = [...workflows].sort((a, b) => b[1].length - a[1].length) as [[string, string[]]]
  const names = [...new Set(called.flat())].sort()
  const scores = rollouts.map(({ score }) => score).filter((score) => score.kind === 'scored')
  return {
    workflow,
    share: alike.length / rollouts.length,
    operators: Object.fromEntries(
      names.map((name) => [name, called.filter((list) => list.includes(name)).length / rollouts.length]),
    ),
    correct: scores.filter(({ isCorrect }) => isCorrect).length,
    scored: scores.length,
  }
}

/** `['A', 'A', 'B']` -> `A x2, B`. */
function workflowName(called: readonly string[]): string {
  const runs: { name: string; times: number }[] = []
  for (const name of called) {
    const last = runs.at(-1)
    if (last?.name === name) last.times += 1
    else runs.push({ name, times: 1 })
  }
  return runs.map(({ name, times }) => (times === 1 ? name : `${name} x${times}`)).join(', ')
}
