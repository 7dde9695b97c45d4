/**
 * Training sequences of the warm start: the brief prompt of a training problem, a comment that names its topic, then one
 * of the sensible workflows for its type, drawn evenly. The question decides the topic and nothing else: which workflow
 * suits which topic is left to the training.
 */
import type { Problem, ProblemType } from '../../src/core/problem.ts'
import { randomFor } from '../../src/core/random.ts'
import type { Tokenizer, TrainingDatum } from '../../src/engines/index.ts'
import { canonicalPhrases, enumeratePlans, writeProgram } from '../../src/workflows/programs/index.ts'
import { briefPromptTail, briefPromptTokens } from '../../src/workflows/prompt/index.ts'
import { makeTokenizer } from './tokenizer.ts'

export const promptMaxTokens = 48

const types = ['math', 'code', 'qa'] as const satisfies readonly ProblemType[]

/** Programs by type: every canonical plan with right keys and allowed operators. */
const sensiblePrograms = new Map<ProblemType, readonly string[]>(
  types.map((type) => [type, enumeratePlans(type).map(writeProgram)]),
)

/** First line of a program: what the problem is about, by the name of its family. */
export function topicLine({ source }: Problem): string {
  return `# ${source.replace(/^.*\//, '')}\n`
}

/** The tokenizer of the shipped policy: topics, phrases of canonical programs, the rest learned from the questions. */
export function policyTokenizer(problems: readonly Problem[], vocabularySize: number): Record<string, unknown> {
  return makeTokenizer({
    special: { pad: '<pad>', endOfText: '<eos>' },
    phrases: [...types.map(briefPromptTail), ...new Set(problems.map(topicLine).sort()), ...canonicalPhrases],
    corpus: problems.map(({ question }) => ({ text: question.slice(0, 240), weight: 1 })),
    vocabularySize,
  })
}

/**
 * The loss covers the question as well as the program: the policy learns the language of the questions, without which it
 * could not tell them apart later.
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
    const program = rng.pick(sensiblePrograms.get(problem.type) as readonly string[])
    const [first, ...question] = briefPromptTokens(problem, tokenizer.encode, promptMaxTokens)
    return {
      prompt: [first as number],
      completion: [...question, ...tokenizer.encode(topicLine(problem) + program), tokenizer.endOfTextId],
      oldLogprobs: [],
      advantage: 1,
    }
  })
}
