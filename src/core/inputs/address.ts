/**
 * Addresses of servers, as people write them: which are refused, and which address was meant. An address is the part that
 * all calls to a server share. It is saved with a run, so it holds no password and no query (some services take a key there).
 */
import { nearestName } from '../spelling.ts'
import type { Refusal } from './refusal.ts'

export interface AddressKind {
  /** Where the calls of such a server begin, below the host: `/v1`, or nothing. */
  readonly base: string
  /** A path that names one call, from where that begins. */
  readonly call: RegExp
  /** A port that such servers often have, for an address that names none. */
  readonly usualPort: number
}

/** A server of language models. */
export const modelServer: AddressKind = {
  base: '/v1',
  call: /\/(?:chat\/completions|completions|responses|models|embeddings|messages|chat)\/?$/i,
  usualPort: 8000,
}

/** A training server (Tinker protocol). */
export const trainingServer: AddressKind = { base: '', call: /\/api\/v1(?:\/.*)?$/i, usualPort: 10610 }

/**
 * @param words what may be given instead of an address: `simulator`.
 * @returns null for an address, or one of the words.
 */
export function refuseAddress(text: string, kind: AddressKind, words: readonly string[] = []): Refusal | null {
  if (words.includes(text)) return null
  const trimmed = text.trim()
  if (trimmed === '') return { why: 'it is empty' }
  const word = /^[A-Za-z]+$/.test(trimmed) ? wordMeant(trimmed, words) : null
  if (word !== null) return { why: `there is no "${trimmed}"`, meant: word }
  if (/^[^/?#]*:?[/\\]*[^/?#\s]*@/.test(trimmed)) {
    const advice = 'Leave out the part before "@"; a key goes into an environment variable.'
    return { why: 'it holds a user name or a password', advice, isSecret: true }
  }
  if (/[?#]/.test(trimmed)) {
    const advice = 'Leave out everything from "?" or "#" on; a key goes into an environment variable.'
    return { why: 'it holds a query, which may be a key', advice, isSecret: true }
  }
  if (/\s/.test(text)) return withMeant('it holds white space', text.replaceAll(/\s/g, ''), kind)
  const scheme = /^([A-Za-z][A-Za-z+.-]*):\/\//.exec(trimmed)?.[1]
  if (scheme !== undefined && !/^https?$/.test(scheme)) {
    return withMeant(`it begins with ${scheme}:// and not with http:// or https://`, trimmed, kind)
  }
  if (scheme === undefined) {
    return withMeant('an address begins with http:// or https://', trimmed, kind)
  }
  const port = /^\w+:\/\/[^/]*:(\d+)(?:\/|$)/.exec(trimmed)?.[1]
  if (port !== undefined && Number(port) > 65535) return { why: `there is no port ${port}: ports go to 65535` }
  if (!URL.canParse(trimmed)) return withMeant('no host and port can be read from it', trimmed, kind)
  if (kind.call.test(new URL(trimmed).pathname)) {
    return withMeant('it names one call and not the part that all calls share', trimmed, kind)
  }
  return null
}

function wordMeant(text: string, words: readonly string[]): string | null {
  return words.find((word) => word === text.toLowerCase()) ?? nearestName(text, words)
}

function withMeant(why: string, text: string, kind: AddressKind): Refusal {
  const meant = addressMeant(text, kind)
  return meant === null ? { why } : { why, meant }
}

/** With a scheme (https where the host looks public), the path that all calls share, and the usual port of a bare host. */
function addressMeant(text: string, { base, call, usualPort }: AddressKind): string | null {
  const [, given = '', rest = ''] =
    /^((?:[a-z+.-]*:|h?t*ps?|)[/\\]{2}|[a-z]*:[/\\]|https?:(?!\d))?(.*)$/i.exec(text) ?? []
  const [, host = '', path = ''] = /^([^/\\]*)(.*)$/.exec(rest) ?? []
  if (!/^(?:[\w.-]+|\[[\da-f:]+\])(?::\d+)?$/i.test(host)) return null
  const isLocal = /^(?:localhost|\[|127\.|10\.|192\.168\.|0\.0\.0\.0|172\.)|^[^.]+$|:\d+$|\.local$/i.test(host)
  const scheme = /^h?t*ps|^wss/i.test(given) || (!/^h/i.test(given) && !isLocal) ? 'https' : 'http'
  const port = host.includes(':') || !isLocal ? '' : `:${usualPort}`
  const shared = path.replace(call, '').replace(/\/+$/, '')
  const address = `${scheme}://${host}${port}${shared === '' ? base : shared}`
  return URL.canParse(address) ? address : null
}
