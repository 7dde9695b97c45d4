/** The suite that every `ChatModel` passes: the client, the simulator in this process, the fakes of tests. */
import assert from 'node:assert/strict'
import { assertRejectsWith, type ContractSubject, contractOf } from '../testing/contract.ts'
import type { ChatMessage, ChatModel } from './chat-model.ts'
import { LlmError } from './llm-error.ts'

export type ChatModelPart = 'replies' | 'keys' | 'usage' | 'empty answers' | 'abort' | 'abort under way' | 'close'

export interface ChatModelScene {
  readonly model: ChatModel
  readonly messages: readonly ChatMessage[]
  /** Answers every call with an empty text. */
  readonly emptyModel?: ChatModel
  /** Aborts once a call of the model is under way and will not be answered. */
  readonly slow?: { readonly model: ChatModel; underWay(): Promise<void> }
  close?(): Promise<void>
}

export function chatModelContract(subject: ContractSubject<ChatModelPart, ChatModelScene>): void {
  const check = contractOf(subject)
  const options = { purpose: 'contract', seed: 7 }

  check('replies', 'a reply has a text, a reason to end, and numbers that can be', async ({ model, messages }) => {
    assert.notEqual(model.model, '')
    const reply = await model.generate(messages, options)
    assert.notEqual(reply.text, '')
    assert.ok(['stop', 'length', 'content-filter', 'other'].includes(reply.finishReason.unified))
    assert.ok(reply.attempts >= 1)
    const { usage, answerUsage } = reply
    for (const number of [reply.costUsd, reply.answerCostUsd, reply.latencyMs, ...Object.values(usage)]) {
      assert.ok(number >= 0 && Number.isFinite(number))
    }
    assert.ok(answerUsage.inputTokens <= usage.inputTokens && answerUsage.outputTokens <= usage.outputTokens)
    assert.ok(reply.answerCostUsd <= reply.costUsd)
    assert.deepEqual(JSON.parse(JSON.stringify(reply)), reply)
  })

  check('replies', 'the same messages, options and seed get the same answer, alone and at once', async (scene) => {
    const { model, messages } = scene
    const first = await model.generate(messages, options)
    const others = await Promise.all([1, 2, 3].map(() => model.generate(messages, { ...options, purpose: 'another' })))
    for (const { text, key } of others) assert.deepEqual([text, key], [first.text, first.key])
  })

  check('keys', 'the seed, the messages and the temperature decide the key, the purpose does not', async (scene) => {
    const { model, messages } = scene
    const other: readonly ChatMessage[] = [...messages, { role: 'user', content: 'Once more.' }]
    const calls = [
      model.generate(messages, options),
      model.generate(messages, { ...options, seed: 8 }),
      model.generate(other, options),
      model.generate(messages, { ...options, temperature: 0.25 }),
      model.generate(messages, { ...options, purpose: 'another' }),
    ]
    const keys = (await Promise.all(calls)).map(({ key }) => key)
    assert.equal(new Set(keys).size, 4)
    assert.equal(keys[4], keys[0])
  })

  check('usage', 'a reply counts the tokens of its call', async ({ model, messages }) => {
    const { usage, answerUsage } = await model.generate(messages, options)
    assert.ok(usage.inputTokens > 0 && usage.outputTokens > 0)
    assert.deepEqual(answerUsage, usage)
  })

  check('empty answers', 'an empty answer is a failure of its kind, with what it used', async (scene) => {
    const { emptyModel, messages } = scene
    assert.ok(emptyModel !== undefined, 'the subject has no model of empty answers and declares no skip')
    const error = await emptyModel.generate(messages, options).then(
      () => assert.fail('an empty text was a reply'),
      (error: unknown) => error,
    )
    assert.ok(error instanceof LlmError, String(error))
    assert.deepEqual([error.kind, error.code, error.isRetryable], ['empty-content', 'empty-content', true])
    assert.ok(error.attempts.length >= 1 && error.usage.inputTokens > 0)
    assert.notEqual(error.hint, undefined)
  })

  check('abort', 'an aborted signal rejects with its reason, whatever it is', async ({ model, messages }) => {
    for (const reason of [new Error('enough'), 'enough']) {
      await assertRejectsWith(model.generate(messages, options, AbortSignal.abort(reason)), reason)
    }
    assert.notEqual((await model.generate(messages, options)).text, '')
  })

  check('abort under way', 'a call that is aborted under way rejects with the reason', async ({ slow, messages }) => {
    assert.ok(slow !== undefined, 'the subject has no slow model and declares no skip')
    const reason = new Error('enough')
    const controller = new AbortController()
    const running = assertRejectsWith(slow.model.generate(messages, options, controller.signal), reason)
    await slow.underWay()
    controller.abort(reason)
    await running
  })

  check('close', 'closed, it refuses calls and rejects those under way; it may be closed again', async (scene) => {
    const { slow, close, messages } = scene
    assert.ok(slow !== undefined && close !== undefined, 'the subject cannot be closed and declares no skip')
    const refused = { name: 'BatonError', code: 'closed' }
    const running = assert.rejects(slow.model.generate(messages, options), refused)
    await slow.underWay()
    await close()
    await running
    await close()
    await assert.rejects(slow.model.generate(messages, options), refused)
  })
}
