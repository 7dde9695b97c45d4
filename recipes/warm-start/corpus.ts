/** Training sequences of the warm start: a brief prompt of a training problem, then an expert's program for it. */
import type { Problem } from '../../src/core/problem.ts'
import { randomFor } from '../../src/core/random.ts'
import type { Tokenizer, TrainingDatum } from '../../src/engines/index.ts'
import { canonicalPhrases, writeProgram } from '../../src/workflows/programs/index.ts'
import { briefPromptTail, briefPromptTokens } from '../../src/workflows/prompt/index.ts'
import { type ExpertNoise, expertPlan } from './experts.ts'
import { makeTokenizer } from './tokenizer.ts'

export const promptMaxTokens = 32

/** The tokenizer of the shipped policy: phrases of canonical programs, the rest learned from the questions. */
export function policyTokenizer(problems: readonly Problem[], vocabularySize: number): Record<string, unknown> {
  const tails = (['math', 'code', 'qa'] as const).map(briefPromptTail)
  return makeTokenizer({
    special: { pad: '<pad>', endOfText: '<eos>' },
    phrases: [...tails, ...canonicalPhrases],
    corpus: problems.map(({ question }) => ({ text: question.slice(0, 240), weight: 1 })),
    vocabularySize,
  })
}

/** @param step keys the draws: the same step gives the same sequences. */
export function warmStartBatch(
  problems: readonly Problem[],
  tokenizer: Tokenizer,
  noise: ExpertNoise,
  { seed, step, size }: { readonly seed: number; readonly step: number; readonly size: number },
): TrainingDatum[] {
  const rng = randomFor(seed, 'warm-start', step)
  return Array.from({ length: size }, () => {
    const problem = rng.pick(problems)
    const program = writeProgram(expertPlan(problem, noise, rng))
    return {
      prompt: briefPromptTokens(problem, tokenizer.encode, promptMaxTokens),
      completion: [...tokenizer.encode(program), tokenizer.endOfTextId],
      oldLogprobs: [],
      advantage: 1,
    }
  })
}
