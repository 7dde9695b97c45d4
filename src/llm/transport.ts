/**
 * HTTP to one server: a pool of connections, one deadline a request, a body as text. Knows nothing of chats. The API key
 * is held in this closure and goes into one header; it is struck out of everything that comes back.
 * A proxy named by HTTP_PROXY or HTTPS_PROXY is used, but for hosts in NO_PROXY and for this machine itself.
 */
import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici'
import { BatonError } from '../core/failure.ts'
import { type ApiDialect, messagesReply, messagesRequest, messagesVersion } from './anthropic-messages.ts'

export interface TransportOptions {
  /** Up to and with `/v1`. */
  readonly baseUrl: string
  readonly apiKey?: string | undefined
  readonly connections: number
  /** What the server speaks; callers speak OpenAI's either way. Default `openai`. */
  readonly dialect?: ApiDialect | undefined
  /** Where the proxy variables are read. Default: the process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Default 64 MiB. */
  readonly maxResponseBytes?: number
}

export type HttpOutcome =
  | { readonly kind: 'response'; readonly status: number; readonly retryAfter: string | null; readonly text: string }
  | {
      readonly kind: 'timeout' | 'network'
      /** Without address or port. */
      readonly message: string
      /** Whether the server may have seen the request. */
      readonly wasSent: boolean
    }

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  /** Below the base URL, e.g. `/models`. */
  readonly path: string
  readonly body?: string
  readonly timeoutMs: number
}

export interface Transport {
  /** Rejects only with the reason of an aborted signal. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpOutcome>
  /** Ends every connection at once. */
  close(): Promise<void>
}

const defaultResponseBytes = 64 * 2 ** 20
const connectTimeoutMs = 10_000

export function createTransport(options: TransportOptions): Transport {
  const url = serverUrl(options.baseUrl)
  const basePath = url.pathname.replace(/\/+$/, '')
  const apiKey = usableKey(options.apiKey)
  const dispatcher = createDispatcher(url, options)
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' }
  const isAnthropic = options.dialect === 'anthropic'
  if (isAnthropic) headers['anthropic-version'] = messagesVersion
  if (apiKey !== '' && isAnthropic) headers['x-api-key'] = apiKey
  else if (apiKey !== '') headers.authorization = `Bearer ${apiKey}`
  const redact = (text: string): string => redactKey(text, apiKey)

  const send = async (asked: HttpRequest, signal: AbortSignal): Promise<HttpOutcome> => {
    const request = isAnthropic ? { ...asked, ...messagesRequest(asked.path, asked.body) } : asked
    signal.throwIfAborted()
    const attempt = new AbortController()
    const stop = (): void => attempt.abort(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    let isTimedOut = false
    const timer = setTimeout(() => {
      isTimedOut = true
      attempt.abort(new Error('deadline'))
    }, request.timeoutMs)
    try {
      const response = await dispatcher.request({
        origin: url.origin,
        path: basePath + request.path,
        method: request.method,
        headers,
        body: request.body ?? null,
        signal: attempt.signal,
      })
      const text = redact(await response.body.text())
      const retryAfter = response.headers['retry-after']
      return {
        kind: 'response',
        status: response.statusCode,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
        text: isAnthropic && response.statusCode === 200 ? messagesReply(text) : text,
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (isTimedOut) return { kind: 'timeout', message: `no answer within ${request.timeoutMs} ms`, wasSent: true }
      return networkFailure(error)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
  }
  return { send, close: () => dispatcher.destroy() }
}

/** Checks a base URL. Throws BatonError where it is none, or holds a password. */
export function serverUrl(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new BatonError(`the server's address is not a URL (got ${JSON.stringify(baseUrl)}).`, {
      boundary: 'config',
      code: 'base-url',
      hint: 'Give it up to and with /v1, such as http://localhost:8000/v1.',
    })
  }
  if (url.username !== '' || url.password !== '') {
    throw new BatonError(`the server's address (host ${url.host}) holds a user name or password.`, {
      boundary: 'config',
      code: 'secret-in-config',
      hint: 'Give the key in an environment variable.',
    })
  }
  return url
}

function usableKey(apiKey: string | undefined): string {
  const key = (apiKey ?? '').trim()
  if (!/^[\x21-\x7e]*$/.test(key)) {
    throw new BatonError('the API key holds characters that no HTTP header may hold.', {
      boundary: 'config',
      code: 'api-key',
      hint: 'Look at the environment variable: a key has no spaces, line breaks or letters with accents.',
    })
  }
  return key
}

/** Stand-ins such as `EMPTY` or `none` are words that a model may say: only what can be a secret is struck out. */
function redactKey(text: string, apiKey: string): string {
  return apiKey.length >= 8 && text.includes(apiKey) ? text.replaceAll(apiKey, '[api key]') : text
}

function createDispatcher(url: URL, options: TransportOptions): Dispatcher {
  const common = {
    connections: options.connections,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: options.maxResponseBytes ?? defaultResponseBytes,
    connect: { timeout: connectTimeoutMs },
  }
  const environment = options.environment ?? process.env
  const read = (name: string): string => environment[name.toLowerCase()] ?? environment[name] ?? ''
  const httpProxy = read('HTTP_PROXY')
  const httpsProxy = read('HTTPS_PROXY')
  if ((httpProxy === '' && httpsProxy === '') || isLoopback(url.hostname)) return new Pool(url.origin, common)
  return new EnvHttpProxyAgent({ ...common, httpProxy, httpsProxy, noProxy: read('NO_PROXY') })
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

const unsent: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
}

const lost: Readonly<Record<string, string>> = {
  ECONNRESET: 'the connection was reset',
  UND_ERR_SOCKET: 'the server closed the connection',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the body was cut short',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'the body is too long',
}

function networkFailure(error: unknown): HttpOutcome {
  const code = codeOf(error)
  const isUnsent = code in unsent
  const message = unsent[code] ?? lost[code] ?? 'the connection failed'
  return { kind: 'network', message: code === '' ? message : `${message} (${code})`, wasSent: !isUnsent }
}

/** The code of an error, of its cause, or of the first of several (a host with several addresses). */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const { code } = error as { code?: unknown }
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  if (typeof code === 'string') return code
  return codeOf(error.cause)
}
