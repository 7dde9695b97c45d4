/**
 * The connections to servers: undici's pool for one server, its proxy agent where the environment names a proxy.
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY are followed in either case of their names; this machine itself is always reached
 * directly. Certificates are checked against the authorities that Node knows: NODE_EXTRA_CA_CERTS names a file with more,
 * NODE_USE_SYSTEM_CA=1 adds those of the system.
 */
import { getCACertificates } from 'node:tls'
import { Agent, type Dispatcher, EnvHttpProxyAgent, interceptors, Pool } from 'undici'
import { BatonError } from '../core/failure.ts'

export type ProxyEnvironment = Readonly<Record<string, string | undefined>>

export interface ConnectionOptions {
  /** At once, to one server; null: as many as are needed. */
  readonly connections: number | null
  readonly maxResponseBytes: number
  readonly environment: ProxyEnvironment
  /** Authorities of certificates besides those that Node knows, PEM. */
  readonly authority?: string | undefined
}

const connectTimeoutMs = 10_000

/** For one server, the hot path: without a proxy no request looks its connection up by address. */
export function serverDispatcher(url: URL, options: ConnectionOptions): Dispatcher {
  const proxies = proxiesOf(options.environment)
  if (proxies === null || isLoopback(url.hostname)) return new Pool(url.origin, poolOptions(options))
  const requestTls = trust(options)
  return new EnvHttpProxyAgent({ ...poolOptions(options), ...proxies, ...(requestTls === null ? {} : { requestTls }) })
}

/** Follows redirects to whatever server, without the key where that is another one. Bodies may have any length. */
export function redirectingDispatcher(environment: ProxyEnvironment): Dispatcher {
  const proxies = proxiesOf(environment)
  const options = { connections: null, maxResponseSize: -1, connectTimeout: connectTimeoutMs }
  const agent = proxies === null ? new Agent(options) : new EnvHttpProxyAgent({ ...options, ...proxies })
  return agent.compose(interceptors.redirect({ maxRedirections: 5, throwOnMaxRedirect: true }))
}

/** What the system trusts stays trusted: an own list would replace it. */
function trust({ authority }: ConnectionOptions): { readonly ca: string[] } | null {
  return authority === undefined ? null : { ca: [...getCACertificates('default'), authority] }
}

function poolOptions(options: ConnectionOptions): Pool.Options {
  const { connections, maxResponseBytes } = options
  const connect = trust(options)
  // One deadline covers a whole request (http-client.ts): undici's own, which begin again with each part, are off.
  const deadlines = { headersTimeout: 0, bodyTimeout: 0, connectTimeout: connectTimeoutMs }
  const limits = { ...deadlines, connections, maxResponseSize: maxResponseBytes }
  return connect === null ? limits : { ...limits, connect }
}

const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'] as const

/** The proxy variables alone, for a thread that is to see no others. */
export function proxyVariables(environment: ProxyEnvironment): Record<string, string> {
  const found = proxyNames.map((name) => [name, readVariable(environment, name)] as const)
  return Object.fromEntries(found.filter(([, value]) => value !== ''))
}

interface Proxies {
  readonly httpProxy: string
  readonly httpsProxy: string
  readonly noProxy: string
}

/** null where none is named. */
function proxiesOf(environment: ProxyEnvironment): Proxies | null {
  const httpProxy = proxyAddress(environment, 'HTTP_PROXY')
  const httpsProxy = proxyAddress(environment, 'HTTPS_PROXY')
  if (httpProxy === '' && httpsProxy === '') return null
  const noProxy = ['localhost', '127.0.0.1', '[::1]', readVariable(environment, 'NO_PROXY')].join(',')
  return { httpProxy, httpsProxy, noProxy }
}

function proxyAddress(environment: ProxyEnvironment, name: 'HTTP_PROXY' | 'HTTPS_PROXY'): string {
  const value = readVariable(environment, name)
  // `proxy.example:3128`, which other programs take, is read as the scheme `proxy.example`.
  const address = value === '' || value.includes('://') ? value : `http://${value}`
  if (address === '' || (URL.canParse(address) && /^(?:https?|socks5?):$/.test(new URL(address).protocol)))
    return address
  throw new BatonError(`the environment variable ${name} is not the address of a proxy.`, {
    boundary: 'config',
    code: 'proxy',
    hint: `Set it to an address such as http://proxy.example:3128, or unset it.`,
  })
}

function readVariable(environment: ProxyEnvironment, name: string): string {
  return (environment[name.toLowerCase()] ?? environment[name] ?? '').trim()
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
