/** A server for tests that misbehaves to order. Which quirk a call meets is named by its model; other requests are named by method and path. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Turn {
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Readonly<Record<string, unknown>>
  /** 1 for the first request with this model. */
  readonly hit: number
}

export type Quirk = (response: ServerResponse, turn: Turn) => void

export interface QuirkServer {
  /** Up to and with `/v1`. */
  readonly baseUrl: string
  /** Requests as they came. */
  readonly turns: readonly Turn[]
  close(): Promise<void>
}

export async function startQuirkServer(quirks: Readonly<Record<string, Quirk>>): Promise<QuirkServer> {
  const turns: Turn[] = []
  const hits = new Map<string, number>()
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (part) => {
      text += part
    })
    request.on('end', () => {
      const path = request.url ?? ''
      const body = text === '' ? {} : JSON.parse(text)
      const isCall = /\/(?:chat\/completions|messages)$/.test(path)
      const name = isCall ? String(body.model) : `${request.method} ${path}`
      const hit = (hits.get(name) ?? 0) + 1
      hits.set(name, hit)
      const turn = { path, headers: request.headers, body, hit }
      turns.push(turn)
      const quirk = quirks[name]
      if (quirk === undefined) json(response, 404, { error: { message: `no quirk is called ${name}` } })
      else quirk(response, turn)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    turns,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

/** A chat completion of 10 input and 5 output tokens. */
export function completion(message: object, finishReason = 'stop'): object {
  return {
    id: 'c',
    object: 'chat.completion',
    choices: [{ index: 0, finish_reason: finishReason, message: { role: 'assistant', ...message } }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  }
}

export const says =
  (content: string): Quirk =>
  (response) =>
    json(response, 200, completion({ content }))

/** One quirk a request, the last one for all that follow. */
export const inTurn =
  (...quirks: readonly Quirk[]): Quirk =>
  (response, turn) =>
    quirks[Math.min(turn.hit, quirks.length) - 1]?.(response, turn)
