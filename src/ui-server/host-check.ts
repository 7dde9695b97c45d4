/**
 * Who may ask. A page elsewhere that has its name point to this machine (DNS rebinding) names itself in `Host`: names are
 * refused, addresses and this machine's own names are not.
 */
import { isIP } from 'node:net'

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

export function isLoopback(host: string): boolean {
  return loopback.has(host)
}

/**
 * @param header `Host` as it was sent.
 * @param host that the server listens at.
 */
export function isAllowedHost(header: string | undefined, host: string): boolean {
  if (header === undefined || /[\s/@\\]/.test(header) || !URL.canParse(`http://${header}`)) return false
  const name = new URL(`http://${header}`).hostname.replace(/^\[|\]$/g, '')
  if (isLoopback(name) || name === host) return true
  return !isLoopback(host) && isIP(name) !== 0
}
