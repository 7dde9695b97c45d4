import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { createTransport, type HttpOutcome, type TransportOptions } from './transport.ts'

interface Running {
  readonly port: number
  readonly seen: string[]
}

const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

/** Answers every request with its path, and passes tunnels on to itself whatever host they name: server and proxy in one. */
async function startProxy(): Promise<Running> {
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    response.end(JSON.stringify({ path: request.url }))
  })
  server.on('connect', (request, socket: Socket) => {
    seen.push(`CONNECT ${request.url}`)
    const upstream = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    for (const end of [socket, upstream]) {
      sockets.add(end)
      end.on('error', () => end.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
    server.closeAllConnections()
  })
  return { port: (server.address() as AddressInfo).port, seen }
}

async function get(baseUrl: string, environment: TransportOptions['environment'] = {}): Promise<HttpOutcome> {
  const transport = createTransport({ baseUrl, connections: 1, environment })
  try {
    const request = { method: 'GET', path: '/models', timeoutMs: 5000 } as const
    return await transport.send(request, new AbortController().signal)
  } finally {
    await transport.close()
  }
}

test('a proxy named by the environment is used, in either case of its name', async () => {
  for (const name of ['HTTP_PROXY', 'http_proxy']) {
    const proxy = await startProxy()
    const outcome = await get('http://models.invalid/v1', { [name]: `http://127.0.0.1:${proxy.port}` })
    assert.equal(outcome.kind, 'response')
    assert.match(proxy.seen[0] ?? '', /models\.invalid/)
  }
})

test('a host in NO_PROXY is reached directly', async () => {
  const proxy = await startProxy()
  const environment = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: 'models.invalid' }
  const outcome = await get('http://models.invalid/v1', environment)
  assert.equal(outcome.kind, 'network')
  assert.deepEqual(proxy.seen, [])
})

test('a server on this machine is reached directly, whatever the environment says', async () => {
  const proxy = await startProxy()
  const server = await startProxy()
  const outcome = await get(`http://127.0.0.1:${server.port}/v1`, { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` })
  assert.equal(outcome.kind, 'response')
  assert.deepEqual(proxy.seen, [])
  assert.deepEqual(server.seen, ['GET /v1/models'])
})

test('a slash at the end of the base URL changes nothing', async () => {
  const server = await startProxy()
  await get(`http://127.0.0.1:${server.port}/v1/`)
  assert.deepEqual(server.seen, ['GET /v1/models'])
})

test('a server that is not there is a failure that was not sent, told without its port', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const outcome = await get(`http://127.0.0.1:${port}/v1`)
  assert.deepEqual(outcome, { kind: 'network', message: 'connection refused (ECONNREFUSED)', wasSent: false })
})

test('an API key that no header can hold is refused without showing it; space around a key is not part of it', () => {
  const withKey = (apiKey: string) => () =>
    createTransport({ baseUrl: 'http://127.0.0.1:9/v1', connections: 1, apiKey })
  assert.throws(withKey('sk-first\nline'), (error: Error) => !error.message.includes('sk-first'))
  assert.doesNotThrow(withKey('sk-first\n'))
})
