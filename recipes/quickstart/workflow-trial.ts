/** The trial behind the table of best workflows: every sensible workflow on training problems of each kind. */
import type { Problem } from '../../src/core/problem.ts'
import type { Environment } from '../../src/training/index.ts'
import { type FoundWorkflows, meanReward, searchFixedWorkflows, type WorkflowTable } from '../../src/workflows/index.ts'

type Group = WorkflowTable['groups'][number]

export interface WorkflowTrial {
  readonly environment: Environment
  /** Training problems only. */
  readonly problems: readonly Problem[]
  /** Problems of one profile and difficulty are tried together: what decides which workflow fits. */
  readonly profileOf: (problem: Problem) => string
  /** Attempts at each problem, each with draws of its own. */
  readonly repeats: number
  readonly finalists: number
  readonly seed: number
  readonly concurrency: number
  readonly signal: AbortSignal
}

/**
 * Yields group after group, in alphabetical order.
 * @param known groups that need no trial.
 */
export async function* tryWorkflows(trial: WorkflowTrial, known: readonly Group[] = []): AsyncGenerator<Group> {
  const { problems, profileOf, repeats, ...search } = trial
  const groups = Map.groupBy(problems, (each) => `${each.type} ${profileOf(each)} ${each.difficulty}`)
  for (const [name, own] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const finished = known.find((group) => group.name === name)
    if (finished !== undefined) {
      yield finished
      continue
    }
    // Draws are keyed by the problem's id: another id is another draw of the same problem.
    const drawn = own.flatMap((problem) =>
      Array.from({ length: repeats }, (_, i) => (i === 0 ? problem : { ...problem, id: `${problem.id}#${i + 1}` })),
    )
    const [found] = await searchFixedWorkflows({ ...search, problems: drawn, groupOf: () => name })
    if (found !== undefined) yield groupOf(found, own)
  }
}

function groupOf({ group, best, results, rounds }: FoundWorkflows, problems: readonly Problem[]): Group {
  const finalists = results.slice(0, rounds.at(-1)?.candidates).filter(({ scored }) => scored > 0)
  return {
    name: group,
    families: [...new Set(problems.map(({ source }) => source))].sort(),
    difficulty: (problems[0] as Problem).difficulty,
    problems: problems.length,
    candidates: results.length,
    finalists: finalists.map((standing) => ({
      workflow: standing.name,
      attempts: standing.scored,
      accuracy: rounded(standing.correct / standing.scored),
      reward: rounded(meanReward(standing)),
      calls: rounded(standing.calls / standing.attempts),
    })),
    program: best.program,
  }
}

function rounded(value: number): number {
  return Number(value.toFixed(4))
}
