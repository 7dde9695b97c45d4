/**
 * The judge's trial before the first step: known right and known wrong answers to the run's own problems. A right answer
 * is the reference; a wrong one is the reference of another problem of the type, or another number.
 */
import { type Problem, problemText } from '../../core/problem.ts'
import { type RandomKey, randomFor } from '../../core/random.ts'
import type { JudgeTrialCounts } from '../../core/run-events.ts'
import type { Judge } from '../judge.ts'
import { scoreAnswer } from '../score-answer.ts'

export interface TrialCase {
  readonly problem: Problem
  readonly label: boolean
  readonly prediction: string
}

/** Two cases for each of at most `problems` problems, the same for the same seed. @param seed of the run. */
export function trialCases(
  all: readonly Problem[],
  { problems, seed }: { readonly problems: number; readonly seed: number },
): TrialCase[] {
  const judged = all.filter(({ type, hiddenTests }) => type !== 'code' || (hiddenTests ?? []).length === 0)
  const shuffled = randomFor(seed, 'judge-trial').shuffle(judged)
  const cases: TrialCase[] = []
  for (const [i, problem] of shuffled.entries()) {
    if (cases.length >= 2 * problems) break
    const wrong = wrongAnswer(problem, shuffled, i)
    if (wrong === null) continue
    const spoken = (answer: string): string => (i % 2 === 0 ? answer : `The answer is ${answer}.`)
    cases.push({ problem, label: true, prediction: spoken(oneOf(problem.answer)) })
    cases.push({ problem, label: false, prediction: spoken(wrong) })
  }
  return cases
}

/** `|` separates spellings of one answer. */
const oneOf = (answer: string): string => answer.split('|')[0]?.trim() ?? ''

function wrongAnswer(problem: Problem, others: readonly Problem[], from: number): string | null {
  for (let step = 1; step <= Math.min(50, others.length - 1); step++) {
    const other = others[(from + step) % others.length]
    const answer = other?.type === problem.type ? oneOf(other.answer) : ''
    if (isWrong(problem, answer)) return answer
  }
  const number = /^-?\d+$/.test(problem.answer) ? String(BigInt(problem.answer) + 1n) : ''
  return isWrong(problem, number) ? number : null
}

/** By the exact scorer; where it does not decide, neither text may hold the other. */
function isWrong(problem: Problem, answer: string): boolean {
  if (answer === '') return false
  const { scorer, outcome } = scoreAnswer(problem, answer)
  if (scorer === 'gate' || outcome === 'equal') return false
  if (outcome === 'different') return true
  const [a, b] = [answer.toLowerCase(), problem.answer.toLowerCase()]
  return !a.includes(b) && !b.includes(a) && problem.answer.split('|').length === 1
}

export interface TrialResult {
  readonly right: JudgeTrialCounts
  readonly wrong: JudgeTrialCounts
}

/** @param ask at most a few cases at once: `mapConcurrently` of the caller. */
export async function tryJudge(
  judge: Judge,
  cases: readonly TrialCase[],
  { key, signal, each }: TrialRun,
): Promise<TrialResult> {
  const verdicts = await each(cases, async ({ problem, label, prediction }) => {
    const request = { question: problemText(problem), reference: problem.answer, prediction }
    const asked = { ...request, key: [...key, 'judge-trial', problem.id, String(label)] }
    return (await judge.grade(asked, signal)).verdict
  })
  const counts = (label: boolean): JudgeTrialCounts => {
    const own = verdicts.filter((_, i) => cases[i]?.label === label)
    const count = (verdict: string): number => own.filter((one) => one === verdict).length
    return { asked: own.length, true: count('true'), false: count('false'), unscorable: count('unscorable') }
  }
  return { right: counts(true), wrong: counts(false) }
}

export interface TrialRun {
  readonly key: RandomKey
  readonly signal: AbortSignal
  readonly each: <T, R>(items: readonly T[], work: (item: T) => Promise<R>) => Promise<R[]>
}

export interface TrialLimits {
  readonly maxFalseTrueRate: number
  readonly maxFalseFalseRate: number
}

/** Verdicts of each kind from which a share is held against its limit. */
const fewestVerdicts = 4

/** Why the judge must not be trained with; null where it may be, or too few verdicts came to say. */
export function trialVerdict(
  { right, wrong }: TrialResult,
  limits: TrialLimits,
): 'constant' | 'false-true' | 'false-false' | null {
  const [rights, wrongs] = [right.true + right.false, wrong.true + wrong.false]
  if (rights < fewestVerdicts || wrongs < fewestVerdicts) return null
  if (right.true + wrong.true === 0 || right.false + wrong.false === 0) return 'constant'
  if (wrong.true / wrongs > limits.maxFalseTrueRate) return 'false-true'
  return right.false / rights > limits.maxFalseFalseRate ? 'false-false' : null
}
