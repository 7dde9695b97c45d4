import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultConfig } from '../../config/testing/default-config.ts'
import type { Problem } from '../../core/problem.ts'
import type { RolloutRecord } from '../../core/records.ts'
import { createPickTokenizer } from '../../engines/pointer/index.ts'
import type { ChatModel } from '../../llm/index.ts'
import { createFakeChatModel, createSlowChatModel, fakeLlmError } from '../../rewards/testing/fake-chat-model.ts'
import { assertRejectsWith } from '../../testing/contract.ts'
import { environmentContract } from '../../training/environment-suite.ts'
import { createAnswerer, defaultProfile } from '../answering/index.ts'
import type { Answerer, AnswerOutcome } from '../schema.ts'
import { createDemonstrationEnvironment, failedOutcome, judgedOutcome } from './demonstration-environment.ts'
import { toyAnswerer, toyQuestion, toyVerdict } from './testing/toy-demonstrations.ts'

const { reward } = defaultConfig().demonstrations
const ids = ['a', 'b', 'c', 'd', 'e', '5', 'q', 'other']
const table = { ids, width: 2, rows: new Float32Array(2 * ids.length) }
const tokenizer = createPickTokenizer({ queries: table, candidates: table })
const pool = ['a', 'b', 'd', '5']
const pools = new Map([
  ['q', pool],
  ['other', pool],
])
const problem: Problem = {
  ...{ id: 'q', type: 'vqa', source: 'demonstrations', difficulty: 1 },
  ...{ question: 'is it q?', answer: 'yes' },
}
const environmentOf = (answerer: Answerer) =>
  createDemonstrationEnvironment({ tokenizer, pools, reward, asking: { answerer, questionOf: toyQuestion } })
const asking = (model: ChatModel) => environmentOf(createAnswerer({ model }, defaultProfile))
const completion = { tokens: [5, 1], logprobs: [-1, -1], stopReason: 'length' } as const
const context = { key: ['k'], signal: new AbortController().signal }

environmentContract({
  name: 'demonstrations',
  skips: { 'bad text': 'picks are tokens of the pool; the text is only what they spell' },
  create: async () => {
    const { model, ...slow } = createSlowChatModel('yes')
    return {
      environment: asking(createFakeChatModel(() => 'yes')),
      failing: asking(createFakeChatModel(() => fakeLlmError('network'))),
      slow: { environment: asking(model), ...slow },
      text: '5 b',
      ...{ tokenizer, problem },
    }
  },
})

test('the first pick stands next to the question, and STOP shows nothing', async () => {
  const asked: string[][] = []
  const watching: Answerer = {
    ...toyAnswerer,
    answer: (question, shown) => {
      asked.push([...shown.map(({ id }) => id), question.id])
      return toyAnswerer.answer(question, shown)
    },
  }
  const environment = environmentOf(watching)
  const tokens = [...tokenizer.encode('5 b a'), tokenizer.endOfTextId]
  const { record, score } = await environment.attempt(problem, '', { ...completion, tokens }, context)
  assert.deepEqual(asked, [['a', 'b', '5', 'q']])
  assert.ok(record.environment === 'demonstrations')
  assert.deepEqual(record.demonstrations, ['5', 'b', 'a'])
  assert.ok(score.kind === 'scored' && score.isCorrect)
})

test('what an answer costs is counted; an answer of which nobody counts tokens is one call', async () => {
  const { costUsd, llmCalls, solving } = await environmentOf(toyAnswerer).attempt(problem, '', completion, context)
  assert.deepEqual(solving, { calls: 1, inputTokens: 8, outputTokens: 2, costUsd: 0.001 })
  assert.deepEqual([costUsd, llmCalls], [0.001, 1])
  const uncounted = async (): Promise<AnswerOutcome> => ({ kind: 'answer', prediction: 'no', rawGeneration: 'no' })
  const other = await environmentOf({ ...toyAnswerer, answer: uncounted }).attempt(problem, '', completion, context)
  assert.deepEqual(other.solving, { calls: 1, inputTokens: 0, outputTokens: 0, costUsd: 0 })
})

test('an attempt that is aborted while the answer arrives rejects with the reason', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const late: Answerer = {
    ...toyAnswerer,
    answer: (...asked) => {
      controller.abort(reason)
      return toyAnswerer.answer(...asked)
    },
  }
  const attempt = environmentOf(late).attempt(problem, '', completion, { ...context, signal: controller.signal })
  await assertRejectsWith(attempt, reason)
})

test('where no model can be asked an attempt is a mistake of the program', async () => {
  const environment = createDemonstrationEnvironment({ tokenizer, pools, reward, asking: null })
  await assert.rejects(environment.attempt(problem, '', completion, context), /no model can be asked/)
})

test('a judged answer has the reward of its formula, and says how many annotators agree', () => {
  const judged = { ...toyVerdict(true), accuracy: 0.6 }
  const { score, record, failures } = judgedOutcome({ picks: ['a', 'b'], judged, beamScore: null }, reward)
  assert.deepEqual(failures, [])
  assert.deepEqual(record, {
    ...{ environment: 'demonstrations', version: 1, outcome: 'answered' },
    ...{ demonstrations: ['a', 'b'], prediction: 'yes', rawGeneration: 'yes', accuracy: 0.6 },
  })
  assert.ok(score.kind === 'scored')
  assert.deepEqual([score.reward, score.isCorrect, score.verdict], [1.6, true, 'true'])
  assert.deepEqual(score.parts, [{ name: 'hard_plus_soft', value: 1.6 }])
  assert.match(score.reason, /^60 %/)
  const wrong = judgedOutcome({ picks: [], judged: toyVerdict(false), beamScore: null }, reward).score
  assert.ok(wrong.kind === 'scored' && wrong.reward === 0 && wrong.verdict === 'false' && !wrong.isCorrect)
})

test('the score of the beam enters where the formula reads it', () => {
  const hybrid = { ...reward, mode: 'hybrid', hardWeight: 1 } as const
  const { score } = judgedOutcome({ picks: [], judged: toyVerdict(true), beamScore: 0 }, hybrid)
  assert.ok(score.kind === 'scored' && Math.abs(score.reward - 0.5) < 1e-12)
})

test('an answer that the fallback scorer judged, and a failure, are no wrong answers', () => {
  const judged = { ...toyVerdict(false), usedFallback: true }
  const fallback = judgedOutcome({ picks: ['a'], judged, beamScore: null }, reward)
  assert.equal(fallback.score.kind, 'unscorable')
  assert.deepEqual(fallback.failures, [])
  const failed = failedOutcome(['a'], { failure: 'timeout', message: 'late' })
  assert.deepEqual(failed.score, { kind: 'unscorable', reason: 'late' })
  assert.deepEqual(failed.failures, [{ boundary: 'executor', code: 'timeout', message: 'late' }])
  assert.deepEqual([failed.costUsd, failed.llmCalls], [0, 0])
})

test('metrics: soft accuracy of what was answered, and how many sequences of a question differ', () => {
  const { metrics } = environmentOf(toyAnswerer)
  const rollout = (position: number, text: string, accuracy: number | null) =>
    ({ position, text, outcome: { environment: 'demonstrations', accuracy } }) as unknown as RolloutRecord
  const rollouts = [rollout(0, 'a b', 0.6), rollout(0, 'a b', 0.6), rollout(0, 'b a', null), rollout(1, 'a b', 0)]
  const found = metrics(rollouts)
  assert.ok(Math.abs((found['demonstrations/soft_accuracy'] as number) - 0.4) < 1e-12)
  assert.equal(found['demonstrations/distinct_rate'], 0.75)
  assert.equal('demonstrations/soft_accuracy' in metrics([rollout(0, 'a b', null)]), false)
})
