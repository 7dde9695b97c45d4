/** The server's HTTP: reads bodies, asks for the key, plays faults, turns errors into statuses. What is answered is the routes' affair. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'
import { BatonError } from '../core/failure.ts'
import { readBody } from '../http/open-server.ts'
import { apiPrefix, jsonType, protobufType } from '../tinker/index.ts'
import { managementRoutes } from './management-routes.ts'
import { type OpenAiParts, openAiRoutes } from './openai-routes.ts'
import { ServeError } from './serve-error.ts'
import { createFaultDraw, type ServerFaults } from './server-faults.ts'
import {
  jsonReply,
  type Routes,
  type ServeReply,
  type ServeRequest,
  type TinkerParts,
  tinkerRoutes,
} from './tinker-routes.ts'

export interface ServeAppOptions {
  readonly parts: TinkerParts & OpenAiParts
  /** null: no one is asked for a key. */
  readonly apiKey: string | null
  readonly faults: ServerFaults
  readonly seed: number
  readonly log: (line: string) => void
}

type ServeBindings = { Bindings: HttpBindings; Variables: { body: Uint8Array } }
type ServeCall = Context<ServeBindings>

const openAiPrefix = '/v1'
/** Bytes of a body, as sent and unpacked. */
const largestBody = 256 * 1024 * 1024

export function createServeApp({ parts, apiKey, faults, seed, log }: ServeAppOptions): Hono<ServeBindings> {
  const drawFault = createFaultDraw(faults, seed)
  const app = new Hono<ServeBindings>()

  app.use(async (c, next) => {
    const isHealth = c.req.path.endsWith('/healthz')
    const { refusal, isReplyLost } = isHealth ? { refusal: null, isReplyLost: false } : drawFault()
    const body = await readBody(c.env.incoming, largestBody)
    if (faults.latencyMs > 0) await pause(faults.latencyMs)
    try {
      if (!isHealth) checkCaller(c.env.incoming, apiKey)
      if (refusal !== null) throw new ServeError(refusal, 'refused by an injected fault')
      c.set('body', checkedBody(c.env.incoming, body))
      await next()
    } finally {
      if (isReplyLost) c.env.outgoing.destroy()
    }
  })

  const add = <Parts>(prefix: string, routes: Routes<Parts>, given: Parts): void => {
    for (const [name, route] of Object.entries(routes)) {
      const [method = '', path = ''] = name.split(' ')
      app.on(method, `${prefix}${path}`, async (c) => replied(c, await route(requestOf(c), given)))
    }
  }
  add('', { 'GET /healthz': () => jsonReply({ status: 'ok' }) }, parts)
  add(apiPrefix, tinkerRoutes, parts)
  add(apiPrefix, managementRoutes, parts.context)
  add(openAiPrefix, openAiRoutes, parts)
  app.notFound((c) => failed(c, new ServeError(404, `there is no ${c.req.method} ${c.req.path}`)))
  app.onError((error, c) => failed(c, error))
  return app

  function failed(c: ServeCall, error: Error): Response {
    const reply = errorReply(error, c.req.path.startsWith(`${openAiPrefix}/`))
    if (reply.status >= 500) log(`${c.req.method} ${c.req.path}: ${error.message}`)
    return replied(c, reply)
  }
}

const requestOf = (c: ServeCall): ServeRequest => ({
  params: c.req.param(),
  query: (name) => c.req.query(name),
  headers: c.env.incoming.headers,
  body: c.get('body'),
})

const replied = (c: ServeCall, { status, contentType, body }: ServeReply): Response =>
  c.newResponse(status === 204 ? null : body, status as StatusCode, { 'content-type': contentType })

function checkCaller({ headers, socket }: IncomingMessage, apiKey: string | null): void {
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

function errorReply(error: Error, isOpenAi: boolean): ServeReply {
  const status = error instanceof ServeError ? error.status : error instanceof BatonError ? 422 : 500
  const { message } = error
  return isOpenAi
    ? jsonReply(
        { error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error', code: null } },
        status,
      )
    : jsonReply({ detail: message }, status)
}

/** @param body null where it was too long. */
function checkedBody({ headers, url = '' }: IncomingMessage, body: Uint8Array | null): Uint8Array {
  if (body === null) throw new ServeError(413, `a body has at most ${largestBody} bytes`)
  const whole = decompressed(body, headers['content-encoding'] ?? 'identity')
  if (body.length > 0 && !/^application\/(json|x-protobuf)\b/.test(headers['content-type'] ?? '')) {
    throw new ServeError(415, `bodies are ${jsonType} or ${protobufType}`)
  }
  if (!isEncoded(url)) throw new ServeError(400, 'the path is not encoded properly')
  return whole
}

function decompressed(body: Uint8Array, encoding: string): Uint8Array {
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

function isEncoded(url: string): boolean {
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}

function isSameKey(given: string, key: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(key))
}
