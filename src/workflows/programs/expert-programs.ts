/**
 * Sensible workflows for a problem's type, with habits that differ by topic and know nothing of what works: what the
 * shipped policy learned in its warm start, and what any policy can imitate before it is trained.
 */
import type { Problem, ProblemType } from '../../core/problem.ts'
import { type Rng, randomFor } from '../../core/random.ts'
import { enumeratePlans } from './enumerate-plans.ts'
import type { Plan } from './plan.ts'
import { programHead, writeProgram } from './write-program.ts'

/**
 * How much the habits of topics differ: the weight of a workflow is exp(spread * (a + b)), with standard normal a for its
 * generators and b for what follows them, drawn for each topic; 0 means no preference at all. Where habits differ, the
 * policy has to look at the topic before it chooses, and a training can teach it a choice for each topic.
 */
export const habitSpread = 1

/** One generator, once or five times with a vote, then Review and Revise, Test, or nothing. */
function expertPlans(type: ProblemType): Plan[] {
  return enumeratePlans(type).filter((plan) => {
    const generators = plan.filter((node) => node.kind === 'generate')
    const [first] = generators
    if (generators.length !== 1 || first === undefined || first.times === 3) return false
    if (first.generator.operator === 'Custom' && first.generator.instruction === 'stepwise') return false
    return plan.at(-1)?.kind !== 'revise' || plan.every((node) => node.kind !== 'test')
  })
}

/** A comment: what the problem is about, by the name of its family. */
export function topicLine({ source }: Pick<Problem, 'source'>): string {
  return `        # ${source.replace(/^.*\//, '')}\n`
}

export interface Experts {
  /** @returns a program for the problem, by the habits of its topic. */
  draw(problem: Problem, rng: Rng): string
}

interface Habits {
  readonly programs: readonly string[]
  /** As long as `programs`; rises to 1. */
  readonly cumulative: readonly number[]
}

/** @param isOffered which programs the contract at hand allows; default: all. */
export function createExperts(isOffered: (program: string, type: ProblemType) => boolean = () => true): Experts {
  const known = new Map<string, Habits>()
  const habitsOf = (problem: Problem): Habits => {
    const key = `${problem.type} ${problem.source}`
    const habits = known.get(key) ?? habitsFor(problem, isOffered)
    known.set(key, habits)
    return habits
  }
  return {
    draw(problem, rng) {
      const { programs, cumulative } = habitsOf(problem)
      const drawn = rng.next()
      return programs[cumulative.findIndex((edge) => drawn < edge)] ?? (programs.at(-1) as string)
    },
  }
}

function habitsFor(problem: Problem, isOffered: (program: string, type: ProblemType) => boolean): Habits {
  const plans = expertPlans(problem.type).filter((plan) => isOffered(writeProgram(plan), problem.type))
  const preference = (part: Plan): number => randomFor('habit', problem.source, JSON.stringify(part)).normal()
  const weights = plans.map((plan) => {
    const generators = plan.filter(({ kind }) => kind === 'generate')
    return Math.exp(habitSpread * (preference(generators) + preference(plan.slice(generators.length))))
  })
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  const cumulative = weights.map((weight) => {
    sum += weight / total
    return sum
  })
  return { programs: plans.map((plan) => withTopic(writeProgram(plan), problem)), cumulative }
}

/** The topic comes right before the first choice of an operator. */
function withTopic(program: string, problem: Problem): string {
  return `${programHead}${topicLine(problem)}${program.slice(programHead.length)}`
}
