/** A simulator in this process that tells what it is asked, can fall silent, and notes what it should not be asked again. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { ChatMessage } from '../src/llm/chat-model.ts'
import { simulatorSettings } from '../src/simulation/server/options.ts'
import { createSimulatorApp } from '../src/simulation/server/simulator-app.ts'
import { defaultSkills } from '../src/simulation/solver/skills.ts'
import { think } from '../src/simulation/solver/think.ts'

export interface CountingServer {
  readonly baseUrl: string
  /** Resolves when so many questions more have come in. */
  asked(count: number): Promise<void>
  /** Chat completions that were asked for so far. */
  questions(): number
  /** What a request's body asks for, seed included. */
  nameOf(body: { readonly messages: readonly ChatMessage[]; readonly seed: number }): string
  /** From now on these are not to be asked for; they are answered all the same. */
  refuse(names: ReadonlySet<string>): void
  /** What was asked for in spite of `refuse`. */
  refused(): readonly string[]
  /** Answers no question until the function that it returns is called. */
  hold(): () => void
  close(): Promise<void>
}

export async function startCountingServer(): Promise<CountingServer> {
  let questions = 0
  let waiting: { readonly until: number; readonly resolve: () => void }[] = []
  let forbidden: ReadonlySet<string> = new Set()
  const asked: string[] = []
  let gate = Promise.resolve()
  const name = (messages: readonly ChatMessage[], seed: number): string =>
    JSON.stringify([seed, ...messages.map(({ role, content }) => [role, content])])
  const app = createSimulatorApp(
    simulatorSettings({ latencyMs: 5 }),
    (messages, options) => {
      const asksFor = name(messages, options.seed)
      if (forbidden.has(asksFor)) asked.push(asksFor)
      return think(messages, options)
    },
    defaultSkills,
  )
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const server = createServer((request, response) => {
    // All else is about the server: its models, its context.
    if (request.url?.endsWith('/chat/completions') !== true) {
      answer(request, response)
      return
    }
    questions += 1
    for (const waiter of waiting) if (waiter.until <= questions) waiter.resolve()
    waiting = waiting.filter(({ until }) => until > questions)
    void gate.then(() => answer(request, response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked: (count) =>
      new Promise((resolve) => {
        waiting.push({ until: questions + count, resolve })
      }),
    questions: () => questions,
    nameOf: ({ messages, seed }) => name(messages, seed),
    refuse: (names) => {
      forbidden = names
    },
    refused: () => asked,
    hold: () => {
      let release = (): void => undefined
      gate = new Promise((resolve) => {
        release = resolve
      })
      return release
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
