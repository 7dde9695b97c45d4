/** The address of a server, as it is used and as messages show it: without user, password, query or fragment. */
import { BatonError } from '../core/failure.ts'

/**
 * @param example of an address of this kind, for the hint.
 * @throws BatonError where the text is not an http or https address, or holds a possible secret; it repeats no secret.
 */
export function serverAddress(baseUrl: string, example: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  const isSecret = url === null ? /[@?#]/.test(baseUrl) : hasSecret(url)
  if (isSecret) {
    throw new BatonError(
      `the server's address (host ${url?.host || 'unknown'}) holds a user name, a password or a query.`,
      {
        boundary: 'config',
        code: 'secret-in-config',
        hint: `Give it as ${example}, and a key in an environment variable.`,
      },
    )
  }
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new BatonError(
      `the server's address is not a URL that begins with http:// or https:// (got ${JSON.stringify(baseUrl)}).`,
      {
        boundary: 'config',
        code: 'base-url',
        hint: `Give it as ${example}.`,
      },
    )
  }
  return url
}

function hasSecret({ username, password, search, hash, protocol, pathname }: URL): boolean {
  // `user:password@host` is read as the scheme `user`.
  const isMisread = !/^https?:$/.test(protocol) && pathname.includes('@')
  return username !== '' || password !== '' || search !== '' || hash !== '' || isMisread
}

/** Origin and path, without the slash at its end. */
export function shownAddress(url: URL): string {
  return url.origin + addressPath(url)
}

/** The path without the slash at its end: '' for none. */
export function addressPath(url: URL): string {
  return url.pathname.replace(/\/+$/, '')
}
