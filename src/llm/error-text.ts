/**
 * What a server says of its error, whatever shape it gives it: `error` as a text, an object or a list, `errors`, `detail` as
 * FastAPI writes it (with the place of each fault), `message` beside `object: error`, a list around it all.
 */
import { jsonOf } from '../core/parse-json.ts'

export interface ErrorText {
  readonly message: string
  /** The names that the server gives the error: its type and its code. */
  readonly marks: string
}

/** @param text the body, whatever it is: JSON, HTML, nothing. */
export function errorWords(text: string): ErrorText {
  const body = jsonOf(text)
  if (body === undefined) return { message: text.slice(0, 10_000).replaceAll(/<[^<>]*>/g, ' '), marks: '' }
  return errorTextOf(body)
}

/** @param body parsed, within the limits of `parseJson`. */
export function errorTextOf(body: unknown): ErrorText {
  if (Array.isArray(body)) {
    const all = body.slice(0, maxListed).map(errorTextOf)
    return { message: joined(all.map(({ message }) => message)), marks: all.map(({ marks }) => marks).join(' ') }
  }
  const holders = [field(body, 'error'), field(body, 'errors'), body].filter((holder) => saysSomething(holder))
  const marks = holders
    .flatMap((holder) => (Array.isArray(holder) ? holder.slice(0, maxListed) : [holder]))
    .flatMap((holder) => ['type', 'code', 'error_type', 'status'].map((name) => field(holder, name)))
    .filter((mark) => typeof mark === 'string')
    .join(' ')
  const said = holders.map(wordsOf).find((words) => words !== '')
  return { message: said ?? '', marks }
}

/** Whether a value is more than an empty one: servers put `error: {}`, `""` or `false` into good replies. */
export function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '' || value === 0) return false
  if (typeof value !== 'object') return true
  return Object.values(value).some(saysSomething)
}

const maxListed = 5
const messageNames = ['message', 'detail', 'msg', 'error_description', 'error_msg', 'reason', 'description', 'title']

function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return joined(value.slice(0, maxListed).map(wordsOf))
  if (typeof value !== 'object' || value === null) return ''
  const words = messageNames.map((name) => wordsOf(field(value, name))).find((text) => text !== '') ?? ''
  const place = placeOf(value)
  if (words === '')
    return ['error', 'errors'].map((name) => wordsOf(field(value, name))).find((text) => text !== '') ?? place
  return place === '' || words.includes(place) ? words : `${place}: ${words}`
}

/** The member of the request that the error is about: `param` of OpenAI, the end of `loc` of FastAPI. */
function placeOf(value: object): string {
  const param = field(value, 'param')
  if (typeof param === 'string') return param
  const place = field(value, 'loc')
  const last = Array.isArray(place) ? place.findLast((part) => typeof part === 'string') : undefined
  return typeof last === 'string' ? last : ''
}

function joined(texts: readonly string[]): string {
  return [...new Set(texts)].filter((text) => text !== '').join('; ')
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
