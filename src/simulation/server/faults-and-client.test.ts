/** The client against the simulator with every fault at once: replies and accounts must not depend on what runs beside. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { CallRecord } from '../../core/records.ts'
import type { ChatModelStats } from '../../llm/chat-model-stats.ts'
import { createChatModel } from '../../llm/create-chat-model.ts'
import { estimateInputTokens, estimateTokens } from '../../llm/estimate-tokens.ts'
import { LlmError, type LlmFailureKind } from '../../llm/llm-error.ts'
import { type Simulator, startSimulator } from './server.ts'

const opened: Simulator[] = []
after(() => Promise.all(opened.map((simulator) => simulator.close())))

const faults = {
  emptyContent: 0.13,
  nullContent: 0.05,
  truncated: 0.05,
  serverError: 0.05,
  reset: 0.05,
  garbage: 0.05,
  errorIn200: 0.05,
  loading: 0.05,
  rateLimit: 0.05,
  retryAfterSeconds: 0,
}
const calls = 200
const prices = { inputPerMillionUsd: 2, outputPerMillionUsd: 8 }

interface Outcome {
  readonly texts: readonly string[]
  readonly records: readonly CallRecord[]
  readonly stats: ChatModelStats
}

async function runAll(concurrency: number): Promise<Outcome> {
  const simulator = await startSimulator({
    seed: 11,
    faults,
    answer: (messages, { seed }) => ({ content: `${messages[0]?.content} by ${seed}`, reasoning: 'because' }),
  })
  opened.push(simulator)
  const records: CallRecord[] = []
  const model = createChatModel({
    baseUrl: simulator.baseUrl,
    model: simulator.model,
    prices,
    concurrency,
    attempts: 3,
    baseDelayMs: 1,
    maxDelayMs: 1,
    cache: {
      get: () => undefined,
      put: (record) => {
        records.push(record)
      },
    },
  })
  const texts = await Promise.all(
    Array.from({ length: calls }, async (_, seed) => {
      const messages = [{ role: 'user' as const, content: `Question ${seed}` }]
      try {
        return (await model.generate(messages, { purpose: 'test', seed })).text
      } catch (error) {
        assert.ok(error instanceof LlmError)
        return error.message
      }
    }),
  )
  const stats = model.stats()
  await model.close()
  return { texts, stats, records: records.toSorted((a, b) => (a.key < b.key ? -1 : 1)) }
}

const withoutClock = (record: CallRecord) => ({
  ...record,
  attempts: record.attempts.map((attempt) => ({ ...attempt, latencyMs: 0 })),
})

test('one call at a time or sixteen: same replies, same failures, same tokens and dollars', async () => {
  const [one, sixteen] = [await runAll(1), await runAll(16)]
  assert.deepEqual(sixteen.texts, one.texts)
  assert.deepEqual(sixteen.records.map(withoutClock), one.records.map(withoutClock))
  assert.ok(one.stats.failedCalls > 0 && one.stats.failedCalls < calls / 5)
})

test('every attempt is accounted for to the token, whatever became of it', async () => {
  const { records, stats } = await runAll(16)
  const attempts = records.flatMap((record) => record.attempts)
  const expected: LlmFailureKind[] = ['empty-content', 'server', 'network', 'malformed-body', 'upstream-error']
  for (const kind of [...expected, 'overloaded', 'rate-limit']) assert.ok((stats.failures[kind] ?? 0) > 0, kind)
  assert.equal(records.length, calls)
  assert.equal(stats.attempts, attempts.length)
  const sum = (of: (record: CallRecord) => number): number => records.reduce((total, record) => total + of(record), 0)
  assert.equal(
    stats.inputTokens,
    sum((record) => record.inputTokens),
  )
  assert.equal(
    stats.outputTokens,
    sum((record) => record.outputTokens),
  )
  const perMillionUsd = stats.inputTokens * prices.inputPerMillionUsd + stats.outputTokens * prices.outputPerMillionUsd
  assert.ok(Math.abs(stats.costUsd - perMillionUsd / 1e6) < 1e-12)
  for (const record of records) {
    const messages = (record.request as { messages: { role: 'user'; content: string }[] }).messages
    const input = estimateInputTokens(messages)
    for (const attempt of record.attempts) {
      const isRefused = ['server', 'overloaded', 'rate-limit', 'upstream-error'].includes(attempt.failure ?? '')
      assert.equal(attempt.inputTokens, isRefused ? 0 : input, attempt.failure ?? 'answered')
      if (attempt.failure === 'network') assert.equal(attempt.outputTokens, 0)
    }
    const last = record.attempts.at(-1)
    if (record.failure === null && record.attempts.length === 1) {
      const text =
        (record.response as { choices: { message: { content: string } }[] }).choices[0]?.message.content ?? ''
      assert.equal(last?.outputTokens, estimateTokens(text) + estimateTokens('because'))
    }
  }
})
