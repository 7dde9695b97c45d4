import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { startHeartbeat } from './heartbeat.ts'

/** A server in a thread of its own, which counts where a thread that computes can read it. */
const countingServer = `
const { createServer } = require('node:http')
const { parentPort, workerData } = require('node:worker_threads')
const counts = new Int32Array(workerData)
createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    Atomics.add(counts, request.headers['x-api-key'] === 'key' ? 0 : 1, 1)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
}).listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port) })
`

test('a loop that never lets go does not keep the heart from beating', async () => {
  const shared = new SharedArrayBuffer(8)
  const counts = new Int32Array(shared)
  const server = new Worker(countingServer, { eval: true, workerData: shared })
  const [port] = (await once(server, 'message')) as [number]
  const stop = startHeartbeat(
    {
      baseUrl: `http://127.0.0.1:${port}`,
      sessionId: 's',
      apiKey: 'key',
      intervalMs: 10,
      timeoutMs: 10_000,
      warnAfterMs: 60_000,
    },
    { onLost: () => undefined, onSilence: () => undefined },
  )
  // No timer and no socket of this thread runs until it has beaten five times; a minute is for the slowest machine.
  const until = Date.now() + 60_000
  while (Atomics.load(counts, 0) < 5 && Date.now() < until);
  assert.ok(Atomics.load(counts, 0) >= 5)
  assert.equal(Atomics.load(counts, 1), 0)
  await stop()
  await server.terminate()
})
