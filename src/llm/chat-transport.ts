/** Requests of OpenAI's API to one server, in the dialect that it speaks. */
import { createHttpClient, type HttpFailure, type ProxyEnvironment, responseText } from '../http/index.ts'
import { type ApiDialect, messagesReply, messagesRequest, messagesVersion } from './anthropic-messages.ts'

export interface ChatTransportOptions {
  /** Up to and with `/v1`. */
  readonly baseUrl: string
  readonly apiKey?: string | undefined
  readonly connections: number
  /** What the server speaks; callers speak OpenAI's either way. Default `openai`. */
  readonly dialect?: ApiDialect | undefined
  /** Where the proxy variables are read. Default: the process's environment. */
  readonly environment?: ProxyEnvironment | undefined
  readonly maxResponseBytes?: number
  /** Authorities of certificates besides those that Node knows, PEM. */
  readonly authority?: string | undefined
}

export interface TransportRequest {
  readonly method: 'GET' | 'POST'
  /** Below the base URL, e.g. `/models`. */
  readonly path: string
  readonly body?: string
  readonly timeoutMs: number
}

export interface TransportResponse {
  readonly kind: 'response'
  readonly status: number
  readonly retryAfterMs: number | null
  /** Where a redirect leads; null for none. */
  readonly location: string | null
  readonly text: string
}

export interface ChatTransport {
  /** Without user, password or query. */
  readonly address: string
  /** Rejects only with the reason of an aborted signal, or because it is closed. */
  send(request: TransportRequest, signal: AbortSignal): Promise<TransportResponse | HttpFailure>
  /** Ends every connection at once. */
  close(): Promise<void>
}

/** What is pasted with an address: the path of a request. */
export const endpoints = /\/(?:chat\/completions|completions|responses|messages|models)\/*$/

export function createChatTransport({ dialect, ...options }: ChatTransportOptions): ChatTransport {
  const isAnthropic = dialect === 'anthropic'
  const client = createHttpClient({
    ...options,
    baseUrl: options.baseUrl.replace(endpoints, ''),
    example: 'http://localhost:8000/v1',
    keyHeader: isAnthropic ? 'x-api-key' : 'authorization',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(isAnthropic ? { 'anthropic-version': messagesVersion } : {}),
    },
  })
  return {
    address: client.address,
    close: client.close,
    send: async (request, signal) => {
      const sent = isAnthropic ? { ...request, ...messagesRequest(request.path, request.body) } : request
      const outcome = await client.send(sent, signal)
      if (outcome.kind !== 'response') return outcome
      const { status, retryAfterMs, location } = outcome
      const text = responseText(outcome)
      return {
        kind: 'response',
        status,
        retryAfterMs,
        location,
        text: isAnthropic && status === 200 ? messagesReply(text) : text,
      }
    },
  }
}
