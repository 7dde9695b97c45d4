/** Random and all plans: warm-start material, and the search space of the best fixed workflow per problem type. */
import type { ProblemType } from '../../core/problem.ts'
import type { Rng } from '../../core/random.ts'
import { operatorNamed } from '../contract/index.ts'
import type { CustomInstruction, Generator, Plan, PlanNode } from './plan.ts'

const instructions: readonly CustomInstruction[] = ['direct', 'stepwise', 'checked', 'code']

function randomGenerator(rng: Rng): Generator {
  const operator = rng.pick(['Custom', 'AnswerGenerate', 'Programmer'] as const)
  if (operator === 'Custom') return { operator, key: 'response', instruction: rng.pick(instructions) }
  if (operator === 'AnswerGenerate') return { operator, key: 'answer' }
  return { operator, key: rng.pick(['code', 'output'] as const) }
}

/**
 * A random plan, drawn blind to the problem type: half have one generator, a quarter two or three different ones, a
 * quarter three or five runs of one; then up to two of Test and Review with Revise. At most seven operator calls written.
 */
export function randomPlan(rng: Rng): Plan {
  const nodes: PlanNode[] = []
  const shape = rng.next()
  if (shape < 0.5) nodes.push({ kind: 'generate', generator: randomGenerator(rng), times: 1 })
  else if (shape < 0.75) {
    const count = rng.next() < 0.7 ? 2 : 3
    for (let i = 0; i < count; i++) nodes.push({ kind: 'generate', generator: randomGenerator(rng), times: 1 })
    nodes.push({ kind: 'ensemble' })
  } else {
    nodes.push({ kind: 'generate', generator: randomGenerator(rng), times: rng.pick([3, 5]) }, { kind: 'ensemble' })
  }
  for (let i = 0; i < 2; i++) {
    const draw = rng.next()
    if (draw < 0.28) nodes.push({ kind: 'test' })
    else if (draw < 0.5) nodes.push({ kind: 'revise' })
  }
  return nodes
}

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
