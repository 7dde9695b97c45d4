/**
 * A server that plays a script: for each path a list of answers, one a request, the last one for all that follow. It
 * writes down what it was asked. For tests alone.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jsonType, protobufType } from '../../../tinker/index.ts'

export type ScriptedAnswer =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly status?: number; readonly protobuf: Uint8Array }
  | { readonly status: number; readonly text: string }
  /** Takes the request and closes the connection. */
  | 'drop'
  /** Takes the request and never answers. */
  | 'hang'

export interface SeenRequest {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  /** Of a JSON body. */
  readonly json: Readonly<Record<string, unknown>>
}

export interface ScriptedServer {
  readonly baseUrl: string
  readonly seen: SeenRequest[]
  /** Requests of one path, below `/api/v1`. */
  seenAt(path: string): SeenRequest[]
  /** Replaces the script of a path. */
  script(path: string, ...answers: readonly ScriptedAnswer[]): void
  close(): Promise<void>
}

/** What every session begins with; `/retrieve_future` is for the test to script. */
export const opening: Readonly<Record<string, readonly ScriptedAnswer[]>> = {
  '/create_session': [{ json: { session_id: 'session' } }],
  '/session_heartbeat': [{ json: { type: 'session_heartbeat' } }],
  '/create_model': [{ json: { request_id: 'model' } }],
  '/unload_model': [{ json: { request_id: 'unloaded' } }],
}

export async function startScriptedServer(
  scripts: Readonly<Record<string, readonly ScriptedAnswer[]>> = {},
): Promise<ScriptedServer> {
  const left = new Map(Object.entries(scripts).map(([path, answers]) => [path, [...answers]]))
  const seen: SeenRequest[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const path = (request.url ?? '').replace(/^\/api\/v1/, '')
    const isJson = request.headers['content-type'] === jsonType
    seen.push({ path, headers: request.headers, body, json: isJson ? JSON.parse(body.toString()) : {} })
    const answers = left.get(path) ?? []
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? {
      status: 404,
      json: { detail: `no script for ${path}` },
    }
    if (answer === 'hang') return
    if (answer === 'drop') return void request.socket.destroy()
    if ('protobuf' in answer) {
      response.writeHead(answer.status ?? 200, { 'content-type': protobufType }).end(answer.protobuf)
    } else if ('text' in answer) {
      response.writeHead(answer.status, { 'content-type': 'text/html' }).end(answer.text)
    } else {
      response
        .writeHead(answer.status ?? 200, { 'content-type': jsonType, ...answer.headers })
        .end(JSON.stringify(answer.json))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    seenAt: (path) => seen.filter((request) => request.path === path),
    script: (path, ...answers) => void left.set(path, [...answers]),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
