/**
 * One exchange of the protocol with the server: no retries, no meaning. A connection for each request in flight, since
 * requests wait at the server.
 */
import { randomUUID } from 'node:crypto'
import { jsonOf } from '../../../core/parse-json.ts'
import {
  createHttpClient,
  type HttpClientOptions,
  type HttpFailure,
  type HttpResponse,
  responseText,
} from '../../../http/index.ts'
import { apiPrefix, jsonType, protobufType } from '../../../tinker/index.ts'

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

export interface TinkerResponse extends HttpResponse {
  /** The body where it is JSON, else undefined. */
  readonly json: unknown
}

export type Exchange = TinkerResponse | HttpFailure

export interface TinkerTransport {
  /** For messages: without user, password and query. */
  readonly baseUrl: string
  /** Rejects with the signal's reason, or, once closed, with that; everything else is an `Exchange`. */
  exchange(request: ExchangeRequest): Promise<Exchange>
  /** The text with the key taken out. */
  redact(text: string): string
  close(): Promise<void>
}

export interface TinkerTransportOptions {
  /** `http://host:8000`, with or without a path before `/api/v1`. */
  readonly baseUrl: string
  readonly apiKey?: string | undefined
  /** Where the proxy variables are read. Default: the process's environment. */
  readonly environment?: HttpClientOptions['environment']
}

/** Bytes of an answer that are read at most: 64 datums of 131,072 float32 log-probs fit eight times. */
const largestAnswer = 256 * 1024 * 1024

/** The options of an HTTP client for paths below `/api/v1`. */
export function protocolOptions({ baseUrl, apiKey, environment }: TinkerTransportOptions): HttpClientOptions {
  return {
    baseUrl: `${withoutPrefix(baseUrl)}${apiPrefix}`,
    example: 'http://127.0.0.1:8000',
    apiKey,
    keyHeader: 'x-api-key',
    headers: { 'user-agent': 'baton' },
    binaryTypes: [protobufType],
    maxResponseBytes: largestAnswer,
    environment,
  }
}

/** @throws BatonError where the address or the key cannot be used. */
export function createTinkerTransport(options: TinkerTransportOptions): TinkerTransport {
  const client = createHttpClient(protocolOptions(options))

  async function exchange(request: ExchangeRequest): Promise<Exchange> {
    const { method = 'POST', path, body, timeoutMs } = request
    const headers: Record<string, string> = { ...request.headers, 'x-request-id': randomUUID() }
    if (body !== undefined) headers['content-type'] = request.contentType ?? jsonType
    if (request.accept !== undefined) headers['accept'] = request.accept
    const sent = { method, path, timeoutMs, headers, ...(body === undefined ? {} : { body }) }
    const outcome = await client.send(sent, request.signal)
    if (outcome.kind !== 'response') return outcome
    const isJson = outcome.contentType === jsonType || outcome.contentType === ''
    return { ...outcome, json: isJson ? parsed(responseText(outcome)) : undefined }
  }

  return { baseUrl: withoutPrefix(client.address), exchange, redact: client.redact, close: client.close }
}

function withoutPrefix(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '').replace(/\/api\/v1$/, '')
}

function parsed(text: string): unknown {
  return jsonOf(text, { maxDepth: 200, maxChars: Number.POSITIVE_INFINITY })
}
