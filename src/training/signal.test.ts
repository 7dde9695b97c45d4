import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EvaluationOutcome } from '../core/records.ts'
import { checkSignal } from './signal.ts'

const unmeasured = { llmCalls: null, inputTokens: null, outputTokens: null, costUsd: 0 }
const outcomes = (count: number, correct: number): EvaluationOutcome[] =>
  Array.from({ length: count }, (_, i) => ({
    problemId: `p${i}`,
    problemType: 'math',
    isCorrect: i < correct,
    ...unmeasured,
  }))
const plan = { hasDifficulty: true, groupSize: 8, groups: 100, rolloutCostUsd: 0.01, acceptLowSignal: false }

test('a pass rate near zero stops the training, says what it would cost and how to go on', () => {
  assert.throws(
    () => checkSignal(outcomes(2000, 0), plan),
    (error: Error & { code: string; exitCode: number; hint: string }) => {
      assert.equal(error.code, 'low-signal')
      assert.equal(error.exitCode, 4)
      assert.match(
        error.message,
        /^\d+\.\d % \[\d+\.\d, 100\.0\] of groups .*no signal.*right: 0\.0 % \[0\.0, 0\.2\], n = 2000 problems; G = 8.*about \$8\.00/,
      )
      assert.match(error.hint, /--accept-low-signal/)
      return true
    },
  )
})

test('a mixed pass rate goes on with a forecast between its bounds', () => {
  const forecast = checkSignal(outcomes(400, 180), plan)
  assert.ok(forecast.low <= forecast.share && forecast.share <= forecast.high)
  assert.ok(forecast.share > 0.2)
})

test('low signal can be accepted, and outcomes that nobody could score say nothing', () => {
  assert.ok(checkSignal(outcomes(2000, 0), { ...plan, acceptLowSignal: true }).share < 0.05)
  const unknown: EvaluationOutcome[] = [{ problemId: 'a', problemType: 'qa', isCorrect: null, ...unmeasured }]
  assert.ok(checkSignal(unknown, plan).high === 1)
})
