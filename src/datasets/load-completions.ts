/**
 * Completions to imitate, from a file of JSON lines: `messages` whose last one is the assistant's, or a `prompt` (text, or
 * messages) and a `completion` (text, or the assistant's message), the forms that TRL and OpenAI fine-tuning read; or the
 * `problemId` of a training problem and a `completion`.
 */
import type { Json, JsonObject } from '../core/json.ts'
import { BadRow } from './formats/index.ts'
import { badRow, datasetError, type RowOptions, readRows, type SkippedRow } from './rows.ts'

export interface RowMessage {
  readonly role: string
  readonly content: string
}

/** What a completion answers: a text as it is, a conversation, or a problem by its id. */
export type CompletionPrompt =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'messages'; readonly messages: readonly RowMessage[] }
  | { readonly kind: 'problem'; readonly problemId: string }

export interface CompletionRow {
  /** 1-based. */
  readonly line: number
  readonly asked: CompletionPrompt
  readonly completion: string
  /** 1 where the row has none. */
  readonly reward: number
}

export interface LoadedCompletions {
  readonly rows: readonly CompletionRow[]
  readonly skipped: readonly SkippedRow[]
  readonly fingerprint: string
}

/** @throws BatonError for a missing file, and a row of no known form unless these are skipped. */
export async function loadCompletions(path: string, options: RowOptions): Promise<LoadedCompletions> {
  const { parsed, skipped: unread, fingerprint } = await readRows(path, options)
  const rows: CompletionRow[] = []
  const skipped = [...unread]
  for (const { line, row } of parsed) {
    try {
      rows.push({ line, ...completionOf(row), reward: rewardOf(row) })
    } catch (error) {
      if (!(error instanceof BadRow)) throw error
      skipped.push(badRow({ path, line }, error, options))
    }
  }
  if (rows.length === 0) {
    throw datasetError(
      'no-completions',
      `${path} gives no completions.`,
      'Check the file; docs/imitation.md has its forms.',
    )
  }
  skipped.sort((a, b) => a.line - b.line)
  return { rows, skipped, fingerprint }
}

function completionOf(row: JsonObject): Pick<CompletionRow, 'asked' | 'completion'> {
  const { messages, prompt, completion, problemId } = row
  if (messages !== undefined) {
    const all = messagesOf('messages', messages)
    return { asked: { kind: 'messages', messages: all.slice(0, -1) }, completion: answerOf('messages', all, 2) }
  }
  if (completion === undefined) {
    const keys = Object.keys(row).slice(0, 8).join(', ')
    throw new BadRow(
      `has no messages and no completion (its keys: ${keys})`,
      'Give {"messages": [...]}, {"prompt": ..., "completion": ...} or {"problemId": ..., "completion": ...}.',
    )
  }
  const text =
    typeof completion === 'string' ? completion : answerOf('completion', messagesOf('completion', completion), 1)
  if (text.trim() === '') throw new BadRow('"completion" is empty', 'Give the text that is to be learned.')
  if (typeof problemId === 'string') return { asked: { kind: 'problem', problemId }, completion: text }
  if (typeof prompt === 'string') {
    if (prompt === '') throw new BadRow('"prompt" is empty', 'Give the text that comes before the completion.')
    return { asked: { kind: 'text', text: prompt }, completion: text }
  }
  if (prompt === undefined) {
    throw new BadRow('has a completion, but neither prompt nor problemId', 'Say what the completion answers.')
  }
  return { asked: { kind: 'messages', messages: messagesOf('prompt', prompt) }, completion: text }
}

function messagesOf(key: string, value: Json): RowMessage[] {
  const list = Array.isArray(value) ? value : []
  const read = list.flatMap((item) => {
    const { role, content } = (item ?? {}) as { role?: unknown; content?: unknown }
    return typeof role === 'string' && typeof content === 'string' ? [{ role, content }] : []
  })
  if (read.length > 0 && read.length === list.length) return read
  throw new BadRow(
    `"${key}" is not a list of messages`,
    'Give a list of {"role": ..., "content": ...} with texts as content.',
  )
}

/** The text of the last message. */
function answerOf(key: string, messages: readonly RowMessage[], least: number): string {
  const last = messages.at(-1)
  if (messages.length >= least && last?.role === 'assistant' && last.content.trim() !== '') return last.content
  throw new BadRow(
    `"${key}" does not end with an answer of the assistant`,
    'Put the text to learn in the last message.',
  )
}

function rewardOf({ reward }: JsonObject): number {
  if (reward === undefined || reward === null) return 1
  if (typeof reward === 'number' && Number.isFinite(reward)) return reward
  throw new BadRow('"reward" is not a number', 'Give a number, or leave it out.')
}
