/**
 * The JSON of a 200 reply, with what some gateways put around it taken off: comment lines, `data:` framing, `[DONE]`. An event
 * stream that was not asked for is put together to the completion that it spells.
 */
import { type Json, member } from '../core/json.ts'
import { jsonOf, parseJson } from '../core/parse-json.ts'

/** A reply has a few levels. */
const limits = { maxDepth: 100, maxChars: 64_000_000 }
/** Parts of a stream that are read; no answer has more tokens. */
const maxParts = 1_000_000

/** @returns what is wrong with the text, where it is not the JSON of a whole reply. */
export function readReplyBody(text: string): { readonly body: Json } | { readonly problem: string } {
  const plain = parseJson(text, limits)
  if (plain.kind === 'value') return { body: plain.value }
  if (plain.kind !== 'invalid') return { problem: `a body that is too much: ${plain.message}` }
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const bare = jsonOf(lines.filter((line) => !framing.test(line)).join('\n'), limits)
  if (typeof bare === 'object' && bare !== null) return { body: bare }
  const events = lines.flatMap((line) => dataOf(line)).slice(0, maxParts)
  if (events.length > 0) return streamed(events)
  return { problem: `a body that is not JSON: ${text.slice(0, 80)}` }
}

const framing = /^\s*(?::|event:|id:|retry:|data:\s*(?:\[DONE\])?\s*$)/

function dataOf(line: string): string[] {
  const data = /^\s*data:(.*)$/.exec(line)?.[1]?.trim() ?? ''
  return data === '' ? [] : [data]
}

function streamed(events: readonly string[]): { readonly body: Json } | { readonly problem: string } {
  const parts = events.filter((event) => event !== '[DONE]').map((event) => jsonOf(event, limits))
  const known = parts.filter((part) => part !== undefined)
  const whole = known.find((part) => member(choiceOf(part), 'message') !== undefined || failed(part))
  if (whole !== undefined) return { body: whole }
  if (known.length < parts.length) return { problem: 'an event stream with a part that is not JSON' }
  const choices = known.map(choiceOf)
  const ends = choices.map((choice) => member(choice, 'finish_reason')).filter((reason) => typeof reason === 'string')
  const [finishReason] = ends
  if (finishReason === undefined) return { problem: 'an event stream that ends before the answer does' }
  const spelt = (name: string): string =>
    choices
      .map((choice) => member(member(choice, 'delta'), name))
      .filter((part) => typeof part === 'string')
      .join('')
  const message = {
    role: 'assistant',
    content: spelt('content'),
    reasoning: spelt('reasoning') || spelt('reasoning_content'),
    refusal: spelt('refusal'),
  }
  const usage = known.map((part) => member(part, 'usage')).findLast((found) => found !== undefined && found !== null)
  return {
    body: { choices: [{ index: 0, message, finish_reason: finishReason }], ...(usage === undefined ? {} : { usage }) },
  }
}

function choiceOf(part: Json): Json | undefined {
  const choices = member(part, 'choices')
  return Array.isArray(choices) ? (choices as readonly Json[])[0] : undefined
}

function failed(part: Json): boolean {
  const error = member(part, 'error')
  return error !== undefined && error !== null && choiceOf(part) === undefined
}
