/** The plans of a moderate size: the search space of the best fixed workflow per problem type. */
import type { ProblemType } from '../../core/problem.ts'
import { operatorNamed } from '../contract/index.ts'
import type { Generator, Plan, PlanNode } from './plan.ts'

/** Every plan of a moderate size that makes sense for the type: right keys, only operators the type allows, no repeats in the tail. */
export function enumeratePlans(type: ProblemType): Plan[] {
  const isCode = type === 'code'
  const direct: Generator = { operator: 'Custom', key: 'response', instruction: isCode ? 'code' : 'direct' }
  const stepwise: Generator = { operator: 'Custom', key: 'response', instruction: 'stepwise' }
  const reasoned: Generator = { operator: 'AnswerGenerate', key: 'answer' }
  const programmed: Generator = { operator: 'Programmer', key: isCode ? 'code' : 'output' }
  const generators = isCode ? [direct, reasoned, programmed] : [direct, stepwise, reasoned, programmed]
  const once = (generator: Generator): PlanNode => ({ kind: 'generate', generator, times: 1 })
  const ensemble: PlanNode = { kind: 'ensemble' }
  const heads: Plan[] = [
    ...generators.map((generator) => [once(generator)]),
    ...generators.flatMap((generator) =>
      [3, 5].map((times): Plan => [{ kind: 'generate', generator, times }, ensemble]),
    ),
    [once(reasoned), once(programmed), ensemble],
    [once(direct), once(reasoned), once(programmed), ensemble],
    [
      { kind: 'generate', generator: reasoned, times: 3 },
      { kind: 'generate', generator: programmed, times: 2 },
      ensemble,
    ],
    [{ kind: 'generate', generator: programmed, times: 3 }, once(reasoned), ensemble],
  ]
  const test: PlanNode = { kind: 'test' }
  const revise: PlanNode = { kind: 'revise' }
  const tails: Plan[] = isAllowed([test], type)
    ? [[], [revise], [test], [revise, test], [test, revise]]
    : [[], [revise]]
  return heads.flatMap((head) => tails.map((tail) => [...head, ...tail]))
}

/** What `enumeratePlans` has for any of the types, as far as all of them allow it: candidates for a mix of problems. */
export function candidatePlans(types: readonly ProblemType[]): Plan[] {
  const plans = new Map(types.flatMap(enumeratePlans).map((plan) => [JSON.stringify(plan), plan]))
  return [...plans.values()].filter((plan) => types.every((type) => isAllowed(plan, type)))
}

function isAllowed(plan: Plan, type: ProblemType): boolean {
  const mayTest = operatorNamed('Test')?.problemTypes.includes(type) ?? false
  return mayTest || plan.every((node) => node.kind !== 'test')
}
