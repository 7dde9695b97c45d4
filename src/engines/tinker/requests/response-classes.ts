/**
 * What an answer of the server means, as data: the first row that matches decides. One table for polling a result, one
 * for submitting an operation. What a row's action does is in `call.ts` and `retry-policy.ts`.
 */
import { responseText } from '../../../http/index.ts'
import { protobufType } from '../../../tinker/index.ts'
import type { TinkerFailureKind } from './tinker-error.ts'
import type { Exchange, TinkerResponse } from './transport.ts'

export type ResponseAction =
  | 'done'
  /** Not ready: ask again at once, but not more often than every 100 ms. */
  | 'again'
  /** Ask or send again after 1, 2, 4, ... 30 s; counts as an outage. */
  | 'back-off'
  /** As `back-off`, but the server is well: no outage, until the deadline. */
  | 'slow-down'
  /** Wait 5 s, up to an hour, with a warning. */
  | 'billing-pause'
  /** Once more, then the row's failure. */
  | 'retry-once'
  /** The result is gone: a sample is submitted again, a training operation is a failure. */
  | 'resubmit'
  | 'fail'

export interface ResponseClass {
  readonly name: string
  readonly matches: (exchange: Exchange) => boolean
  readonly action: ResponseAction
  /** What it becomes when it is, or at last becomes, a failure. */
  readonly failure: TinkerFailureKind
}

type Fields = Readonly<Record<string, unknown>>

const answer =
  (test: (answer: TinkerResponse, fields: Fields) => boolean) =>
  (exchange: Exchange): boolean =>
    exchange.kind === 'response' && test(exchange, fieldsOf(exchange.json))
const status = (...codes: readonly number[]) => answer((given) => codes.includes(given.status))
const success = (test: (answer: TinkerResponse, fields: Fields) => boolean) =>
  answer((given, fields) => given.status >= 200 && given.status < 300 && test(given, fields))
const says = (code: number, pattern: RegExp) =>
  answer((given) => given.status === code && pattern.test(detailOf(given)))

const failedBody = (fields: Fields): boolean =>
  (fields['error'] !== undefined && fields['error'] !== null) || fields['type'] === 'RequestFailedResponse'
const byUser = (fields: Fields): boolean => String(fields['category']).toLowerCase() === 'user'

/** A repeated submission may be taken and come to nothing only as its result. */
const isConflict = (given: TinkerResponse): boolean =>
  given.contentType !== protobufType && /sequence conflict/i.test(detailOf(given))

/** What an answer with a status of success may hold. */
const bodies: readonly ResponseClass[] = [
  row('2xx error of the user', {
    matches: success((_, fields) => failedBody(fields) && byUser(fields)),
    action: 'fail',
    failure: 'request',
  }),
  row('2xx error of the server', {
    matches: success((_, fields) => failedBody(fields)),
    action: 'fail',
    failure: 'server',
  }),
  row('2xx JSON', { matches: success(({ json }) => isObject(json)), action: 'done', failure: 'reply' }),
  row('2xx without a body to read', { matches: success(() => true), action: 'retry-once', failure: 'reply' }),
]

/** The end of both tables. */
const failures: readonly ResponseClass[] = [
  row('402: billing pause', { matches: status(402), action: 'billing-pause', failure: 'billing' }),
  row('429: rate limit', { matches: status(429), action: 'slow-down', failure: 'rate-limit' }),
  row('401 or 403: key', { matches: status(401, 403), action: 'fail', failure: 'authentication' }),
  row('409: the name is taken', { matches: says(409, /exist/i), action: 'fail', failure: 'already-exists' }),
  row('409: sequence conflict', { matches: status(409), action: 'fail', failure: 'sequence-conflict' }),
  row('422: refused', { matches: status(422), action: 'fail', failure: 'request' }),
  row('5xx', {
    matches: (exchange) => exchange.kind === 'response' && exchange.status >= 500,
    action: 'back-off',
    failure: 'unreachable',
  }),
  row('no connection that can be trusted', {
    matches: (exchange) => exchange.kind === 'network' && exchange.isPermanent,
    action: 'fail',
    failure: 'unreachable',
  }),
  row('no connection', { matches: ({ kind }) => kind === 'network', action: 'back-off', failure: 'unreachable' }),
  row('anything else', { matches: () => true, action: 'fail', failure: 'reply' }),
]

export const pollTable: readonly ResponseClass[] = [
  row('sequence conflict, however it is put', {
    matches: answer((given) => isConflict(given)),
    action: 'fail',
    failure: 'sequence-conflict',
  }),
  row('2xx protobuf: the result', {
    matches: success(({ contentType }) => contentType === protobufType),
    action: 'done',
    failure: 'reply',
  }),
  row('2xx try_again', {
    matches: success((_, fields) => fields['type'] === 'try_again'),
    action: 'again',
    failure: 'deadline',
  }),
  row('2xx complete_metadata', {
    matches: success((_, fields) => fields['status'] === 'complete_metadata'),
    action: 'again',
    failure: 'deadline',
  }),
  ...bodies,
  row('408: pending', { matches: status(408), action: 'again', failure: 'deadline' }),
  row('timeout of the client', { matches: ({ kind }) => kind === 'timeout', action: 'again', failure: 'deadline' }),
  row('410: the result is lost', { matches: status(410), action: 'resubmit', failure: 'lost' }),
  row('404: the result is not known', { matches: status(404), action: 'resubmit', failure: 'lost' }),
  row('400: the operation failed', { matches: status(400), action: 'retry-once', failure: 'server' }),
  ...failures,
]

export const submitTable: readonly ResponseClass[] = [
  ...bodies,
  row('408: busy', { matches: status(408), action: 'back-off', failure: 'unreachable' }),
  row('425: a checkpoint is still written', { matches: status(425), action: 'slow-down', failure: 'deadline' }),
  row('timeout of the client', {
    matches: ({ kind }) => kind === 'timeout',
    action: 'back-off',
    failure: 'unreachable',
  }),
  row('404: session or model is not known', { matches: status(404, 410), action: 'fail', failure: 'lost' }),
  row('400 or 413, 415: refused', { matches: status(400, 413, 415), action: 'fail', failure: 'request' }),
  ...failures,
]

function row(
  name: string,
  {
    matches,
    action,
    failure,
  }: {
    readonly matches: ResponseClass['matches']
    readonly action: ResponseAction
    readonly failure: TinkerFailureKind
  },
): ResponseClass {
  return { name, matches, action, failure }
}

export function rowFor(table: readonly ResponseClass[], exchange: Exchange): ResponseClass {
  return table.find(({ matches }) => matches(exchange)) as ResponseClass
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {})

const longestDetail = 300

/** What the server says about its answer, shortened; '' where it says nothing. */
export function detailOf(response: TinkerResponse): string {
  const { json } = response
  const fields = fieldsOf(json)
  const said = [fields['error'], fields['detail'], fields['error_message'], fields['message']].find(
    (value) => value != null,
  )
  const text =
    said === undefined
      ? isObject(json)
        ? ''
        : responseText(response).slice(0, longestDetail)
      : typeof said === 'string'
        ? said
        : JSON.stringify(said)
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > longestDetail ? `${line.slice(0, longestDetail)}...` : line
}

/** Queue state and reason of an answer that asks to wait, where it has them. */
export function queueStateOf({
  json,
}: TinkerResponse): { readonly state: string; readonly reason: string | null } | null {
  const { queue_state: state, queue_state_reason: reason } = fieldsOf(json)
  if (typeof state !== 'string') return null
  return { state, reason: typeof reason === 'string' && reason !== '' ? reason : null }
}
