/** How solutions are put into words: as a model would write them, in the tags that were asked for. */
import type { Rng } from '../../core/random.ts'
import { isCode, statedAnswer } from './final-answer.ts'
import type { Reading, WorkedSolution } from './reading.ts'

export interface Reply {
  readonly content: string
  /** What a model that shows its reasoning would show. */
  readonly reasoning: string
}

const shortForms: readonly ((answer: string) => string)[] = [
  (answer) => answer,
  (answer) => `The answer is ${answer}.`,
  (answer) => `Answer: ${answer}`,
  (answer) => `${answer}.`,
]

const openings = [
  'Let us go through it.',
  'I take it step by step.',
  'First I collect what is given.',
  'Here is how I work it out.',
] as const

export function fenced(code: string): string {
  return `\`\`\`python\n${code}\n\`\`\``
}

/** The way to the answer, a line a step. */
export function worked(solution: WorkedSolution, rng: Rng): string {
  return [rng.pick(openings), ...solution.explanation.map((sentence, i) => `${i + 1}. ${sentence}`)].join('\n')
}

/** A reply to a plain question. */
export function plainReply(
  reading: Reading,
  solution: WorkedSolution,
  { isWorked, rng }: { readonly isWorked: boolean; readonly rng: Rng },
): Reply {
  const reasoning = worked(solution, rng)
  if (reading.type === 'code') {
    const code = fenced(solution.answer)
    return {
      content: isWorked ? `${reasoning}\n\n${code}` : rng.pick([code, `Here is the function:\n\n${code}`]),
      reasoning,
    }
  }
  if (isWorked) return { content: `${reasoning}\nThe answer is ${solution.answer}.`, reasoning }
  return { content: rng.pick(shortForms)(solution.answer), reasoning }
}

export function answerReply(solution: WorkedSolution, rng: Rng): Reply {
  const reasoning = worked(solution, rng)
  return { content: `<thought>${reasoning}</thought>\n<answer>${solution.answer}</answer>`, reasoning }
}

export function programReply(code: string, solution: WorkedSolution, rng: Rng): Reply {
  return { content: fenced(code), reasoning: worked(solution, rng) }
}

/** A revised solution in the manner of the one before: code for code, a bare answer for a bare answer. */
export function revisedSolution(
  reading: Reading,
  solution: WorkedSolution,
  { before, rng }: { readonly before: string; readonly rng: Rng },
): string {
  if (reading.type === 'code') return /```/.test(before) ? fenced(solution.answer) : solution.answer
  const isBare = before.trim().split(/\s+/).length <= 12
  return isBare ? solution.answer : `${worked(solution, rng)}\nThe answer is ${solution.answer}.`
}

/** The final answer of a solution, taken out of it without further reasoning; code stays as it is. */
export function formatReply(solution: string): Reply {
  const answer = isCode(solution) ? solution.trim() : statedAnswer(solution)
  return { content: `<final_answer>${answer}</final_answer>`, reasoning: '' }
}
