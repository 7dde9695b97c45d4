/**
 * Reads the body of a chat completion. Servers say the same in several ways: reasoning is in `reasoning` or
 * `reasoning_content`, an empty answer is "" or null, text may come in parts.
 */
import { type Json, member } from '../core/json.ts'
import type { ChatReply, Usage } from './chat-model.ts'
import { errorInBody, oneLine } from './classify-status.ts'
import { errorTextOf, saysSomething } from './error-text.ts'
import type { LlmFailureKind } from './llm-error.ts'
import { separateServerReasoning } from './separate-reasoning.ts'

export type Completion =
  | {
      readonly kind: 'answer'
      readonly text: string
      readonly reasoning: string
      readonly finishReason: ChatReply['finishReason']
      readonly usage: Usage | null
    }
  | {
      readonly kind: 'failure'
      readonly failure: LlmFailureKind
      readonly message: string
      readonly reasoning: string
      /** null if the server reports none. */
      readonly usage: Usage | null
    }

/**
 * @param body parsed JSON of a 200 response.
 * @param tokenLimit tokens that the answer was allowed, reasoning included; null where that is not known.
 */
export function readCompletion(body: Json, tokenLimit: number | null = null): Completion {
  const usage = readUsage(member(body, 'usage'))
  const choices = member(body, 'choices')
  const choice = Array.isArray(choices) ? (choices as readonly Json[])[0] : undefined
  const message = member(choice, 'message')
  const error = [member(choice, 'error'), isAnswered(choice) ? null : member(body, 'error')].find(saysSomething)
  if (error !== undefined) {
    const { kind, message: words } = errorInBody(error)
    return { kind: 'failure', failure: kind, message: words, reasoning: '', usage }
  }
  if (message === undefined || message === null)
    return { ...withoutChoice(body), kind: 'failure', reasoning: '', usage }
  const separated = separateServerReasoning(textOf(member(message, 'content')))
  const separate = textOf(member(message, 'reasoning')) || textOf(member(message, 'reasoning_content'))
  const reasoning = [separate, separated.reasoning].filter((part) => part !== '').join('\n')
  const finishReason = readFinishReason(member(choice, 'finish_reason'))
  const failed = (failure: LlmFailureKind, why: string): Completion => ({
    kind: 'failure',
    failure,
    message: why,
    reasoning,
    usage,
  })
  if (finishReason.unified === 'content-filter')
    return failed('content-filter', `the server's content filter cut the answer (finish_reason ${finishReason.raw})`)
  const broken = brokenOffReasons.get(finishReason.raw?.toLowerCase() ?? '')
  if (broken !== undefined) return failed(broken, `the server broke the answer off (finish_reason ${finishReason.raw})`)
  const refusal = textOf(member(message, 'refusal'))
  if (separated.text.trim() === '' && refusal !== '') return failed('content-filter', oneLine(`refused: ${refusal}`))
  if (separated.text.trim() !== '') {
    const madeTokens = finishReason.unified === 'length' ? tokensMade(member(body, 'usage'), usage) : null
    if (madeTokens === null || !isCutEarly(madeTokens, tokenLimit))
      return { kind: 'answer', text: separated.text, reasoning, finishReason, usage }
    const count = `${madeTokens} of the ${tokenLimit} tokens`
    return failed('context-overflow', `the server cut the answer at ${count} it was allowed: its context is full`)
  }
  const failure = finishReason.unified === 'length' ? 'truncated-reasoning' : 'empty-content'
  return failed(failure, emptyMessage(finishReason.raw, reasoning))
}

/** Text that ended as answers end: what an `error` beside it says is of no consequence. */
function isAnswered(choice: Json | undefined): boolean {
  const { unified } = readFinishReason(member(choice, 'finish_reason'))
  const text = textOf(member(member(choice, 'message'), 'content'))
  return text.trim() !== '' && (unified === 'stop' || unified === 'length')
}

/** In the words of the server, where it has any. */
function withoutChoice(body: Json): { readonly failure: LlmFailureKind; readonly message: string } {
  const { message: words } = errorTextOf(body)
  if (words === '') return { failure: 'malformed-body', message: 'no choices in the body' }
  const { kind, message } = errorInBody(body)
  return { failure: kind, message: oneLine(`no choices in the body: ${message}`) }
}

/** Servers count their last token in different ways. */
const countedApart = 8

/** Some servers leave hidden reasoning out of the completion's tokens, and have it in the total alone. */
function tokensMade(details: Json | undefined, usage: Usage | null): number | null {
  if (usage === null) return null
  const total = member(details, 'total_tokens')
  return Math.max(usage.outputTokens, isCount(total) ? total - usage.inputTokens : 0)
}

/** An answer that ended for want of room although it had not reached its own limit ran into the server's. */
function isCutEarly(outputTokens: number, tokenLimit: number | null): boolean {
  return tokenLimit !== null && outputTokens + countedApart < tokenLimit
}

function emptyMessage(finishReason: string | null, reasoning: string): string {
  const described = reasoning === '' ? 'no reasoning either' : 'reasoning only'
  return `the answer is empty (${described}, finish_reason ${finishReason ?? 'null'})`
}

/** Text, or the text of a list of parts. */
function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return ''
  return value.map((part: Json) => (isTextPart(part) ? textOf(member(part, 'text')) : '')).join('')
}

function isTextPart(part: Json): boolean {
  const type = member(part, 'type')
  return type === 'text' || type === 'output_text' || (type === undefined && typeof member(part, 'text') === 'string')
}

/** In lower case: gateways hand on the reasons of the models behind them. */
const unifiedReasons: Readonly<Record<string, ChatReply['finishReason']['unified']>> = {
  stop: 'stop',
  eos: 'stop',
  length: 'length',
  max_tokens: 'length',
  content_filter: 'content-filter',
  sensitive: 'content-filter',
  safety: 'content-filter',
  prohibited_content: 'content-filter',
}

/** The server ended the answer for reasons of its own: it is none, whatever came before. */
const brokenOffReasons: ReadonlyMap<string, LlmFailureKind> = new Map([
  ['model_context_window_exceeded', 'context-overflow'],
  ['network_error', 'upstream-error'],
  ['insufficient_system_resource', 'upstream-error'],
  ['error', 'upstream-error'],
  ['abort', 'upstream-error'],
])

function readFinishReason(value: Json | undefined): ChatReply['finishReason'] {
  const raw = typeof value === 'string' ? value : null
  const name = raw?.toLowerCase() ?? ''
  return { unified: (Object.hasOwn(unifiedReasons, name) ? unifiedReasons[name] : undefined) ?? 'other', raw }
}

function readUsage(value: Json | undefined): Usage | null {
  const inputTokens = member(value, 'prompt_tokens')
  const outputTokens = member(value, 'completion_tokens')
  return isCount(inputTokens) && isCount(outputTokens) ? { inputTokens, outputTokens } : null
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
