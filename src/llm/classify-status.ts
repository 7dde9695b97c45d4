/** An HTTP status other than 200, with its body, as a failure kind. Sources: servers as observed and as documented (docs/llm.md). */
import type { LlmFailureKind } from './llm-error.ts'

export interface StatusFailure {
  readonly kind: LlmFailureKind
  /** One line, shortened. */
  readonly message: string
}

/** @param text the body, whatever it is: JSON with an `error`, HTML, nothing. */
export function classifyStatus(status: number, text: string): StatusFailure {
  const said = errorOf(text)
  return { kind: kindOf(status, said), message: oneLine(`${status} ${said.message}`.trim()) }
}

/** Wordings of llama.cpp, vLLM, Ollama, OpenAI, SGLang, TGI, LM Studio, Anthropic, Gemini and Mistral. */
const overflow = new RegExp(
  [
    'context[ _](?:size|length|window)',
    'maximum context',
    'maximum model length',
    'maximum allowed length',
    'too many tokens',
    'prompt is too long',
    'maximum number of tokens allowed',
    '`inputs` must have less than',
    '`inputs` tokens \\+ `max_new_tokens`',
    'exceed_context_size',
    'when context the overflows',
  ].join('|'),
  'i',
)

const filtered =
  /content[_ ](?:management[_ ])?(?:filter|policy)|ResponsibleAIPolicyViolation|(?:input|prompt|request) was flagged|our safety system/i

function kindOf(status: number, { message, marks }: ErrorText): LlmFailureKind {
  const all = `${marks} ${message}`
  if ((status === 400 || status === 403) && filtered.test(all)) return 'content-filter'
  if (status === 401 || status === 403) return 'auth'
  if (status === 402 || (status === 429 && /insufficient_quota|billing/i.test(all))) return 'quota'
  if (status === 429) return 'rate-limit'
  if (status === 503 || status === 529) return 'overloaded'
  if (status === 408 || status === 504) return 'timeout'
  if (/exceed_context_size_error/.test(marks) || (status < 500 && overflow.test(all))) return 'context-overflow'
  if (status === 413) return 'request-too-large'
  if (status === 404) return 'not-found'
  // llama.cpp's server answers 500 to malformed JSON, and to model output that its chat parser cannot read.
  if (status === 500 && /parse_error|syntax error while parsing|^parse error$/i.test(message)) return 'bad-request'
  if (status === 500 && unparsable.test(message)) return 'unparsable-output'
  return status >= 500 ? 'server' : 'bad-request'
}

const unparsable = /does not match the expected|HarmonyError/i

/** The same reading for an `error` that stands in a 200 body. */
export function errorInBody(error: unknown): StatusFailure {
  const { message, marks } = errorOf(JSON.stringify({ error }))
  const all = `${marks} ${message}`
  if (unparsable.test(message)) return { kind: 'unparsable-output', message }
  if (filtered.test(all)) return { kind: 'content-filter', message: oneLine(message) }
  if (overflow.test(all)) return { kind: 'context-overflow', message: oneLine(message) }
  return { kind: 'upstream-error', message: oneLine(message || 'an error in a 200 body') }
}

interface ErrorText {
  readonly message: string
  /** The names that the server gives the error: its type and its code. */
  readonly marks: string
}

function errorOf(text: string): ErrorText {
  try {
    const body: unknown = JSON.parse(text)
    const error = field(body, 'error') ?? body
    const marks = [error, body]
      .flatMap((holder) => [field(holder, 'type'), field(holder, 'code'), field(holder, 'error_type')])
      .filter((mark) => typeof mark === 'string')
      .join(' ')
    if (typeof error === 'string') return { message: error, marks }
    const message = field(error, 'message') ?? field(error, 'detail')
    if (typeof message === 'string') return { message, marks }
    return { message: message === undefined ? '' : JSON.stringify(message), marks }
  } catch {
    return { message: text.replaceAll(/<[^>]*>/g, ' '), marks: '' }
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

export function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 297)}...` : line
}
