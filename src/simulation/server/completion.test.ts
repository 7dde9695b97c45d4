import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Json } from '../../core/json.ts'
import { readCompletion } from '../../llm/read-completion.ts'
import type { ChatRequest } from './chat-request.ts'
import type { Treatment } from './choose-fault.ts'
import { completionBody, completionChunks, composeCompletion } from './completion.ts'

const untouched: Treatment = { fault: null, delayMs: 0, cut: 0 }
const request: ChatRequest = {
  model: 'simulator',
  messages: [{ role: 'user', content: 'What is it?' }],
  seed: 3,
  choices: 1,
  maxTokens: 1000,
  isStream: false,
  hasStreamUsage: false,
  hasPromptLogprobs: false,
}

const replies = fc.record({ content: fc.string({ maxLength: 200 }), reasoning: fc.string({ maxLength: 200 }) })

test('an answer is cut at max_tokens, its reasoning first, and says length only then', () => {
  fc.assert(
    fc.property(replies, fc.integer({ min: 1, max: 120 }), (reply, maxTokens) => {
      const { choices, usage } = composeCompletion({ ...request, maxTokens }, untouched, () => reply)
      const choice = choices[0]
      assert.ok(choice !== undefined)
      const needed = Math.ceil(reply.reasoning.length / 4) + Math.ceil(reply.content.length / 4)
      assert.equal(choice.finishReason, needed <= maxTokens ? 'stop' : 'length')
      assert.ok(reply.content.startsWith(choice.content ?? '') && reply.reasoning.startsWith(choice.reasoning))
      assert.ok((usage.completion_tokens as number) <= maxTokens)
      if (needed <= maxTokens) assert.deepEqual([choice.content, choice.reasoning], [reply.content, reply.reasoning])
      if (choice.content !== '' && choice.content !== null) assert.equal(choice.reasoning, reply.reasoning)
    }),
  )
})

test('n choices are n draws, and the usage counts them all', () => {
  const seeds: number[] = []
  const composed = composeCompletion({ ...request, choices: 3 }, untouched, (seed) => {
    seeds.push(seed)
    return { content: 'abcdefgh', reasoning: '' }
  })
  assert.equal(seeds[0], 3)
  assert.equal(new Set(seeds).size, 3)
  assert.deepEqual(composed.usage, { prompt_tokens: 7, completion_tokens: 6, total_tokens: 13 })
})

test('a stream says what the whole body says, in order, with usage in a last chunk without choices', () => {
  fc.assert(
    fc.property(replies, (reply) => {
      const composed = composeCompletion({ ...request, choices: 2 }, untouched, () => reply)
      const chunks = completionChunks(composed, true) as { choices: Record<string, Json>[]; usage?: Json }[]
      for (const index of [0, 1]) {
        const own = chunks.flatMap((chunk) => chunk.choices).filter((choice) => choice.index === index)
        const joined = (name: string): string =>
          own.map((choice) => (choice.delta as Record<string, string | null>)[name] ?? '').join('')
        assert.equal(joined('content'), reply.content)
        assert.equal(joined('reasoning'), reply.reasoning)
        assert.equal(joined('reasoning_content'), reply.reasoning)
        assert.deepEqual(
          own.map((choice) => choice.finish_reason).filter((reason) => reason !== null),
          ['stop'],
        )
      }
      assert.deepEqual(chunks.at(-1)?.choices, [])
      assert.deepEqual(chunks.at(-1)?.usage, composed.usage)
      assert.equal(completionChunks(composed, false).length, chunks.length - 1)
    }),
  )
})

test('faults of content are read by the client as what they are', () => {
  const reply = { content: 'The answer is 42.', reasoning: 'Six times seven.' }
  const read = (fault: Treatment['fault'], cut = 0) =>
    readCompletion(completionBody(composeCompletion(request, { fault, cut, delayMs: 0 }, () => reply)))
  const good = read(null)
  assert.ok(good.kind === 'answer')
  assert.deepEqual([good.text, good.reasoning], [reply.content, reply.reasoning])
  const empty = read('emptyContent')
  assert.ok(empty.kind === 'failure')
  assert.deepEqual([empty.failure, empty.reasoning], ['empty-content', ''])
  const onlyReasoning = read('nullContent')
  assert.ok(onlyReasoning.kind === 'failure')
  assert.deepEqual([onlyReasoning.failure, onlyReasoning.reasoning], ['empty-content', reply.reasoning])
  const cut = read('truncated', 0.5)
  assert.ok(cut.kind === 'answer')
  assert.deepEqual([cut.text, cut.finishReason.unified], ['The answ', 'length'])
  const cutToNothing = read('truncated', 0)
  assert.ok(cutToNothing.kind === 'failure')
  assert.equal(cutToNothing.failure, 'truncated-reasoning')
})
