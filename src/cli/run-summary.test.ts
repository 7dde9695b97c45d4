import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EvaluationRecord } from '../core/records.ts'
import { gatherReport } from '../reports/index.ts'
import { evaluation, fakeRun } from '../reports/testing/fake-run.ts'
import { closingLines } from './run-summary.ts'

const right = Array.from({ length: 40 }, (_, i) => i % 2 === 0)
const gainOf = (before: readonly boolean[], after: readonly boolean[]): string => {
  const evaluations = [
    evaluation('before', 0, before),
    evaluation('best-fixed', 0, before),
    evaluation('after', 3, after),
  ]
  return closingLines(gatherReport(fakeRun({ evaluations })), 'runs/test-1/report.html', 200).join('\n')
}

test('a gain whose interval includes 0 is not called equal: the line says what the problems can show', () => {
  const text = gainOf(
    right,
    right.map((value, i) => value || i < 4),
  )
  assert.match(
    text,
    /^gain {7}\+5\.0 points \[−\d.*n=40: cannot tell\. 40 problems can show 1\d\.\d points; 5\.0 points would need \d+\.$/m,
  )
  assert.match(text, /against the best fixed workflow per type \(2\.0 calls\): cannot tell\./)
  assert.doesNotMatch(text, /equal/)
})

test('a clear gain has nothing added, and equal needs an interval within the margin', () => {
  assert.match(
    gainOf(
      right.map(() => false),
      right,
    ),
    /^gain .*n=40$/m,
  )
  const many = Array.from({ length: 400 }, (_, i) => i % 2 === 0)
  assert.match(gainOf(many, many), /n=400: equal within 1 point$/m)
})

test('against fixed workflows the comparison is at equal calls, and the calls of the policy are said', () => {
  const withCalls = (record: EvaluationRecord, calls: number): EvaluationRecord => ({
    ...record,
    outcomes: record.outcomes.map((outcome) => ({ ...outcome, llmCalls: calls })),
  })
  const evaluations = [
    ...['math', 'code', 'qa'].map((type) => {
      const part = evaluation(`fixed:${type}/1`, 0, right)
      return { ...part, outcomes: part.outcomes.filter(({ problemType }) => problemType === type) }
    }),
    withCalls(evaluation('before', 0, right), 4.2),
    withCalls(evaluation('best-fixed', 0, right), 3),
    withCalls(
      evaluation(
        'after',
        3,
        right.map(() => true),
      ),
      2.4,
    ),
  ]
  const text = closingLines(gatherReport(fakeRun({ evaluations })), 'runs/test-1/report.html', 200).join('\n')
  assert.match(text, /^gain {7}\+50\.0 points \[.*\], greedy, paired by problem, n=40$/m)
  assert.match(text, /^ {11}\+50\.0 points \[[^\]]*\] against fixed workflows, one a type, with as many calls$/m)
  assert.match(text, /against the best fixed workflow per type \(3\.0 calls\)$/m)
  assert.match(text, /^calls {6}2\.4 a problem \(4\.2 before the training\)$/m)
})

test('the gain is said in both decodings, greedy first', () => {
  const none = right.map(() => false)
  const evaluations = [
    evaluation('before', 0, none),
    evaluation('before-sampled', 0, none),
    evaluation('after', 3, right),
    evaluation('after-sampled', 3, none),
  ]
  const [greedy, sampled] = closingLines(gatherReport(fakeRun({ evaluations })), 'runs/test-1/report.html', 200)
  assert.match(greedy ?? '', /^gain {7}\+50\.0 points \[.*\], greedy, paired by problem, n=40$/)
  assert.match(sampled ?? '', /^ {11}\+0\.0 points \[.*\], sampled, paired by problem, n=40/)
})

test('operators are called learned where the gain excludes 0, changed elsewhere; few problems of a type say nothing', () => {
  const shares = (share: number) => ({ 'operators/math/Custom/share': share, 'operators/math/Review/share': 1 - share })
  const textOf = (before: readonly boolean[], after: readonly boolean[]): string => {
    const evaluations = [
      evaluation('before', 0, before, { metrics: shares(1) }),
      evaluation('after', 3, after, { metrics: shares(0.25) }),
    ]
    return closingLines(gatherReport(fakeRun({ evaluations })), 'runs/test-1/report.html', 200).join('\n')
  }
  const none = right.map(() => false)
  assert.match(textOf(none, right), /^learned +math \(n=14\): Custom 25 %/m)
  assert.match(textOf(right, right), /^changed +math \(n=14\): Custom 25 %/m)
  assert.doesNotMatch(textOf(none.slice(0, 27), right.slice(0, 27)), /Custom/)
})
