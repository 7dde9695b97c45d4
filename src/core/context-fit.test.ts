import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  assumedRate,
  type ContextQuestion,
  longestReply,
  measuredRate,
  neededTokens,
  shapeLengths,
} from './context-fit.ts'

const shape = (earlierAnswers: number, earlierTokens = 0) => ({
  name: `holds ${earlierAnswers}`,
  templateBytes: 100,
  earlierAnswers,
  earlierTokens,
})
const question = (replyTokens: number): ContextQuestion => ({
  shapes: [shape(0), shape(1, replyTokens), shape(5, 5 * replyTokens)],
  problemBytes: [20, 200, 500],
  replyTokens,
  rate: { bytesPerToken: 4, isMeasured: true },
})

test('a prompt is template, problem, marks of the chat and earlier answers', () => {
  // (100 + 500) / 4 + 16 marks
  assert.deepEqual(
    shapeLengths(question(50), null).map(({ promptTokens, tooLong }) => [promptTokens, tooLong]),
    [
      [166, 0],
      [216, 0],
      [416, 0],
    ],
  )
  assert.equal(neededTokens(question(50)), 466)
})

test('the problems that do not fit are counted, to the token', () => {
  const tooLong = (tokens: number, inputTokens: number | null = null) =>
    shapeLengths(question(50), { tokens, inputTokens }).map((length) => length.tooLong)
  assert.deepEqual(tooLong(466), [0, 0, 0])
  assert.deepEqual(tooLong(465), [0, 0, 1])
  assert.deepEqual(tooLong(300), [0, 0, 3])
  assert.deepEqual(tooLong(10), [3, 3, 3])
  // A limit of the prompt's own is the server's too.
  assert.deepEqual(tooLong(466, 200), [0, 1, 3])
})

test('the longest reply makes everything fit, and one more token does not', () => {
  const limits = [
    { tokens: 1000, inputTokens: null },
    { tokens: 1000, inputTokens: 300 },
    { tokens: 333, inputTokens: 332 },
  ]
  for (const limit of limits) {
    const most = longestReply(question(50), limit)
    const fits = (reply: number) => shapeLengths(question(reply), limit).every(({ tooLong }) => tooLong === 0)
    assert.deepEqual([fits(most), fits(most + 1)], [true, false], JSON.stringify({ limit, most }))
  }
  assert.equal(longestReply(question(50), { tokens: 100, inputTokens: null }), 0)
  assert.equal(longestReply(question(50), { tokens: 1000, inputTokens: 100 }), 0)
})

test('an answer of another model keeps its length, however short the reply', () => {
  const judge = { ...question(50), shapes: [shape(0, 400)] }
  assert.equal(longestReply(judge, { tokens: 600, inputTokens: null }), 600 - 166 - 400)
})

test('a count of a prompt gives a rate where it can be one', () => {
  assert.deepEqual(measuredRate(400, 116), { bytesPerToken: 4, isMeasured: true })
  for (const tokens of [null, 0, -5, 16, 17, 1_000_000, Number.NaN])
    assert.deepEqual(measuredRate(400, tokens), assumedRate)
})
