/**
 * Training sequences of the warm start: the brief prompt of a training problem, then a program that names the problem's
 * topic in a comment. The program is one of the sensible workflows for the problem's type, drawn by the habits of its
 * topic. Habits are random: they know nothing of what works, which is left to the training.
 */
import type { Problem, ProblemType } from '../../src/core/problem.ts'
import { randomFor } from '../../src/core/random.ts'
import type { Tokenizer, TrainingDatum } from '../../src/engines/index.ts'
import {
  canonicalPhrases,
  enumeratePlans,
  type Plan,
  programHead,
  writeProgram,
} from '../../src/workflows/programs/index.ts'
import { briefPromptTail, briefPromptTokens } from '../../src/workflows/prompt/index.ts'
import { makeTokenizer } from './tokenizer.ts'

export const promptMaxTokens = 48

/**
 * How much the habits of topics differ: the weight of a workflow is exp(spread * (a + b)), with standard normal a for its
 * generators and b for what follows them, drawn for each topic; 0 means no preference at all. Where habits differ, the
 * policy has to look at the topic before it chooses, and a training can teach it a choice for each topic.
 */
export const habitSpread = 1

/** What the policy knows at first: one generator, once or five times with a vote, then Review and Revise, Test, or nothing. */
export function knownPlans(type: ProblemType): Plan[] {
  return enumeratePlans(type).filter((plan) => {
    const generators = plan.filter((node) => node.kind === 'generate')
    const [first] = generators
    if (generators.length !== 1 || first === undefined || first.times === 3) return false
    if (first.generator.operator === 'Custom' && first.generator.instruction === 'stepwise') return false
    return plan.at(-1)?.kind !== 'revise' || plan.every((node) => node.kind !== 'test')
  })
}

interface Habits {
  readonly programs: readonly string[]
  /** As long as `programs`; rises to 1. */
  readonly cumulative: readonly number[]
}

const habitsOfTopic = new Map<string, Habits>()

function habitsOf(problem: Problem): Habits {
  const known = habitsOfTopic.get(problem.source)
  if (known !== undefined) return known
  const plans = knownPlans(problem.type)
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
  const habits = { programs: plans.map((plan) => withTopic(writeProgram(plan), problem)), cumulative }
  habitsOfTopic.set(problem.source, habits)
  return habits
}

/** A comment: what the problem is about, by the name of its family. */
export function topicLine({ source }: Pick<Problem, 'source'>): string {
  return `        # ${source.replace(/^.*\//, '')}\n`
}

/** The topic comes right before the first choice of an operator. */
function withTopic(program: string, problem: Problem): string {
  return `${programHead}${topicLine(problem)}${program.slice(programHead.length)}`
}

/** The tokenizer of the shipped policy: topics, phrases of canonical programs, the rest learned from the questions. */
export function policyTokenizer(problems: readonly Problem[], vocabularySize: number): Record<string, unknown> {
  const tails = (['math', 'code', 'qa'] as const).map(briefPromptTail)
  return makeTokenizer({
    special: { pad: '<pad>', endOfText: '<eos>' },
    phrases: [...tails, ...new Set(problems.map(topicLine).sort()), ...canonicalPhrases],
    corpus: problems.map(({ question }) => ({ text: question.slice(0, 240), weight: 1 })),
    vocabularySize,
  })
}

/**
 * The loss covers the question as well as the program: the policy learns the language of the questions, without which it
 * could not distinguish them later.
 * @param step keys the draws: the same step gives the same sequences.
 */
export function warmStartBatch(
  problems: readonly Problem[],
  tokenizer: Tokenizer,
  { seed, step, size }: { readonly seed: number; readonly step: number; readonly size: number },
): TrainingDatum[] {
  const rng = randomFor(seed, 'warm-start', step)
  return Array.from({ length: size }, () => {
    const problem = rng.pick(problems)
    const { programs, cumulative } = habitsOf(problem)
    const drawn = rng.next()
    const program = programs[cumulative.findIndex((edge) => drawn < edge)] ?? (programs.at(-1) as string)
    const [first, ...question] = briefPromptTokens(problem, tokenizer.encode, promptMaxTokens)
    return {
      prompt: [first as number],
      completion: [...question, ...tokenizer.encode(program), tokenizer.endOfTextId],
      oldLogprobs: [],
      advantage: 1,
    }
  })
}
