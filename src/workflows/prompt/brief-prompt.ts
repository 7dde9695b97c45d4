/** The prompt of a small policy with a small context: the question, then the type right where the completion begins. */
import type { Problem, ProblemType } from '../../core/problem.ts'

/** What follows the question; the completion comes right after it. */
export function briefPromptTail(type: ProblemType): string {
  return `\n### ${type}\n`
}

/**
 * `${question, white space collapsed, cut}\n### ${type}\n`, at most `maxChars` long, cut at the end of the question.
 * The context of a qa problem is left out: the policy chooses a workflow, it does not answer.
 * @param maxChars at least as long as the tail (12 is enough for every type).
 */
export function briefPrompt(problem: Problem, maxChars: number): string {
  const tail = briefPromptTail(problem.type)
  if (maxChars < tail.length)
    throw new RangeError(`a brief prompt needs at least ${tail.length} characters (got ${maxChars})`)
  const question = problem.question.replace(/\s+/g, ' ').trim()
  // A cut must not leave half of a surrogate pair.
  const kept = question.slice(0, maxChars - tail.length).replace(/[\uD800-\uDBFF]$/, '')
  return `${kept.trimEnd()}${tail}`
}
