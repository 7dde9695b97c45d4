/**
 * The noisy experts whose programs the warm start imitates. An expert knows rules of thumb, not the executor: it never
 * sees a skill table, an execution or a reward. It knows which key of an operator's result holds an answer. Most of its
 * choices of operators are drawn blind (`randomPlan`); some are the best of a few by the rules of thumb below. So the
 * warm start writes valid programs, leans a little towards what suits a problem type, and leaves what works best to be
 * found by training.
 */
import type { Problem, ProblemType } from '../../src/core/problem.ts'
import type { Rng } from '../../src/core/random.ts'
import { type Plan, randomPlan } from '../../src/workflows/programs/index.ts'

export interface ExpertNoise {
  /** Share of programs that are chosen with care; the rest are random. */
  readonly careRate: number
  /** How many random programs a careful expert compares. */
  readonly candidates: number
  /** Standard deviation of the error with which it judges each, in points of the rules of thumb. */
  readonly judgementNoise: number
}

export const expertNoise: ExpertNoise = { careRate: 0.35, candidates: 5, judgementNoise: 1 }

export function expertPlan(problem: Problem, noise: ExpertNoise, rng: Rng): Plan {
  const drawn = (): Plan => readRight(randomPlan(rng), problem.type)
  if (rng.next() >= noise.careRate) return drawn()
  const judged = Array.from({ length: noise.candidates }, () => {
    const plan = drawn()
    return { plan, merit: ruleOfThumb(plan, problem.type) + rng.normal() * noise.judgementNoise }
  })
  return judged.reduce((best, next) => (next.merit > best.merit ? next : best)).plan
}

/** A program's text answers a code problem, its output any other: no expert takes one for the other. */
function readRight(plan: Plan, type: ProblemType): Plan {
  const key = type === 'code' ? 'code' : 'output'
  return plan.map((node) =>
    node.kind === 'generate' && node.generator.operator === 'Programmer'
      ? { ...node, generator: { operator: 'Programmer', key } }
      : node,
  )
}

/** What any practitioner would say: programs compute, tests belong to code, several answers and a second look help a bit. */
function ruleOfThumb(plan: Plan, type: ProblemType): number {
  let merit = 0
  for (const node of plan) {
    if (node.kind === 'generate') {
      const { operator } = node.generator
      if (operator === 'Programmer') merit += type === 'qa' ? -1 : 1
      if (operator === 'AnswerGenerate' && type !== 'code') merit += 0.5
    }
    if (node.kind === 'ensemble') merit += 0.5
    if (node.kind === 'revise') merit += 0.5
    if (node.kind === 'test') merit += type === 'code' ? 2 : -3
  }
  return merit
}
