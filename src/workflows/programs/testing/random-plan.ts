/** Random plans, for tests of what must hold for every plan. */
import type { Rng } from '../../../core/random.ts'
import type { CustomInstruction, Generator, Plan, PlanNode } from '../plan.ts'

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
