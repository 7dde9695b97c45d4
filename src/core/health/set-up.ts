/** What is known of a run's problems before the first step. */
import { comparableText } from '../comparable-text.ts'
import { type Problem, problemText } from '../problem.ts'
import type { HealthFinding } from './findings.ts'

export interface ProblemSplit {
  /** `train`, `validation`, `test`. */
  readonly name: string
  readonly path: string
  /** The file ships with Baton. */
  readonly isShipped: boolean
  readonly problems: readonly Problem[]
}

export interface RunSetUp {
  readonly train: ProblemSplit
  /** What the policy is measured on; a split of the name `train` says that it is meant to be the training problems. */
  readonly measured: readonly ProblemSplit[]
  readonly problemsPerStep: number
}

export function setUpFindings({ train, measured, problemsPerStep }: RunSetUp): HealthFinding[] {
  const texts = new Set(train.problems.map(textOf))
  const others = measured.filter(({ name }) => name !== train.name)
  const shared = others.map(({ problems }) => sharedProblems(train.problems, problems).length)
  const findings: HealthFinding[] = []
  if (shared.some((count) => count > 0)) {
    const facts = {
      shared: sumOf(shared),
      measured: sumOf(others.map(({ problems }) => problems.length)),
      splits: others.flatMap(({ name }, i) => (shared[i] === 0 ? [] : [name])),
    }
    findings.push({ code: 'shared-problems', level: 'warning', facts })
  }
  const shipped = others.filter(({ isShipped }) => isShipped).map(({ path }) => path)
  if (!train.isShipped && shipped.length > 0) {
    findings.push({ code: 'validation-default', level: 'warning', facts: { train: train.path, measured: shipped } })
  }
  if (texts.size > 0 && texts.size < problemsPerStep) {
    const level = texts.size === 1 ? 'warning' : 'note'
    findings.push({ code: 'few-training-problems', level, facts: { problems: texts.size, problemsPerStep } })
  }
  return findings
}

/** Those of `measured` that are in `train` too, by their text. */
export function sharedProblems(train: readonly Problem[], measured: readonly Problem[]): Problem[] {
  const texts = new Set(train.map(textOf))
  return measured.filter((problem) => texts.has(textOf(problem)))
}

function textOf(problem: Problem): string {
  return comparableText(problemText(problem))
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
