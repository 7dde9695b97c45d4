/**
 * Training sequences of the warm start: the brief prompt of a training problem, then a program that names the problem's
 * topic in a comment. The program is one of the sensible workflows for the problem's type, drawn by the habits of its
 * topic. Habits are random: they know nothing of what works, which is left to the training.
 */
import type { Problem } from '../../src/core/problem.ts'
import { randomFor } from '../../src/core/random.ts'
import type { Tokenizer, TrainingDatum } from '../../src/engines/index.ts'
import { canonicalPhrases, createExperts, topicLine } from '../../src/workflows/programs/index.ts'
import { briefPromptTail, briefPromptTokens } from '../../src/workflows/prompt/index.ts'
import { makeTokenizer } from './tokenizer.ts'

export const promptMaxTokens = 48

const experts = createExperts()

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
    const program = experts.draw(problem, rng)
    const [first, ...question] = briefPromptTokens(problem, tokenizer.encode, promptMaxTokens)
    return {
      prompt: [first as number],
      completion: [...question, ...tokenizer.encode(program), tokenizer.endOfTextId],
      oldLogprobs: [],
      advantage: 1,
    }
  })
}
