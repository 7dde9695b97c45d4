/** An HTTP status other than 200, with its body, as a failure kind. Sources: servers as observed and as documented (docs/llm.md). */
import { type ErrorText, errorTextOf, errorWords } from './error-text.ts'
import type { LlmFailureKind } from './llm-error.ts'

export interface StatusFailure {
  readonly kind: LlmFailureKind
  /** One line, shortened. */
  readonly message: string
}

/**
 * @param text the body, whatever it is: JSON with an `error`, HTML, nothing.
 * @param location where a redirect leads, which is not followed: it would take the key elsewhere.
 */
export function classifyStatus(status: number, text: string, location: string | null = null): StatusFailure {
  if (status >= 300 && status < 400 && location !== null)
    return { kind: 'not-found', message: oneLine(`${status}: it redirects to ${location}, which is not followed`) }
  const said = errorWords(text)
  return { kind: kindOf(status, said), message: oneLine(`${status} ${said.message}`.trim()) }
}

const anyOf = (...wordings: readonly string[]): RegExp => new RegExp(wordings.join('|'), 'i')

/** Wordings of llama.cpp, vLLM, Ollama, OpenAI, SGLang, TGI, LM Studio, Anthropic, Gemini, Mistral, DashScope, Ark, Kimi and Z.ai. */
const overflow = anyOf(
  'context[ _]?(?:size|length|window|limit)',
  'maximum context',
  'maximum model length',
  'maximum allowed length',
  'too many tokens',
  '(?:prompt|input|length) (?:is )?too long',
  'maximum number of tokens allowed',
  "exceed\\w* (?:the |model(?:'s)? )*(?:max(?:imum)? (?:input )?(?:length|tokens|message tokens)|token limit)",
  'range of input length',
  'max_seq_len',
  // vLLM takes the prompt off what it may answer, and has less than nothing left.
  'max_tokens must be at least 1, got -',
  '`inputs` must have less than',
  '`inputs` tokens \\+ `max_new_tokens`',
  '`max_new_tokens` must be <=',
  'exceed_context_size',
  'when context the overflows',
  '超长|(?:输入|提示|上下文)[^。]{0,12}(?:超过|超出|过长)',
)

/** A server error can mention its context for other reasons. */
const tooMuch = /exceed|too long|longer than|larger than/i

const filtered = anyOf(
  'content[_ ](?:management[_ ])?(?:filter|policy)',
  'ResponsibleAIPolicyViolation',
  '(?:input|prompt|request) was flagged',
  'our safety system',
  'data_inspection_failed|inappropriate content|content exists risk|considered high risk',
  'sensitive[_ ]?(?:content|information|words?)',
  '敏感|不安全',
)

const unpaid = anyOf(
  'insufficient_?(?:user_)?quota|exceeded_current_quota|quota exceeded|AllocationQuota',
  'insufficient (?:balance|credits?|funds)|credit balance is too low',
  'arrear|recharge|欠费|余额不足|充值',
)

const unknownModel = /model_?not_?found|model[^.]{0,80}(?:not exist|not found|not_found)|模型不存在/i

function kindOf(status: number, { message, marks }: ErrorText): LlmFailureKind {
  const all = `${marks} ${message}`
  const isRefusal = [400, 403, 422, 429, 451].includes(status)
  if (status === 451 || (isRefusal && filtered.test(all))) return 'content-filter'
  if (status === 402 || (isRefusal && unpaid.test(all)) || (status === 429 && /billing/i.test(all))) return 'quota'
  if (status === 401 || status === 403) return 'auth'
  if (status === 429) return 'rate-limit'
  if (status === 503 || status === 529) return 'overloaded'
  if (status === 408 || status === 504 || status === 524) return 'timeout'
  if (/exceed_context_size_error/.test(marks)) return 'context-overflow'
  if (overflow.test(all) && (status < 500 || tooMuch.test(message))) return 'context-overflow'
  if (status === 413) return 'request-too-large'
  if (status === 404 || (status === 400 && unknownModel.test(all))) return 'not-found'
  // llama.cpp's server answers 500 to malformed JSON, and to model output that its chat parser cannot read.
  if (status === 500 && /parse_error|syntax error while parsing|^parse error$/i.test(message)) return 'bad-request'
  if (status === 500 && unparsable.test(message)) return 'unparsable-output'
  return status >= 500 ? 'server' : 'bad-request'
}

const unparsable = /does not match the expected|HarmonyError/i

/** The same reading for an `error` in a 200 body: gateways put the status that they met into its code. */
export function errorInBody(error: unknown): StatusFailure {
  const said = errorTextOf({ error })
  const message = oneLine(said.message || 'an error in a 200 body')
  const code = Number(field(error, 'code') ?? field(error, 'status') ?? field(error, 'status_code'))
  const isStatus = Number.isInteger(code) && code >= 400 && code < 600
  if (unparsable.test(said.message)) return { kind: 'unparsable-output', message }
  const kind = kindOf(isStatus ? code : 400, said)
  return { kind: kind === 'server' || (kind === 'bad-request' && !isStatus) ? 'upstream-error' : kind, message }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

export function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 297)}...` : line
}
