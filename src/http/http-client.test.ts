import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { createHttpClient, type HttpClientOptions, type HttpOutcome } from './http-client.ts'
import { selfSigned } from './testing/self-signed.ts'
import { type ProxyBehaviour, type RunningProxy, startProxy } from './testing/start-proxy.ts'

const example = 'http://localhost:8000/v1'

const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

async function proxyOf(behaviour?: ProxyBehaviour): Promise<RunningProxy> {
  const proxy = await startProxy(behaviour)
  closers.push(proxy.close)
  return proxy
}

/** @returns its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const request = { method: 'GET', path: '/models', timeoutMs: 60_000 } as const

async function get(baseUrl: string, environment: HttpClientOptions['environment'] = {}): Promise<HttpOutcome> {
  const client = createHttpClient({ baseUrl, example, environment })
  try {
    return await client.send(request)
  } finally {
    await client.close()
  }
}

test('a proxy named by the environment is used, in either case of its name', async () => {
  for (const name of ['HTTP_PROXY', 'http_proxy']) {
    const proxy = await proxyOf()
    const outcome = await get('http://models.invalid/v1', { [name]: `http://127.0.0.1:${proxy.port}` })
    assert.equal(outcome.kind, 'response')
    assert.match(proxy.seen[0] ?? '', /models\.invalid/)
  }
})

test('a host in NO_PROXY is reached directly', async () => {
  const proxy = await proxyOf()
  const environment = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: 'models.invalid' }
  const outcome = await get('http://models.invalid/v1', environment)
  assert.equal(outcome.kind, 'network')
  assert.deepEqual(proxy.seen, [])
})

test('a server on this machine is reached directly, whatever the environment says', async () => {
  const proxy = await proxyOf()
  const server = await proxyOf()
  const outcome = await get(`http://127.0.0.1:${server.port}/v1`, { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` })
  assert.equal(outcome.kind, 'response')
  assert.deepEqual(proxy.seen, [])
  assert.deepEqual(server.seen, ['GET /v1/models'])
})

test('a slash at the end of the base URL changes nothing', async () => {
  const server = await proxyOf()
  await get(`http://127.0.0.1:${server.port}/v1/`)
  assert.deepEqual(server.seen, ['GET /v1/models'])
})

test('a server that is not there is a failure that was not sent, bodyOf without its port', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const outcome = await get(`http://127.0.0.1:${port}/v1`)
  assert.deepEqual(outcome, {
    kind: 'network',
    message: 'connection refused (ECONNREFUSED)',
    wasSent: false,
    isPermanent: false,
  })
})

test('an API key that no header can hold is refused without showing it; space around a key is not part of it', () => {
  const withKey = (apiKey: string) => () => createHttpClient({ baseUrl: 'http://127.0.0.1:9/v1', example, apiKey })
  assert.throws(withKey('sk-first\nline'), (error: Error) => !error.message.includes('sk-first'))
  assert.doesNotThrow(withKey('sk-first\n'))
})

test('a key is kept out of what a server says, a short stand-in is not, and bytes stay as they came', async () => {
  const apiKey = 'sk-0123456789'
  const baseUrl = await serve((asked, response) => {
    const type = asked.url?.endsWith('/bytes') ? 'application/x-bytes; v=1' : 'text/html'
    response.writeHead(200, { 'content-type': type }).end(`you sent ${asked.headers.authorization} and EMPTY`)
  })
  const bodyOf = async (options: Partial<HttpClientOptions>, path = '/text') => {
    const client = createHttpClient({ baseUrl, example, binaryTypes: ['application/x-bytes'], ...options })
    const outcome = await client.send({ ...request, path })
    await client.close()
    return outcome.kind === 'response' ? outcome.body : outcome.message
  }
  assert.equal(await bodyOf({ apiKey }), 'you sent Bearer [api key] and EMPTY')
  assert.equal(await bodyOf({ apiKey: 'EMPTY' }), 'you sent Bearer EMPTY and EMPTY')
  assert.equal(await bodyOf({}), 'you sent undefined and EMPTY')
  const bytes = await bodyOf({ apiKey }, '/bytes')
  assert.ok(bytes instanceof Uint8Array)
  assert.equal(Buffer.from(bytes).toString(), `you sent Bearer ${apiKey} and EMPTY`)
})

test('one deadline covers connection, wait and a body that trickles in', async () => {
  const baseUrl = await serve((asked, response) => {
    if (asked.url === '/wait') return
    response.write('a')
    const timer = setInterval(() => response.write('a'), 5)
    response.once('close', () => clearInterval(timer))
  })
  const client = createHttpClient({ baseUrl, example, connections: 1 })
  const never = client.send({ ...request, path: '/wait' }).catch((error: unknown) => error)
  // It waits for the one connection, and never gets it.
  const behind = await client.send({ ...request, path: '/wait', timeoutMs: 30 })
  assert.equal(behind.kind, 'timeout')
  const controller = new AbortController()
  const aborted = client.send({ ...request, path: '/wait' }, controller.signal)
  controller.abort('enough')
  await assert.rejects(aborted, (reason) => reason === 'enough')
  await client.close()
  assert.match(String(await never), /closed/)
  await assert.rejects(client.send(request), /closed/)
  const other = createHttpClient({ baseUrl, example })
  const trickle = await other.send({ ...request, path: '/trickle', timeoutMs: 60 })
  assert.deepEqual(trickle, {
    kind: 'timeout',
    message: 'no answer within 60 ms',
    wasSent: true,
    isPermanent: false,
  })
  await other.close()
})

test('a redirect is an answer, and the key goes nowhere else', async () => {
  let visits = 0
  const elsewhere = await serve((_, response) => {
    visits += 1
    response.end()
  })
  const baseUrl = await serve((_, response) => response.writeHead(307, { location: elsewhere }).end())
  const outcome = await get(baseUrl)
  assert.equal(outcome.kind === 'response' ? outcome.status : null, 307)
  assert.equal(visits, 0)
})

const addresses: readonly (readonly [address: string, code: string])[] = [
  ['localhost:8000/v1', 'base-url'],
  ['ftp://host/v1', 'base-url'],
  ['', 'base-url'],
  ['http://me:hunter22@host/v1', 'secret-in-config'],
  ['http://:hunter22@host/v1', 'secret-in-config'],
  ['me:hunter22@host/v1', 'secret-in-config'],
  ['//me:hunter22@host/v1', 'secret-in-config'],
  ['http://host/v1?key=hunter22', 'secret-in-config'],
  ['http://host/v1#hunter22', 'secret-in-config'],
]
for (const [baseUrl, code] of addresses) {
  test(`${JSON.stringify(baseUrl)} is refused as an address, and a secret in it is not repeated`, () => {
    assert.throws(
      () => createHttpClient({ baseUrl, example }),
      (error: Error & { code?: string; hint?: string }) =>
        error.code === code &&
        !`${error.message}${error.hint}`.includes('hunter22') &&
        /Give it as/.test(error.hint ?? ''),
    )
  })
}

test('a proxy variable that is no address is refused without repeating it; one without a scheme is taken', async () => {
  for (const value of ['http://', 'ftp://user:hunter22@proxy', 'not an address']) {
    assert.throws(
      () => createHttpClient({ baseUrl: 'http://models.invalid', example, environment: { HTTPS_PROXY: value } }),
      (error: Error) =>
        /HTTPS_PROXY is not the address of a proxy/.test(error.message) && !/hunter22/.test(error.message),
    )
  }
  const proxy = await proxyOf()
  await get('http://models.invalid/v1', { http_proxy: `127.0.0.1:${proxy.port}` })
  assert.equal(proxy.seen.length, 1)
})

test('a proxy that opens no tunnel is named as the cause', async () => {
  const proxy = await proxyOf({ refuses: 403 })
  const outcome = await get('https://models.invalid/v1', { HTTPS_PROXY: proxy.url })
  assert.partialDeepStrictEqual(outcome, { kind: 'network', wasSent: false })
  assert.match(outcome.kind === 'network' ? outcome.message : '', /the proxy refused the connection with status 403/)
})

test('a certificate that is not trusted is a failure for good that says what to do; named to Node, it is trusted', async () => {
  const server = createTlsServer(selfSigned, (_, response) => response.end('secure'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  const baseUrl = `https://localhost:${(server.address() as AddressInfo).port}`
  const outcome = await get(baseUrl)
  assert.partialDeepStrictEqual(outcome, { kind: 'network', wasSent: false, isPermanent: true })
  assert.match(outcome.kind === 'network' ? outcome.message : '', /signed by itself; .*NODE_EXTRA_CA_CERTS/)

  const folder = mkdtempSync(join(tmpdir(), 'baton-certificate-'))
  closers.push(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'authority.pem'), selfSigned.cert)
  const script = `
    import { createHttpClient } from ${JSON.stringify(join(import.meta.dirname, 'http-client.ts'))}
    const client = createHttpClient({ baseUrl: ${JSON.stringify(baseUrl)}, example: '' })
    console.log(JSON.stringify(await client.send({ method: 'GET', path: '/', timeoutMs: 60000 })))
    await client.close()`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: { NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') },
  })
  assert.match(stdout, /"body":"secure"/)
})
