/**
 * "Plan B": what failed is fined between -3 and -10; what ran earns (answer + quality of the program) / 20, between
 * -0.8 and 0.675. The fines are many times what a right answer is worth: `baton rewards audit` says how many.
 */
import type { PartsPreset, PartValues, RewardInput } from './reward-composition.ts'

const one = (lowest: number, highest: number) => ({ range: [lowest, highest], weight: 1 }) as const
const twentieth = (lowest: number, highest: number) => ({ range: [lowest, highest], weight: 1 / 20 }) as const

export const planB: PartsPreset = {
  name: 'plan-b',
  decidedBy: 'judge',
  parts: {
    correctness: twentieth(-5, 10),
    signature: twentieth(-3, 1.5),
    typos: twentieth(-2.5, 0),
    variables: twentieth(-2, 0),
    fallback: twentieth(-1.5, 1.5),
    validation: twentieth(-1, 0),
    'operators-made': twentieth(-1, 0.5),
    failure: one(-10, 0),
  },
  values: (input) => {
    const fine = failureOf(input)
    return fine === 0 ? { ...answerOf(input), ...qualityOf(input) } : { failure: fine }
  },
}

/** 0 for a program that ran to an answer, and for a fallback's answer, which counts as wrong. */
function failureOf(input: RewardInput): number {
  const { outcome, usedFallback, violations, prediction, isValid, problemType } = input
  if (usedFallback) return 0
  if (violations > 0) return -5
  if (outcome === 'answered') {
    if ((prediction ?? '').trim() === '') return -8
    return problemType !== 'code' && looksLikeCode(prediction ?? '') ? -7 : 0
  }
  return outcome === 'failed' && !isValid ? -3 : -10
}

/** The answer of a problem that asks for none is Python. */
function looksLikeCode(text: string): boolean {
  return /^```(?:python|py)\b|^(?:async )?def \w+\(|^class \w+|^import \w+|^from \w+ import /m.test(text)
}

function answerOf({ verdict, usedFallback }: RewardInput): PartValues {
  return { correctness: verdict === 'true' && !usedFallback ? 10 : -5 }
}

function qualityOf({ findings, usedFallback, isValid }: RewardInput): PartValues {
  const has = (...kinds: readonly string[]): boolean => findings.some((kind) => kinds.includes(kind))
  return {
    signature: has('wrong-signature', 'missing-method') ? -3 : 1.5,
    typos: has('misspelt-name') ? -2.5 : 0,
    variables: has('maybe-unbound', 'undefined-name') ? -2 : 0,
    fallback: usedFallback ? -1.5 : 1.5,
    validation: isValid ? 0 : -1,
    'operators-made': has('operator-not-made', 'operator-without-llm') ? -1 : 0.5,
  }
}
