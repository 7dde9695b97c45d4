/** Every request leaves by src/http: whatever it is for, it takes the same proxy and shows the same key to nobody. */
import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { test } from 'node:test'
import { startHeartbeat } from '../src/engines/tinker/client/heartbeat.ts'
import { createTinkerTransport } from '../src/engines/tinker/requests/transport.ts'
import { startProxy } from '../src/http/testing/start-proxy.ts'
import { probeServer } from '../src/llm/index.ts'
import { downloadTokenizer } from '../src/models/index.ts'

const apiKey = 'sk-0123456789'
const isAnswered = async (asked: Promise<unknown>): Promise<void> => void (await asked.catch(() => undefined))

/** Each asks a host that exists nowhere: only the proxy can have seen it. */
const requests: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  'language model': () =>
    isAnswered(probeServer({ baseUrl: 'http://models.invalid/v1', model: 'm', apiKey, timeoutMs: 60_000 })),
  'training server': async () => {
    const transport = createTinkerTransport({ baseUrl: 'http://models.invalid', apiKey })
    await transport.exchange({ path: '/create_session', body: '{}', timeoutMs: 60_000 })
    await transport.close()
  },
  heartbeat: async () => {
    const lost = Promise.withResolvers<void>()
    const session = { baseUrl: 'http://models.invalid', sessionId: 's', apiKey, intervalMs: 1 }
    const stop = startHeartbeat(
      { ...session, timeoutMs: 60_000, warnAfterMs: 0 },
      { onLost: lost.resolve, onSilence: () => undefined },
    )
    await lost.promise
    await stop()
  },
  'Hugging Face hub': (folder) =>
    isAnswered(downloadTokenizer({ model: 'a/b', folder, endpoint: 'http://models.invalid', token: apiKey })),
}

for (const [name, send] of Object.entries(requests)) {
  test(`a request for the ${name} takes the proxy that the environment names`, async (t) => {
    const proxy = await startProxy({ status: 404 })
    const folder = mkdtempSync(join(tmpdir(), 'baton-proxy-'))
    const before = process.env['HTTP_PROXY']
    process.env['HTTP_PROXY'] = proxy.url
    t.after(() => {
      if (before === undefined) delete process.env['HTTP_PROXY']
      else process.env['HTTP_PROXY'] = before
      proxy.close()
      rmSync(folder, { recursive: true })
    })
    await send(folder)
    assert.match(proxy.seen[0] ?? '', /models\.invalid/)
  })
}

/** What sends a request, and the files that may name it. */
const senders = /from 'undici'|(?<![\w.])fetch\(|\bhttps?\.(?:request|get)\(|from 'node:https'/
const mayName: readonly string[] = ['src/http/', 'src/python/interpreter/close-network.ts']

test('nothing in the product sends a request but by src/http', () => {
  const files = globSync('src/**/*.ts', { cwd: join(import.meta.dirname, '..') }).map((path) =>
    path.replaceAll(sep, '/'),
  )
  const isProduct = (path: string): boolean => !path.endsWith('.test.ts') && !path.includes('/testing/')
  const others = files.filter((path) => isProduct(path) && !mayName.some((allowed) => path.startsWith(allowed)))
  const sending = others.filter((path) => senders.test(readFileSync(join(import.meta.dirname, '..', path), 'utf8')))
  assert.deepEqual(sending, [])
  assert.match("import { Pool } from 'undici'", senders)
  assert.match('await fetch(url)', senders)
})
