/** Rollouts that a reward is tried on before training, each named by what happened. */
import type { ProblemType } from '../../core/problem.ts'
import type { RewardInput } from '../compositions/index.ts'

/** What may go wrong with a program that answers. */
export const fines = ['violation', 'repair', 'ten-calls', 'ten-operators', 'code-as-answer'] as const
/** What earns no answer of its own. */
export const failures = ['unreadable', 'invalid', 'raised'] as const
export type Fine = (typeof fines)[number]
export type RolloutFailure = (typeof failures)[number]

/** A plain program, and one with everything that pays: a checker, a loop, six operators. */
export const forms = ['plain', 'rich'] as const
export type ProgramForm = (typeof forms)[number]

/** Of each type: a question, its answer, and an answer that is not near it. */
const problems: Readonly<Record<'math' | 'code' | 'qa', Pick<RewardInput, 'question' | 'reference'>>> = {
  math: { question: 'What is 6 * 7?', reference: '42' },
  code: { question: 'Write `double(n)`.', reference: 'def double(n):\n    return 2 * n' },
  qa: { question: 'Who won?', reference: 'Ann Smith' },
}

export const auditTypes = Object.keys(problems) as readonly (keyof typeof problems)[]

const programs: Readonly<Record<ProgramForm, string>> = {
  plain:
    'class Workflow:\n    async def __call__(self, problem):\n        return await self.answer_generate(input=problem)',
  rich: 'class Workflow:\n    async def __call__(self, problem):\n        for i in range(4):\n            await self.answer_generate(input=problem)',
}
const called: Readonly<Record<ProgramForm, readonly string[]>> = {
  plain: ['AnswerGenerate'],
  rich: [...Array(4).fill('AnswerGenerate'), 'Review', 'Revise'],
}

export interface AuditPlace {
  readonly type: keyof typeof problems
  readonly step: number
}

/** An answer of the policy's own program. */
export function answer(place: AuditPlace, isRight: boolean, form: ProgramForm = 'plain'): RewardInput {
  const { question, reference } = problems[place.type]
  return {
    outcome: 'answered',
    usedFallback: false,
    verdict: isRight ? 'true' : 'false',
    violations: 0,
    repairWeight: 0,
    calls: called[form].length,
    reason: '',
    problemType: place.type as ProblemType,
    question,
    reference,
    prediction: isRight ? reference : 'no idea',
    testsPassed: place.type === 'code' ? Number(isRight) : null,
    program: programs[form],
    isValid: true,
    findings: [],
    repairs: [],
    operators: called[form],
    costUsd: 0,
    step: place.step,
  }
}

export function fined(input: RewardInput, fine: Fine): RewardInput {
  switch (fine) {
    case 'violation':
      return { ...input, violations: 1, findings: ['operator-not-allowed'] }
    case 'repair':
      return { ...input, repairWeight: 1, repairs: ['signature'], findings: ['wrong-signature'], isValid: false }
    case 'ten-calls':
      return { ...input, calls: 10 }
    case 'ten-operators':
      return { ...input, operators: Array(10).fill('AnswerGenerate'), calls: 10 }
    case 'code-as-answer':
      return input.problemType === 'code' ? input : { ...input, prediction: '```python\nprint(42)\n```' }
    default:
      throw fine satisfies never
  }
}

export function failed(place: AuditPlace, failure: RolloutFailure): RewardInput {
  const none = { ...answer(place, false), prediction: null, testsPassed: null, operators: [], calls: 0 }
  if (failure === 'unreadable') return { ...none, outcome: 'unreadable', program: null, isValid: false }
  return {
    ...none,
    outcome: 'failed',
    isValid: failure === 'raised',
    findings: failure === 'invalid' ? ['no-class'] : [],
  }
}

/** The gate has found that there is no answer. */
export function empty(place: AuditPlace): RewardInput {
  return { ...answer(place, false), prediction: '', testsPassed: null, reason: 'empty answer' }
}

/** The fallback workflow answers right in place of a program that failed. */
export function fallback(place: AuditPlace): RewardInput {
  const { reference } = problems[place.type]
  return { ...failed(place, 'raised'), usedFallback: true, prediction: reference, verdict: 'true' }
}
