/** An HTTP status other than 200, with its body, as a failure kind. Sources: servers as observed and as documented (docs/llm.md). */
import type { LlmFailureKind } from './llm-error.ts'

export interface StatusFailure {
  readonly kind: LlmFailureKind
  /** One line, shortened. */
  readonly message: string
}

/** @param text the body, whatever it is: JSON with an `error`, HTML, nothing. */
export function classifyStatus(status: number, text: string): StatusFailure {
  const { message, type } = errorOf(text)
  return { kind: kindOf(status, message, type), message: oneLine(`${status} ${message}`.trim()) }
}

const overflow = /context (?:size|length|window)|maximum context|too many tokens|prompt is too long/i

function kindOf(status: number, message: string, type: string): LlmFailureKind {
  if (status === 401 || status === 403) return 'auth'
  if (status === 402 || (status === 429 && /insufficient_quota|billing/i.test(`${type} ${message}`))) return 'quota'
  if (status === 429) return 'rate-limit'
  if (status === 503 || status === 529) return 'overloaded'
  if (status === 408 || status === 504) return 'timeout'
  if (type === 'exceed_context_size_error' || (status < 500 && overflow.test(message))) return 'context-overflow'
  // llama.cpp's server answers 500 to malformed JSON, and to model output that its chat parser cannot read.
  if (status === 500 && /parse_error|syntax error while parsing|^parse error$/i.test(message)) return 'bad-request'
  if (status === 500 && /does not match the expected|HarmonyError/i.test(message)) return 'unparsable-output'
  return status >= 500 ? 'server' : 'bad-request'
}

/** The same reading for an `error` that stands in a 200 body. */
export function errorInBody(error: unknown): StatusFailure {
  const { message, type } = errorOf(JSON.stringify({ error }))
  if (/does not match the expected|HarmonyError/i.test(message)) return { kind: 'unparsable-output', message }
  if (type === 'exceed_context_size_error' || overflow.test(message)) return { kind: 'context-overflow', message }
  return { kind: 'upstream-error', message: oneLine(message || 'an error in a 200 body') }
}

function errorOf(text: string): { message: string; type: string } {
  try {
    const body: unknown = JSON.parse(text)
    const error = field(body, 'error') ?? body
    if (typeof error === 'string') return { message: error, type: '' }
    const message = field(error, 'message') ?? field(error, 'detail')
    const type = `${field(error, 'type') ?? ''} ${field(error, 'code') ?? ''}`.trim().split(' ')[0] ?? ''
    if (typeof message === 'string') return { message, type }
    return { message: message === undefined ? '' : JSON.stringify(message), type }
  } catch {
    return { message: text.replaceAll(/<[^>]*>/g, ' '), type: '' }
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

export function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 297)}...` : line
}
