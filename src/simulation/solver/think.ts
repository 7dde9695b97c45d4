/**
 * The thinking part of the simulator: a pure function from a chat to a reply. It recognises what is asked for, reads the
 * problem out of the text, works it out, and errs as often as its skills say. It knows no reference answers; only as judge
 * does it see one, in the prompt.
 * Every draw is keyed by (problem, mode, prompt, seed): the same request gives the same reply, another seed or another
 * wording an independent one.
 */
import { hashKey, type Rng, randomFor } from '../../core/random.ts'
import type { ChatMessage } from '../../llm/chat-model.ts'
import { bareCode, raisingCode } from './code/writing.ts'
import { faultyProgram } from './faults.ts'
import { answerKey, isCode, isSameAnswer } from './final-answer.ts'
import { readProblem } from './read-problem.ts'
import type { Reading, WorkedSolution } from './reading.ts'
import { answerReply, fenced, formatReply, plainReply, programReply, type Reply, revisedSolution } from './replies.ts'
import { messageText, type OperatorRequest, readOperatorRequest } from './request.ts'
import { type Mode, type Skills, skillsFor, solveRate } from './skills.ts'
import { unknownAnswer, unknownPlain, unknownProgram } from './unknown.ts'

export interface ThinkOptions {
  /** The n-th sample of this prompt. */
  readonly seed: number
  readonly skills: Skills
}

interface Attempt {
  readonly solution: WorkedSolution
  readonly isRight: boolean
}

/** A slip of its own for each draw, or the problem's one wrong answer where slips agree. */
function wrongSolution(
  reading: Reading,
  skills: Skills,
  { rng, form }: { readonly rng: Rng; readonly form: 'told' | 'program' },
): WorkedSolution {
  if (!skillsFor(skills, reading).slipsAgree) return reading.wrong(rng, form)
  return reading.wrong(randomFor('simulator-slip', reading.key), 'program')
}

function attempt(
  reading: Reading,
  mode: Mode,
  { skills, rng }: { readonly skills: Skills; readonly rng: Rng },
): Attempt {
  const isRight = rng.next() < solveRate(skills, reading, mode)
  const form = mode === 'code' ? 'program' : 'told'
  return { solution: isRight ? reading.right() : wrongSolution(reading, skills, { rng, form }), isRight }
}

/** A code problem's function may raise in any mode; a math or qa program only where it is run. */
function attemptedCode(
  one: Attempt,
  reading: Reading,
  { skills, rng }: { readonly skills: Skills; readonly rng: Rng },
): WorkedSolution {
  if (one.isRight || reading.type !== 'code' || rng.next() >= skills.raises.code) return one.solution
  return {
    ...one.solution,
    answer: raisingCode(one.solution.answer, rng),
    program: raisingCode(one.solution.program, rng),
  }
}

function writeProgram(reading: Reading, skills: Skills, rng: Rng): Reply {
  const one = attempt(reading, 'code', { skills, rng })
  const solution = attemptedCode(one, reading, { skills, rng })
  const raises = !one.isRight && reading.type !== 'code' && rng.next() < skills.raises[reading.type]
  return programReply(raises ? faultyProgram(reading.right().program, rng) : solution.program, solution, rng)
}

function isRightSolution(reading: Reading, solution: string): boolean {
  const right = reading.right()
  if (reading.type === 'code') return isCode(solution) && bareCode(solution) === bareCode(right.answer)
  return isSameAnswer(right.answer, solution)
}

function repair(reading: Reading, skills: Skills, rng: Rng): Reply {
  const isRight = rng.next() < skillsFor(skills, reading).repair
  const solution = isRight ? reading.right() : wrongSolution(reading, skills, { rng, form: 'program' })
  return programReply(solution.answer, solution, rng)
}

function review(
  reading: Reading | null,
  solution: string,
  { skills, rng }: { readonly skills: Skills; readonly rng: Rng },
): Reply {
  if (reading === null) {
    return {
      content:
        '<review_result>true</review_result>\n<feedback>I cannot work this problem out myself; I see no clear fault.</feedback>',
      reasoning: '',
    }
  }
  const { reviewDoubtsRight, reviewFindsWrong } = skillsFor(skills, reading)
  const saysWrong = rng.next() < (isRightSolution(reading, solution) ? reviewDoubtsRight : reviewFindsWrong)
  const feedback = saysWrong
    ? rng.pick([
        'The solution is wrong: the result does not follow from what is given.',
        'This is wrong. One of the steps does not fit the problem.',
        'The solution is incorrect; go through what is asked once more.',
      ])
    : rng.pick([
        'The solution is right: it follows from what is given.',
        'Correct; each part of the problem is dealt with.',
        'The solution fits the problem and the result is right.',
      ])
  return {
    content: `<review_result>${!saysWrong}</review_result>\n<feedback>${feedback}</feedback>`,
    reasoning: feedback,
  }
}

function saysWrong(feedback: string): boolean {
  const words = feedback.replaceAll(
    /\b(?:no|not any|without|nothing|not|isn't|n't) (?:\w+ )?(?:wrong|incorrect|errors?|mistakes?|faults?)\b/gi,
    ' ',
  )
  return /\b(?:wrong|incorrect|mistaken|mistakes?|errors?|false|fails?|failed|not (?:right|correct|true))\b|does not\b|n't (?:right|correct|follow)/i.test(
    words,
  )
}

function revise(
  reading: Reading | null,
  request: OperatorRequest & { kind: 'revise' },
  { skills, rng }: { readonly skills: Skills; readonly rng: Rng },
): Reply {
  const { solution, feedback } = request
  const same: Reply = { content: `<solution>${solution}</solution>`, reasoning: '' }
  if (reading === null || !saysWrong(feedback)) return same
  const rates = skillsFor(skills, reading)
  const rate = isRightSolution(reading, solution) ? rates.reviseKeepsRight : rates.revise
  const form = reading.type === 'code' ? 'program' : 'told'
  const revised = rng.next() < rate ? reading.right() : wrongSolution(reading, skills, { rng, form })
  return {
    content: `<solution>${revisedSolution(reading, revised, { before: solution, rng })}</solution>`,
    reasoning: '',
  }
}

const noVote = /^(?:|none|null|error\b.*|.*\btraceback\b.*|unknown)$/is

/** The answer that most candidates give; ties are broken at random; candidates that say nothing have no vote. */
function ensemble(candidates: readonly string[], rng: Rng): Reply {
  const groups = new Map<string, number[]>()
  candidates.forEach((candidate, i) => {
    if (noVote.test(candidate.trim())) return
    const key = answerKey(candidate)
    groups.set(key, [...(groups.get(key) ?? []), i])
  })
  const most = Math.max(0, ...[...groups.values()].map((group) => group.length))
  const tied = [...groups.values()].filter((group) => group.length === most)
  const chosen = tied.length > 0 ? (rng.pick(tied)[0] as number) : 0
  const letter = String.fromCharCode(65 + chosen)
  const reason =
    most > 1
      ? `${most} of ${candidates.length} candidates agree with ${letter}.`
      : `No two candidates agree; ${letter} seems as good as any.`
  return {
    content: `<thought>${reason}</thought>\n<solution_letter>${letter}</solution_letter>`,
    reasoning: reason,
  }
}

function judge(request: OperatorRequest & { kind: 'judge' }, skills: Skills, rng: Rng): Reply {
  const isSame = isSameAnswer(request.reference, request.response)
  const verdict = rng.next() < skills.judge ? isSame : !isSame
  return { content: verdict ? 'True' : 'False', reasoning: `The reference is ${request.reference.slice(0, 80)}.` }
}

/** Pure and synchronous; never throws, whatever the messages hold. */
export function think(messages: readonly ChatMessage[], options: ThinkOptions): Reply {
  const { seed, skills } = options
  const request = readOperatorRequest(messages)
  const prompt = hashKey(messages.map(messageText))
  const draw = (key: string): Rng => randomFor('simulator', key, request.kind, prompt, seed)
  if (request.kind === 'judge') return judge(request, skills, draw(request.reference))
  if (request.kind === 'format') return formatReply(request.solution)
  if (request.kind === 'ensemble') return ensemble(request.candidates, draw('ensemble'))
  const reading = readProblem(request.problem)
  const rng = draw(reading?.key ?? request.problem)
  if (request.kind === 'review') return review(reading, request.solution, { skills, rng })
  if (request.kind === 'revise') return revise(reading, request, { skills, rng })
  if (reading === null) {
    if (request.kind === 'repair') return { content: fenced(request.program), reasoning: '' }
    if (request.kind === 'program') return unknownProgram(request.problem, rng)
    return request.kind === 'answer' ? unknownAnswer(request.problem, rng) : unknownPlain(request.problem, rng)
  }
  if (request.kind === 'repair') return repair(reading, skills, rng)
  if (request.kind === 'program') return writeProgram(reading, skills, rng)
  const isWorked = request.kind === 'answer' || request.isWorked
  const one = attempt(reading, isWorked ? 'steps' : 'direct', { skills, rng })
  const solution = attemptedCode(one, reading, { skills, rng })
  return request.kind === 'answer'
    ? answerReply(solution, rng)
    : plainReply(reading, solution, { isWorked: request.isWorked, rng })
}
