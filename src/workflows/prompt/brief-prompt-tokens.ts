/** The brief prompt in tokens: the question gives way, the tail that names the type never does. */
import type { Problem } from '../../core/problem.ts'
import { briefPrompt, briefPromptTail } from './brief-prompt.ts'

/**
 * @param encode the policy's tokenizer, without special tokens.
 * @param maxTokens room for the whole prompt, the tail included.
 * @throws RangeError when the tail alone does not fit.
 */
export function briefPromptTokens(problem: Problem, encode: (text: string) => number[], maxTokens: number): number[] {
  const tail = briefPromptTail(problem.type)
  const tailTokens = encode(tail)
  if (tailTokens.length > maxTokens) {
    throw new RangeError(`the end of a brief prompt takes ${tailTokens.length} tokens, more than ${maxTokens}`)
  }
  // No token is shorter than a character, so this many characters are enough.
  const prompt = briefPrompt(problem, 24 * maxTokens + tail.length)
  const question = encode(prompt.slice(0, prompt.length - tail.length))
  return [...question.slice(0, maxTokens - tailTokens.length), ...tailTokens]
}
