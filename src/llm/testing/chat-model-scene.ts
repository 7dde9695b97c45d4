/** A server with models that misbehave in ways of their own, and a client for each test, for the tests of the chat model. */
import assert from 'node:assert/strict'
import { after, before, beforeEach } from 'node:test'
import type { ChatMessage } from '../chat-model.ts'
import { type ChatModelOptions, createChatModel } from '../create-chat-model.ts'
import { createMemoryCache, type MemoryCache } from './memory-cache.ts'
import { completion, inTurn, json, type Quirk, type QuirkServer, says, startQuirkServer } from './quirk-server.ts'

export const key = 'sk-a-key-that-nobody-may-see'
export const messages: readonly ChatMessage[] = [{ role: 'user', content: 'x' }]
export const options = { purpose: 'test', seed: 7 }

/** Requests that wait until `letGo` answers them all. */
export const held: (() => void)[] = []
export const letGo = (): void => {
  for (const answer of held.splice(0)) answer()
}
const hold: Quirk = (response) => {
  held.push(() => json(response, 200, completion({ content: 'late' })))
}
export const heldRequests = async (count: number): Promise<void> => {
  while (held.length < count) await new Promise((resolve) => setTimeout(resolve, 2))
}

const empty: Quirk = (response) => json(response, 200, completion({ content: '' }))
const cut: Quirk = (response) => json(response, 200, completion({ content: null }, 'length'))
const busy: Quirk = (response) => json(response, 503, { error: { message: 'busy' } })

export let server: QuirkServer
export let cache: MemoryCache
before(async () => {
  server = await startQuirkServer({
    good: says('ok'),
    'gpt-4o': says('ok'),
    hold,
    empty,
    busy,
    cut: inTurn(cut, cut, says('ok')),
    'cut, then too long': inTurn(
      cut,
      (response) => json(response, 400, { error: { message: 'maximum context length is 100' } }),
      says('ok'),
    ),
    'empty, then good': inTurn(empty, says('ok')),
    'empty first': inTurn(empty, says('ok')),
    'echoes the key': (response, { headers }) =>
      json(response, 400, { error: { message: `wrong key ${headers.authorization}` } }),
    'says the key': (response, { headers }) =>
      json(response, 200, completion({ content: `you sent ${headers.authorization}` })),
    gateway: (response) => json(response, 504, '<html>gateway time-out</html>'),
    breaks: (response) => {
      response.writeHead(200, { 'content-length': 9999 })
      response.write('{', () => response.destroy())
    },
    'no usage': (response) => json(response, 200, { choices: [{ message: { content: 'abcdefgh' } }] }),
  })
})
after(() => server.close())
beforeEach(() => {
  cache = createMemoryCache()
  held.splice(0)
})

export function chatModel(model: string, more: Partial<ChatModelOptions> = {}) {
  return createChatModel({
    baseUrl: server.baseUrl,
    model,
    apiKey: key,
    attempts: 3,
    maxTokens: 100,
    temperature: 0,
    cache,
    sleep: async () => {},
    ...more,
  })
}

export const requestsOf = (model: string) => server.turns.filter((turn) => turn.body.model === model)
export const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.fail('it should have failed'),
    (error: unknown) => error,
  )
