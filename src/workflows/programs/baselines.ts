/** Fixed workflows: the fallback for a program that cannot run, and the baselines to compare with. */
import type { ProblemType } from '../../core/problem.ts'
import type { Generator, Plan } from './plan.ts'
import { writeProgram } from './write-program.ts'

const reasoned: Generator = { operator: 'AnswerGenerate', key: 'answer' }
const programmed = (type: ProblemType): Generator => ({
  operator: 'Programmer',
  key: type === 'code' ? 'code' : 'output',
})
const direct = (type: ProblemType): Generator => ({
  operator: 'Custom',
  key: 'response',
  instruction: type === 'code' ? 'code' : 'direct',
})
const once = (generator: Generator): Plan => [{ kind: 'generate', generator, times: 1 }]

export type BaselineName = 'io' | 'cot' | 'cot-sc-5' | 'programmer' | 'programmer-test' | 'self-refine'

export interface Baseline {
  readonly name: BaselineName
  readonly title: string
  /** null where the baseline is not for the type. */
  plan(type: ProblemType): Plan | null
}

export const baselines: readonly Baseline[] = [
  { name: 'io', title: 'Direct answer', plan: (type) => once(direct(type)) },
  { name: 'cot', title: 'Chain of thought', plan: () => once(reasoned) },
  {
    name: 'cot-sc-5',
    title: 'Self-consistency of 5',
    plan: () => [{ kind: 'generate', generator: reasoned, times: 5 }, { kind: 'ensemble' }],
  },
  { name: 'programmer', title: 'Programmer', plan: (type) => once(programmed(type)) },
  {
    name: 'programmer-test',
    title: 'Programmer, then Test',
    plan: (type) => (type === 'code' ? [...once(programmed(type)), { kind: 'test' }] : null),
  },
  { name: 'self-refine', title: 'Self-refine', plan: () => [...once(reasoned), { kind: 'revise' }] },
]

/** @returns null where the baseline is not for the type. */
export function baselineProgram(name: BaselineName, type: ProblemType): string | null {
  const plan = baselines.find((baseline) => baseline.name === name)?.plan(type) ?? null
  return plan === null ? null : writeProgram(plan)
}

/** One AnswerGenerate, or one Programmer for code: valid, cheap, and never credited to the policy. */
export function fallbackProgram(type: ProblemType): string {
  return writeProgram(once(type === 'code' ? programmed(type) : reasoned))
}
