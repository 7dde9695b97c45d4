/** Replies to problems of no known family: honest, with a guess, in the form that was asked for. */
import type { Rng } from '../../core/random.ts'
import { numbersIn } from './final-answer.ts'
import { fenced, type Reply } from './replies.ts'

/** A guess from the numbers in the text: seldom right, never claimed to be. */
function guess(problem: string, rng: Rng): string {
  const numbers = numbersIn(problem).slice(0, 12)
  if (numbers.length === 0) return 'unknown'
  const [a, b] = [rng.pick(numbers), rng.pick(numbers)]
  return String(Math.round(rng.pick([a, a + b, a * b, Math.abs(a - b)]) * 100) / 100)
}

const honest = 'I cannot work this problem out; what follows is a guess from the numbers in it.'

export function unknownPlain(problem: string, rng: Rng): Reply {
  const one = guess(problem, rng)
  return {
    content:
      one === 'unknown' ? 'I cannot work this problem out.' : `I cannot work this problem out. My guess is ${one}.`,
    reasoning: honest,
  }
}

export function unknownAnswer(problem: string, rng: Rng): Reply {
  return { content: `<thought>${honest}</thought>\n<answer>${guess(problem, rng)}</answer>`, reasoning: honest }
}

export function unknownProgram(problem: string, rng: Rng): Reply {
  const one = guess(problem, rng)
  const value = /^-?\d/.test(one) ? one : JSON.stringify(one)
  const asked = /`(\w+)\(([\w, ]*)\)`|def (\w+)\(([^)]*)\)/.exec(problem)
  const name = asked?.[1] ?? asked?.[3]
  const parameters = asked?.[2] ?? asked?.[4] ?? ''
  const own =
    name === undefined
      ? ''
      : `def ${name}(${parameters}):\n    # I cannot work this problem out.\n    return None\n\n\n`
  return {
    content: fenced(`${own}def solve():\n    # a guess: I cannot work this problem out\n    return ${value}`),
    reasoning: honest,
  }
}
