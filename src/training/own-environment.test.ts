/** Environments of one's own: what they may return, and the contract that every environment keeps. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem } from '../core/problem.ts'
import type { Tokenizer } from '../engines/policy-engine.ts'
import type { ChatModel } from '../llm/index.ts'
import { createFakeChatModel, createSlowChatModel, fakeLlmError } from '../rewards/testing/fake-chat-model.ts'
import { adaptEnvironment } from './adapt-environment.ts'
import type { Environment } from './environment.ts'
import { environmentContract } from './environment-suite.ts'
import { defineEnvironment, type OwnEnvironment, type OwnResult, ownScore } from './own-environment.ts'

const problem: Problem = {
  ...{ id: 'm', source: 'test', difficulty: 1, type: 'math' },
  ...{ question: 'What is 6 * 7?', answer: '42' },
}
const tokenizer: Tokenizer = {
  encode: (text) => [...text].map((character) => character.charCodeAt(0)),
  decode: (tokens) => String.fromCharCode(...tokens),
  ...{ vocabularySize: 65_536, endOfTextId: 1, padId: 0 },
}

/** The policy writes a question to the executor; right is whose reply holds the answer. */
const asking: OwnEnvironment = {
  name: 'asking',
  prompt: ({ question }) => question,
  attempt: async ({ answer }, completion, { executor, seed }) => {
    const reply = (await executor?.ask(completion, { seed })) ?? ''
    const isCorrect = reply.includes(answer)
    return { reward: isCorrect ? 1 : -1, isCorrect, data: { reply } }
  },
  metrics: (rollouts) => ({ 'asking/rollouts': rollouts.length }),
}

const adapted = (own: OwnEnvironment, executor: ChatModel | null = null): Environment =>
  adaptEnvironment(own, { executor, promptMaxTokens: 64 })

environmentContract({
  name: 'an own environment',
  create: async () => {
    const { model, ...slow } = createSlowChatModel('it is 42')
    return {
      environment: adapted(
        asking,
        createFakeChatModel(() => 'it is 42'),
      ),
      failing: adapted(
        asking,
        createFakeChatModel(() => fakeLlmError('network')),
      ),
      slow: { environment: adapted(asking, model), ...slow },
      ...{ text: 'What is it?', tokenizer, problem },
    }
  },
  skips: { 'bad text': 'what a bad text is worth is its own affair' },
})

const context = { key: ['own'], signal: new AbortController().signal }
const completion = { tokens: [1], logprobs: [0], stopReason: 'stop' } as const
const attemptOf = (own: OwnEnvironment, executor?: ChatModel) =>
  adapted(own, executor ?? null).attempt(problem, 'text', completion, context)

test('what is asked is paid for by the attempt', async () => {
  const model = createFakeChatModel(() => 'it is 42')
  const { costUsd, llmCalls, solving, record } = await attemptOf(asking, model)
  assert.equal(llmCalls, 1)
  assert.equal(costUsd, 0.001)
  assert.deepEqual(solving, { calls: 1, inputTokens: 10, outputTokens: 5, costUsd: 0.001 })
  assert.deepEqual(record, {
    environment: 'other',
    outcome: 'solved',
    data: { reply: 'it is 42', environment: 'asking', version: 1, outcome: 'solved' },
  })
})

test('calls that were answered before one failed are on the account', async () => {
  const twice: OwnEnvironment = {
    ...asking,
    attempt: async (_problem, _text, { executor }) => {
      await executor?.ask('first')
      await executor?.ask('second')
      return { reward: 0, isCorrect: false }
    },
  }
  const model = createFakeChatModel((_call, position) => (position === 0 ? 'yes' : fakeLlmError('rate-limit')))
  const { score, llmCalls, solving, failures } = await attemptOf(twice, model)
  assert.equal(score.kind, 'unscorable')
  assert.equal(llmCalls, 2)
  assert.equal(solving.calls, 1)
  assert.equal(failures[0]?.code, 'rate-limit')
})

test('an attempt that never ends is given up after its deadline', async () => {
  const endless: OwnEnvironment = { ...asking, deadlineMs: 5, attempt: () => new Promise(() => {}) }
  // The timer of a signal keeps no process alive.
  const alive = setInterval(() => {}, 1000)
  const { score, failures } = await attemptOf(endless)
  clearInterval(alive)
  assert.equal(score.kind, 'unscorable')
  assert.deepEqual(failures, [
    { boundary: 'environment', code: 'deadline', message: 'asking: an attempt took longer than 0.005 s' },
  ])
})

test('an exception of the attempt, or a result that does not fit, leaves the rollout unscorable', async () => {
  const broken: OwnEnvironment = {
    ...asking,
    attempt: () => {
      throw new RangeError('out of luck')
    },
  }
  assert.deepEqual((await attemptOf(broken)).failures, [
    { boundary: 'environment', code: 'exception', message: 'asking: RangeError: out of luck' },
  ])
  const silent = { ...asking, attempt: () => undefined as unknown as OwnResult }
  assert.equal((await attemptOf(silent)).score.kind, 'unscorable')
})

test('a prompt that is too long keeps its end; messages are joined for a policy without a chat format', () => {
  const own: OwnEnvironment = {
    ...asking,
    prompt: () => [
      { role: 'system', content: 'x'.repeat(100) },
      { role: 'user', content: 'the end' },
    ],
  }
  const environment = adapted(own)
  const prompt = environment.prompt(problem, tokenizer)
  assert.equal(prompt.length, 64)
  assert.match(tokenizer.decode(prompt), /xx\n\nthe end$/)
  assert.equal(environment.conversation?.(problem)[1]?.content, 'the end')
})

const result = (changes: object): OwnResult => ({ reward: 1, isCorrect: true, ...changes }) as OwnResult

test('a result becomes a score whose parts add up', () => {
  const score = ownScore(result({ reward: 0.5, parts: { right: 1, length: -0.5 }, reason: '3 lines' }), 'own')
  assert.deepEqual(score, {
    ...{ kind: 'scored', reward: 0.5, isCorrect: true, verdict: 'true', reason: '3 lines' },
    parts: [
      { name: 'right', value: 1 },
      { name: 'length', value: -0.5 },
    ],
  })
})

const refused: readonly (readonly [what: string, changes: object, message: RegExp])[] = [
  ['no number', { reward: '1' }, /own: attempt returned the reward "1"; it must be a finite number/],
  ['NaN', { reward: Number.NaN }, /returned the reward NaN/],
  ['infinity', { reward: Number.POSITIVE_INFINITY }, /finite number/],
  ['no verdict', { isCorrect: undefined }, /isCorrect undefined; it must be true or false/],
  ['parts that do not add up', { parts: { a: 1, b: 1 } }, /add up to 2, not to 1/],
  ['a part that is no number', { parts: { a: Number.NaN } }, /add up to NaN/],
]
for (const [what, changes, message] of refused) {
  test(`a result with ${what} is refused`, () => assert.throws(() => ownScore(result(changes), 'own'), message))
}

test('an environment without what it needs is refused with the field', () => {
  const wrong: readonly (readonly [changes: object, field: RegExp])[] = [
    [{ name: 'My Task' }, /name must be kebab-case/],
    [{ prompt: undefined }, /prompt must be a function/],
    [{ attempt: 'run' }, /attempt must be a function/],
    [{ metrics: {} }, /metrics must be a function/],
    [{ deadlineMs: -1 }, /deadlineMs must be a number above 0/],
  ]
  for (const [changes, field] of wrong) {
    assert.throws(() => defineEnvironment({ ...asking, ...changes } as OwnEnvironment), field)
  }
  assert.equal(defineEnvironment(asking), asking)
})
