import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { type TestContext, test } from 'node:test'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { stream } from 'hono/streaming'
import { openServer, readBody } from './open-server.ts'

type App = Hono<{ Bindings: HttpBindings }>

async function opened(context: TestContext, define: (app: App) => void): Promise<string> {
  const app: App = new Hono()
  define(app)
  const server = await openServer(app.fetch, { host: '127.0.0.1', port: 0 })
  context.after(() => server.close())
  return `http://127.0.0.1:${server.port}`
}

const pieces = (count: number): ReadableStream<Uint8Array> =>
  ReadableStream.from(Array.from({ length: count }, () => new Uint8Array(100)))

test('a body is read whole up to the limit; above it there is none, announced or in pieces', async (context) => {
  const url = await opened(context, (app) => {
    app.post('/', async (c) => {
      const body = await readBody(c.env.incoming, 1000)
      return c.text(body === null ? 'too long' : `${body.length} bytes`, body === null ? 413 : 200)
    })
  })
  const post = async (body: string | ReadableStream<Uint8Array>): Promise<string> => {
    const response = await fetch(url, { method: 'POST', body, duplex: 'half' } as RequestInit)
    return `${response.status} ${await response.text()}`
  }
  assert.deepEqual(await Promise.all([post('x'.repeat(1000)), post(pieces(10))]), ['200 1000 bytes', '200 1000 bytes'])
  assert.deepEqual(await Promise.all([post('x'.repeat(1001)), post(pieces(11))]), ['413 too long', '413 too long'])
})

test('a stream reaches the client piece by piece', async (context) => {
  const { promise: isFirstRead, resolve: firstWasRead } = Promise.withResolvers<void>()
  const url = await opened(context, (app) => {
    app.get('/', (c) =>
      stream(c, async (output) => {
        await output.write('one ')
        await isFirstRead
        await output.write('two')
      }),
    )
  })
  const reader = (await fetch(url)).body?.pipeThrough(new TextDecoderStream()).getReader()
  assert.equal((await reader?.read())?.value, 'one ')
  firstWasRead()
  assert.equal((await reader?.read())?.value, 'two')
})

test('a client that goes away in the middle of its body ends the reading', async (context) => {
  const { promise: ending, resolve } = Promise.withResolvers<unknown>()
  const { promise: isReading, resolve: readingBegan } = Promise.withResolvers<void>()
  const url = await opened(context, (app) => {
    app.post('/', async (c) => {
      readingBegan()
      await readBody(c.env.incoming, 1000).then(resolve, resolve)
      return c.text('')
    })
  })
  const client = request(url, { method: 'POST', headers: { 'content-length': '500' } })
  client.on('error', () => undefined)
  client.write('x'.repeat(100))
  await isReading
  client.destroy()
  assert.match(String(await ending), /aborted/)
})

test('closing ends what is open', async () => {
  const app: App = new Hono()
  const { promise: isAsked, resolve: asked } = Promise.withResolvers<void>()
  app.get('/', async (c) => {
    asked()
    await once(c.env.outgoing, 'close')
    return c.text('')
  })
  const server = await openServer(app.fetch, { host: '127.0.0.1', port: 0 })
  const answer = assert.rejects(fetch(`http://127.0.0.1:${server.port}`), TypeError)
  await isAsked
  await server.close()
  await answer
})
