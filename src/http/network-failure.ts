/** Why no response came, in words without address or port: such messages are counted and saved. */

export interface HttpFailure {
  readonly kind: 'timeout' | 'network'
  /** Without address or port. */
  readonly message: string
  /** Whether the server may have seen the request. */
  readonly wasSent: boolean
  /** Asked again, it fails alike: a certificate that is not trusted. */
  readonly isPermanent: boolean
}

export function timeoutFailure(timeoutMs: number): HttpFailure {
  return { kind: 'timeout', message: `no answer within ${timeoutMs} ms`, wasSent: true, isPermanent: false }
}

const unsent: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_PRX_TLS: 'the proxy could not be reached by TLS',
}

const lost: Readonly<Record<string, string>> = {
  ECONNRESET: 'the connection was reset',
  UND_ERR_SOCKET: 'the server closed the connection',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the body was cut short',
  UND_ERR_REDIRECT_MAX: 'too many redirects',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'the body is too long',
}

const untrusted: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'is signed by an authority that Node does not know',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'is signed by an authority that Node does not know',
  UNABLE_TO_GET_ISSUER_CERT: 'is signed by an authority that Node does not know',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'is signed by an authority that Node does not know',
}

const invalid: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another host name',
}

export function networkFailure(error: unknown): HttpFailure {
  const code = codeOf(error)
  const failed = (message: string, wasSent: boolean, isPermanent = false): HttpFailure => {
    return { kind: 'network', message: code === '' ? message : `${message} (${code})`, wasSent, isPermanent }
  }
  const wrong = untrusted[code] ?? invalid[code]
  if (wrong !== undefined) {
    const advice = code in untrusted ? '; name a file with the authority in NODE_EXTRA_CA_CERTS' : ''
    return failed(`the server's certificate ${wrong}${advice}`, false, true)
  }
  if (/^(?:EPROTO|ERR_SSL_|ERR_TLS_)/.test(code))
    return failed(
      'TLS is not spoken there as it is here: does the address begin with the right one of http and https',
      false,
      true,
    )
  const refusal = proxyRefusal(error)
  if (refusal !== null) return failed(`the proxy refused the connection with status ${refusal}`, false)
  return failed(unsent[code] ?? lost[code] ?? 'the connection failed', !(code in unsent))
}

/** The status of a proxy that opens no tunnel, which undici puts into a message alone. */
function proxyRefusal(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  const status = /^Proxy response \((\d+)\)|^Proxy Authentication Required \((407)\)/.exec(error.message)
  return status?.[1] ?? status?.[2] ?? null
}

/** The code of an error, of its cause, or of the first of several (a host with several addresses). */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const { code } = error as { code?: unknown }
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  if (typeof code === 'string') return code
  return codeOf(error.cause)
}
