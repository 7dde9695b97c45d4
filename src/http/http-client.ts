/**
 * HTTP to one server: a pool of connections, a deadline for each request, the key in one header and out of everything
 * that comes back. Knows nothing of what is said; retries are the caller's, who counts and pays for attempts. Redirects
 * are not followed: they would carry the key elsewhere.
 */
import { EventEmitter } from 'node:events'
import { BatonError } from '../core/failure.ts'
import { retryAfterMs } from './backoff.ts'
import { type ProxyEnvironment, serverDispatcher } from './dispatcher.ts'
import { type HttpFailure, networkFailure, timeoutFailure } from './network-failure.ts'
import { redactKey, usableKey } from './secret-key.ts'
import { addressPath, serverAddress, shownAddress } from './server-address.ts'

export interface HttpClientOptions {
  /** The part that all requests share, with or without a slash at its end. */
  readonly baseUrl: string
  /** An address of this kind, for messages. */
  readonly example: string
  readonly apiKey?: string | undefined
  /** Which header holds the key; `authorization` holds it as a bearer token. Default `authorization`. */
  readonly keyHeader?: 'authorization' | 'x-api-key'
  /** Of every request. Default none. */
  readonly headers?: Readonly<Record<string, string>>
  /** Content types whose bodies are bytes; all others are text. Default none. */
  readonly binaryTypes?: readonly string[]
  /** At once; default as many as are needed. */
  readonly connections?: number
  /** Default 64 MiB. */
  readonly maxResponseBytes?: number | undefined
  /** Authorities of certificates besides those that Node knows, PEM. */
  readonly authority?: string | undefined
  /** Where the proxy variables are read. Default: the process's environment. */
  readonly environment?: ProxyEnvironment | undefined
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  /** Below the base URL, e.g. `/models`. */
  readonly path: string
  readonly body?: string | Uint8Array
  /** Besides those of every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** For the whole of it: connection, wait and body. */
  readonly timeoutMs: number
}

export interface HttpResponse {
  readonly kind: 'response'
  readonly status: number
  /** Lower case, without parameters; '' where the server names none. */
  readonly contentType: string
  /** What the server asks to wait; null where it asks for nothing that can be read. */
  readonly retryAfterMs: number | null
  /** Where a redirect leads, without its query; null for none. */
  readonly location: string | null
  /** Text, the key taken out; bytes as they came where the type is a binary one. */
  readonly body: string | Uint8Array
}

export type HttpOutcome = HttpResponse | HttpFailure

export interface HttpClient {
  /** For messages: no user, password or query. */
  readonly address: string
  /** Rejects only with the reason of an aborted signal, or because the client is closed. */
  send(request: HttpRequest, signal?: AbortSignal): Promise<HttpOutcome>
  /** The text with the key taken out. */
  redact(text: string): string
  /** Ends every connection at once. Closed again, it does nothing. */
  close(): Promise<void>
}

const defaultResponseBytes = 64 * 2 ** 20

/** @throws BatonError where the address or the key cannot be used. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const url = serverAddress(options.baseUrl, options.example)
  const basePath = addressPath(url)
  const apiKey = usableKey(options.apiKey)
  const dispatcher = serverDispatcher(url, {
    connections: options.connections ?? null,
    maxResponseBytes: options.maxResponseBytes ?? defaultResponseBytes,
    environment: options.environment ?? process.env,
    authority: options.authority,
  })
  const { keyHeader = 'authorization', binaryTypes = [] } = options
  const keyValue = keyHeader === 'authorization' ? `Bearer ${apiKey}` : apiKey
  const headers = { ...options.headers, ...(apiKey === '' ? {} : { [keyHeader]: keyValue }) }
  const redact = (text: string): string => redactKey(text, apiKey)
  let closing: Promise<void> | null = null

  const exchange = async (request: HttpRequest, abort: EventEmitter): Promise<HttpResponse> => {
    const response = await dispatcher.request({
      origin: url.origin,
      path: basePath + request.path,
      method: request.method,
      headers: request.headers === undefined ? headers : { ...headers, ...request.headers },
      body: request.body ?? null,
      signal: abort,
    })
    const contentType = contentTypeOf(response.headers['content-type'])
    const isBinary = binaryTypes.includes(contentType)
    return {
      kind: 'response',
      status: response.statusCode,
      contentType,
      retryAfterMs: retryAfterMs(response.headers['retry-after'], Date.now),
      location: locationOf(response.headers['location'], redact),
      body: isBinary ? await response.body.bytes() : redact(await response.body.text()),
    }
  }

  const send = (request: HttpRequest, signal?: AbortSignal): Promise<HttpOutcome> => {
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    if (closing !== null) return Promise.reject(closedError())
    const { promise, resolve, reject } = Promise.withResolvers<HttpOutcome>()
    // Costs less than an AbortController, and undici takes both.
    const abort = new EventEmitter()
    const settle = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    // A request that waits for a connection notices no abort: the caller does not wait for it.
    const timer = setTimeout(() => {
      settle()
      resolve(timeoutFailure(request.timeoutMs))
      abort.emit('abort')
    }, request.timeoutMs)
    const onAbort = (): void => {
      settle()
      reject(signal?.reason)
      abort.emit('abort')
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    exchange(request, abort).then(
      (response) => {
        settle()
        resolve(response)
      },
      (error: unknown) => {
        settle()
        if (closing === null) resolve(networkFailure(error))
        else reject(closedError())
      },
    )
    return promise
  }

  return {
    address: shownAddress(url),
    send,
    redact,
    close: () => {
      closing ??= dispatcher.destroy()
      return closing
    },
  }
}

/** The body of a response that is text. */
export function responseText({ body }: HttpResponse): string {
  return typeof body === 'string' ? body : ''
}

type Header = string | readonly string[] | undefined

function contentTypeOf(header: Header): string {
  if (typeof header !== 'string') return ''
  const end = header.indexOf(';')
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase()
}

function locationOf(header: Header, redact: (text: string) => string): string | null {
  const place = typeof header === 'string' ? header.replace(/[?#].*$/, '').trim() : ''
  return place === '' ? null : redact(place)
}

function closedError(): BatonError {
  return new BatonError('the client of this server is closed: it sends nothing more.', {
    boundary: 'engine',
    code: 'closed',
  })
}
