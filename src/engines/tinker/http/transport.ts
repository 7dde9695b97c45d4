/**
 * One HTTP exchange with the server: no retries, no meaning. A connection for each request in flight, since requests
 * wait at the server. Redirects are not followed: they would carry the key elsewhere.
 */
import { randomUUID } from 'node:crypto'
import { Pool } from 'undici'
import { BatonError } from '../../../core/failure.ts'
import { apiPrefix, jsonType } from '../../../tinker/index.ts'

export interface ExchangeRequest {
  readonly method?: 'GET' | 'POST'
  /** Below `/api/v1`. */
  readonly path: string
  readonly body?: string | Uint8Array
  readonly contentType?: string
  readonly accept?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

export type Exchange =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly contentType: string
      readonly retryAfterMs: number | null
      readonly body: Uint8Array
      /** The body where it is JSON, else undefined. */
      readonly json: unknown
    }
  | { readonly kind: 'no-answer'; readonly reason: 'connection' | 'timeout'; readonly cause: unknown }

export type HttpAnswer = Extract<Exchange, { kind: 'answer' }>

export interface TinkerTransport {
  /** For messages: without user, password and query. */
  readonly baseUrl: string
  /** Rejects with the signal's reason, or, once closed, with that; everything else is an `Exchange`. */
  exchange(request: ExchangeRequest): Promise<Exchange>
  /** The text with the key taken out. */
  redacted(text: string): string
  close(): Promise<void>
}

export interface TinkerTransportOptions {
  /** `http://host:8000`, with or without a path before `/api/v1`. */
  readonly baseUrl: string
  readonly apiKey?: string | undefined
}

/** Bytes of an answer that are read at most: 64 datums of 131,072 float32 log-probs fit eight times. */
const largestAnswer = 256 * 1024 * 1024

/** @throws BatonError where the address is none. */
export function createTinkerTransport({ baseUrl, apiKey }: TinkerTransportOptions): TinkerTransport {
  const url = parseBaseUrl(baseUrl)
  const prefix = `${url.pathname.replace(/\/+$/, '').replace(/\/api\/v1$/, '')}${apiPrefix}`
  const pool = new Pool(url.origin, { pipelining: 1, connectTimeout: 5000, maxResponseSize: largestAnswer })
  const key = apiKey === undefined ? {} : { 'x-api-key': apiKey }

  let isClosed = false

  async function exchange(request: ExchangeRequest): Promise<Exchange> {
    request.signal?.throwIfAborted()
    if (isClosed) throw closedError()
    try {
      const response = await pool.request({
        path: `${prefix}${request.path}`,
        method: request.method ?? 'POST',
        headers: {
          ...key,
          'user-agent': 'baton',
          'x-request-id': randomUUID(),
          ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? jsonType }),
          ...(request.accept === undefined ? {} : { accept: request.accept }),
          ...request.headers,
        },
        body: request.body ?? null,
        headersTimeout: request.timeoutMs,
        bodyTimeout: request.timeoutMs,
        signal: request.signal ?? null,
      })
      const body = new Uint8Array(await response.body.arrayBuffer())
      const contentType =
        String(response.headers['content-type'] ?? '')
          .split(';')[0]
          ?.trim()
          .toLowerCase() ?? ''
      return {
        kind: 'answer',
        status: response.statusCode,
        contentType,
        retryAfterMs: retryAfter(response.headers['retry-after']),
        body,
        json: contentType === jsonType || contentType === '' ? parsed(body) : undefined,
      }
    } catch (cause) {
      request.signal?.throwIfAborted()
      if (isClosed) throw closedError()
      return { kind: 'no-answer', reason: isTimeout(cause) ? 'timeout' : 'connection', cause }
    }
  }

  return {
    baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    exchange,
    redacted: (text) => (apiKey === undefined || apiKey === '' ? text : text.replaceAll(apiKey, '[key]')),
    close: async () => {
      if (isClosed) return
      isClosed = true
      await pool.destroy()
    },
  }
}

function closedError(): BatonError {
  return new BatonError('the policy engine is closed: it sends nothing any more.', {
    boundary: 'engine',
    code: 'closed',
  })
}

function parseBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '') return url
  throw new BatonError('the address of the training server is no http or https address without a password.', {
    boundary: 'config',
    code: 'tinker-url',
    hint: 'Give it as http://127.0.0.1:8000.',
  })
}

const textDecoder = new TextDecoder()

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(textDecoder.decode(body)) as unknown
  } catch {
    return undefined
  }
}

/** Seconds; the form with a date is not used by these servers. */
function retryAfter(header: string | string[] | undefined): number | null {
  const seconds = Number(header)
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null
}

function isTimeout(error: unknown): boolean {
  return ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'].includes((error as { code?: string }).code ?? '')
}
