/** HTTP: reads bodies, asks for the key, plays faults, turns errors into statuses. What is answered is the routes' affair. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { BatonError } from '../core/failure.ts'
import { apiPrefix, jsonType, protobufType } from '../tinker/index.ts'
import { managementReply } from './management-routes.ts'
import { type OpenAiParts, openAiReply } from './openai-routes.ts'
import { ServeError } from './serve-error.ts'
import { createFaultDraw, type ServerFaults } from './server-faults.ts'
import { jsonReply, type ServeReply, type ServeRequest, type TinkerParts, tinkerRoutes } from './tinker-routes.ts'

export interface ListenerOptions {
  readonly parts: TinkerParts & OpenAiParts
  /** null: nobody is asked for a key. */
  readonly apiKey: string | null
  readonly faults: ServerFaults
  readonly seed: number
  readonly log: (line: string) => void
}

const openAiPrefix = '/v1'
/** Bytes of a body, as sent and unpacked. */
const largestBody = 256 * 1024 * 1024

export function createListener({ parts, apiKey, faults, seed, log }: ListenerOptions): RequestListener {
  const drawFault = createFaultDraw(faults, seed)
  return (message, response) => {
    void answer(message, response).catch((error: unknown) => {
      log(`${message.method} ${message.url}: ${error instanceof Error ? error.message : error}`)
      response.destroy()
    })
  }

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(message.url ?? '/', 'http://server')
    const isHealth = url.pathname.endsWith('/healthz')
    const fault = isHealth ? { refusal: null, isReplyLost: false } : drawFault()
    const body = await readBody(message)
    if (faults.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, faults.latencyMs))
    const isOpenAi = url.pathname.startsWith(`${openAiPrefix}/`)
    let reply: ServeReply
    try {
      if (!isHealth) checkCaller(message)
      if (fault.refusal !== null) throw new ServeError(fault.refusal, 'refused on purpose (a fault that was asked for)')
      reply = await route(message, url, unpacked(message, body))
    } catch (error) {
      reply = errorReply(error, isOpenAi)
      if (reply.status >= 500)
        log(`${message.method} ${url.pathname}: ${error instanceof Error ? error.message : error}`)
    }
    if (fault.isReplyLost) {
      response.destroy()
      return
    }
    response.writeHead(reply.status, { 'content-type': reply.contentType })
    response.end(reply.body)
  }

  function checkCaller({ headers, socket }: IncomingMessage): void {
    if (apiKey === null) {
      // A page of another origin reaches loopback under its own name only (DNS rebinding).
      const host = (headers.host ?? '').replace(/:\d+$/, '')
      const isLocal = ['localhost', '127.0.0.1', '[::1]', socket.localAddress].includes(host)
      if (!isLocal) throw new ServeError(403, 'without a key this server answers to localhost only')
      return
    }
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
    const given = headers['x-api-key'] ?? bearer
    if (typeof given !== 'string') throw new ServeError(401, 'a key is needed, as X-API-Key')
    if (!isSameKey(given, apiKey)) throw new ServeError(403, 'the key is not right')
  }

  async function route(message: IncomingMessage, url: URL, body: Uint8Array): Promise<ServeReply> {
    const { headers } = message
    const method = message.method ?? 'GET'
    const isTinker = url.pathname.startsWith(`${apiPrefix}/`)
    const path = url.pathname.slice(isTinker ? apiPrefix.length : openAiPrefix.length)
    const request: ServeRequest = { method, path, query: url.searchParams, headers, body }
    if (body.length > 0 && !/^application\/(json|x-protobuf)\b/.test(headers['content-type'] ?? '')) {
      throw new ServeError(415, `bodies are ${jsonType} or ${protobufType}`)
    }
    if (isTinker) {
      if (parts.context.behaviour.needsRequestId && headers['x-request-id'] === undefined) {
        throw new ServeError(400, 'x-request-id is missing')
      }
      const known = tinkerRoutes[`${method} ${path}`]
      const reply = known === undefined ? await managementReply(request, parts.context) : await known(request, parts)
      if (reply !== null) return reply
    } else if (url.pathname.startsWith(`${openAiPrefix}/`)) {
      const reply = await openAiReply(request, parts)
      if (reply !== null) return reply
    } else if (method === 'GET' && url.pathname === '/healthz') return jsonReply({ status: 'ok' })
    throw new ServeError(404, `there is no ${method} ${url.pathname}`)
  }
}

function errorReply(error: unknown, isOpenAi: boolean): ServeReply {
  const status = error instanceof ServeError ? error.status : error instanceof BatonError ? 422 : 500
  const message = error instanceof Error ? error.message : String(error)
  return isOpenAi
    ? jsonReply(
        { error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error', code: null } },
        status,
      )
    : jsonReply({ detail: message }, status)
}

async function readBody(message: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= largestBody) chunks.push(chunk)
  }
  if (size > largestBody) return new Uint8Array(largestBody + 1)
  return Buffer.concat(chunks)
}

function unpacked({ headers }: IncomingMessage, body: Uint8Array): Uint8Array {
  if (body.length > largestBody) throw new ServeError(413, `a body has at most ${largestBody} bytes`)
  const encoding = headers['content-encoding'] ?? 'identity'
  const limits = { maxOutputLength: largestBody }
  try {
    if (encoding === 'gzip') return gunzipSync(body, limits)
    if (encoding === 'zstd') return zstdDecompressSync(body, limits)
  } catch {
    throw new ServeError(400, `the body is not ${encoding}, or too large unpacked`)
  }
  if (encoding !== 'identity') throw new ServeError(415, `content-encoding ${encoding} is not read`)
  return body
}

function isSameKey(given: string, key: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(key))
}
