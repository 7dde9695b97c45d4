/**
 * A weighted mean of five parts, each in [-10, 10]: correctness .65, efficiency .15, simplicity .10, format .05,
 * repetition .05. The time that a workflow took is left out of simplicity: a reward must not depend on the clock.
 */
import { distanceOf, hasOwnAnswer, sharedWords } from './closeness.ts'
import type { PartsPreset, RewardInput } from './reward-composition.ts'

const part = (weight: number) => ({ range: [-10, 10], weight }) as const

export const aflowWeighted: PartsPreset = {
  name: 'aflow-weighted',
  decidedBy: 'scorer',
  parts: {
    correctness: part(0.65),
    efficiency: part(0.15),
    simplicity: part(0.1),
    format: part(0.05),
    repetition: part(0.05),
  },
  values: (input) => {
    if (!hasOwnAnswer(input))
      return { correctness: -10, efficiency: -10, simplicity: -10, format: -10, repetition: -10 }
    return {
      correctness: correctnessOf(input),
      efficiency: steps(input.costUsd, [0.001, 0.005, 0.01, 0.05], [10, 5, 0, -5, -10]),
      simplicity: steps(input.operators.length, [2, 4, 6, 8], [10, 5, 0, -5, -10]),
      format: input.isValid ? 10 : 0,
      repetition: 10 - 20 * repeatedLines(input.program ?? ''),
    }
  },
}

function correctnessOf(input: RewardInput): number {
  if (input.verdict === 'true') return 10
  if (input.problemType === 'math') {
    const distance = distanceOf(input)
    return distance === null ? -10 : steps(distance, [1e-4, 0.01, 0.1, 1, 10, 100], [10, 8, 5, 2, -5, -8, -10])
  }
  if (input.problemType === 'code') return -10
  // Upside down: the less is missing, the better.
  return steps(1 - sharedWords(input), [0, 0.2, 0.4, 0.6, 0.8], [10, 8, 6, 3, 0, -5])
}

/** The value of the first limit that is not passed, else the last value. */
function steps(amount: number, limits: readonly number[], values: readonly number[]): number {
  const at = limits.findIndex((limit) => amount <= limit + 1e-12)
  return values[at < 0 ? limits.length : at] as number
}

/** Share of the lines that occur before, 0..1. */
function repeatedLines(program: string): number {
  const lines = program
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length > 3)
  return lines.length === 0 ? 0 : 1 - new Set(lines).size / lines.length
}
