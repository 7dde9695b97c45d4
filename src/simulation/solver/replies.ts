/** How thoughts are put into words: as a model would write them, in the tags that were asked for. */
import type { Rng } from '../../core/random.ts'
import { finalAnswer, isCode } from './final-answer.ts'
import type { Reading, Thought } from './reading.ts'

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
export function worked(thought: Thought, rng: Rng): string {
  return [rng.pick(openings), ...thought.explanation.map((sentence, i) => `${i + 1}. ${sentence}`)].join('\n')
}

/** A reply to a plain question. */
export function plainReply(reading: Reading, thought: Thought, isWorked: boolean, rng: Rng): Reply {
  const reasoning = worked(thought, rng)
  if (reading.type === 'code') {
    const code = fenced(thought.answer)
    return {
      content: isWorked ? `${reasoning}\n\n${code}` : rng.pick([code, `Here is the function:\n\n${code}`]),
      reasoning,
    }
  }
  if (isWorked) return { content: `${reasoning}\nThe answer is ${thought.answer}.`, reasoning }
  return { content: rng.pick(shortForms)(thought.answer), reasoning }
}

export function answerReply(thought: Thought, rng: Rng): Reply {
  const reasoning = worked(thought, rng)
  return { content: `<thought>${reasoning}</thought>\n<answer>${thought.answer}</answer>`, reasoning }
}

export function programReply(code: string, thought: Thought, rng: Rng): Reply {
  return { content: fenced(code), reasoning: worked(thought, rng) }
}

/** A revised solution in the manner of the one before: code for code, a bare answer for a bare answer. */
export function revisedSolution(reading: Reading, thought: Thought, before: string, rng: Rng): string {
  if (reading.type === 'code') return /```/.test(before) ? fenced(thought.answer) : thought.answer
  const isBare = before.trim().split(/\s+/).length <= 12
  return isBare ? thought.answer : `${worked(thought, rng)}\nThe answer is ${thought.answer}.`
}

/** The final answer of a solution, taken out of it and not thought over; code stays as it is. */
export function formatReply(solution: string): Reply {
  const answer = isCode(solution) ? solution.trim() : finalAnswer(solution)
  return { content: `<final_answer>${answer}</final_answer>`, reasoning: '' }
}
