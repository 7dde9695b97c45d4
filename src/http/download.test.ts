import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type DownloadOptions, type DownloadOutcome, downloadFile } from './download.ts'
import { partialPath } from './partial-file.ts'

const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31) % 251))

const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

interface FileServer {
  readonly url: string
  /** Range, If-Range and key of each request. */
  readonly seen: string[]
}

type Turn = (response: ServerResponse, request: IncomingMessage) => void

/** One turn a request, the last one for all that follow. */
async function serve(...turns: readonly Turn[]): Promise<FileServer> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    const { range, authorization, 'if-range': condition } = request.headers
    seen.push([range, condition, authorization].map((header) => header ?? '-').join(' '))
    turns[Math.min(seen.length, turns.length) - 1]?.(response, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.bin`, seen }
}

/** A proper file server with this version of the file. */
const whole =
  (etag: string | null = '"v1"', bytes = content): Turn =>
  (response, request) => {
    const version = etag === null ? {} : { etag }
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (start > bytes.length) return void response.writeHead(416).end()
    if (start === 0 || request.headers['if-range'] !== etag) return void response.writeHead(200, version).end(bytes)
    const range = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }
    response.writeHead(206, { ...version, ...range }).end(bytes.subarray(start))
  }

const brokenAt = 100_000
/** Ends the connection in the middle of the file. */
const broken =
  (etag: string | null = '"v1"'): Turn =>
  (response) => {
    response.writeHead(200, { 'content-length': content.length, ...(etag === null ? {} : { etag }) })
    response.write(content.subarray(0, brokenAt))
    void whenWritten(brokenAt).then(() => response.destroy())
  }

const refuses =
  (status: number, headers: Readonly<Record<string, string>> = {}): Turn =>
  (response) =>
    response.writeHead(status, headers).end('no')

let folder = ''

function folderFor(): string {
  folder = mkdtempSync(join(tmpdir(), 'baton-download-'))
  const made = folder
  closers.push(() => rmSync(made, { recursive: true }))
  return folder
}

/** Until so many bytes of the last folder's file are on the disk. */
async function whenWritten(bytes: number): Promise<void> {
  const written = (): number => Math.max(0, ...readdirSync(folder).map((name) => statSync(join(folder, name)).size))
  while (written() < bytes) await new Promise((resolve) => setImmediate(resolve))
}

interface Downloaded {
  readonly outcome: DownloadOutcome
  readonly folder: string
  readonly pauses: readonly number[]
}

async function download(url: string, options: Partial<DownloadOptions> = {}): Promise<Downloaded> {
  const path = options.path ?? join(folderFor(), 'file.bin')
  const pauses: number[] = []
  const sleep = async (durationMs: number) => void pauses.push(durationMs)
  const outcome = await downloadFile({ url, path, environment: {}, sleep, random: () => 0, ...options })
  return { outcome, folder: join(path, '..'), pauses }
}

function assertWhole({ outcome, folder }: Downloaded, expected = content): void {
  assert.deepEqual(outcome, { kind: 'file' })
  assert.deepEqual(readdirSync(folder), ['file.bin'])
  assert.ok(readFileSync(join(folder, 'file.bin')).equals(expected))
}

test('a redirect is followed, the key stays with the first server', async () => {
  const store = await serve(whole())
  const hub = await serve((response) => response.writeHead(302, { location: store.url }).end())
  assertWhole(await download(hub.url, { apiKey: 'hf_0123456789' }))
  assert.deepEqual(hub.seen, ['- - Bearer hf_0123456789'])
  assert.deepEqual(store.seen, ['- - -'])
})

test('what breaks off is continued where it stopped', async () => {
  const server = await serve(broken(), whole())
  assertWhole(await download(server.url))
  assert.deepEqual(server.seen, ['- - -', `bytes=${brokenAt}- "v1" -`])
})

test('another version, and one that the server does not name for sure, is fetched from the beginning', async () => {
  const other = Buffer.from('another version')
  assertWhole(await download((await serve(broken(), whole('"v2"', other))).url), other)
  for (const etag of [null, 'W/"v1"', `"${'v'.repeat(200)}"`]) {
    const server = await serve(broken(etag), whole(etag))
    assertWhole(await download(server.url))
    assert.deepEqual(server.seen, ['- - -', '- - -'])
  }
})

test('a part that the server cannot continue is thrown away', async () => {
  const wrongRange: Turn = (response) => response.writeHead(206, { 'content-range': 'bytes 7-8/9' }).end('ab')
  for (const turn of [wrongRange, refuses(416)]) assertWhole(await download((await serve(broken(), turn, whole())).url))
})

/** The number of a process that has ended. */
const ended = spawnSync(process.execPath, ['-e', '']).pid

test('what an ended process left is continued; what a running one writes is left alone', async () => {
  const path = join(folderFor(), 'file.bin')
  const own = partialPath(path, '"v1"')
  const ofOther = own.replace(`.${process.pid}.`, `.${process.ppid}.`)
  writeFileSync(ofOther, 'not mine')
  writeFileSync(own, content.subarray(0, 5000))
  renameSync(own, own.replace(`.${process.pid}.`, `.${ended}.`))
  const server = await serve(whole())
  const { outcome } = await download(server.url, { path })
  assert.deepEqual(outcome, { kind: 'file' })
  assert.deepEqual(server.seen, ['bytes=5000- "v1" -'])
  assert.ok(readFileSync(path).equals(content))
  assert.equal(readFileSync(ofOther, 'utf8'), 'not mine')
})

test('an abort rejects with its reason and keeps what came', async () => {
  const controller = new AbortController()
  const path = join(folderFor(), 'file.bin')
  const stalled: Turn = (response) => {
    response.writeHead(200, { 'content-length': content.length, etag: '"v1"' })
    response.write(content.subarray(0, brokenAt))
  }
  const server = await serve(stalled, whole())
  const running = downloadFile({ url: server.url, path, environment: {} }, controller.signal)
  await whenWritten(brokenAt)
  controller.abort('enough')
  await assert.rejects(running, (reason) => reason === 'enough')
  assertWhole(await download(server.url, { path }))
  assert.equal(server.seen[1], `bytes=${brokenAt}- "v1" -`)
})

test('a server that is busy is asked again, not before it wants; a refusal is an outcome at once', async () => {
  const busy = await download((await serve(refuses(503, { 'retry-after': '7' }), refuses(500), whole())).url)
  assertWhole(busy)
  assert.deepEqual(busy.pauses, [7000, 500])
  for (const turn of [refuses(404), refuses(401), refuses(429, { 'retry-after': '61' })]) {
    const server = await serve(turn)
    const { outcome, folder } = await download(server.url)
    assert.equal(outcome.kind, 'refused')
    assert.equal(server.seen.length, 1)
    assert.deepEqual(readdirSync(folder), [])
  }
})

test('attempts that bring nothing are counted, those that bring something are not', async () => {
  const failing = await serve(refuses(500))
  assert.deepEqual((await download(failing.url)).outcome, { kind: 'refused', status: 500 })
  assert.equal(failing.seen.length, 5)
  // Each answer is 10 bytes and then the end of the connection.
  const dripping = await serve((response, request) => {
    const start = Number(/(\d+)/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const range = { 'content-range': `bytes ${start}-99/100`, 'content-length': 100 - start, etag: '"v1"' }
    response.writeHead(start === 0 ? 200 : 206, range)
    const isLast = start >= 90
    response.write(content.subarray(start, start + 10))
    if (!isLast) void whenWritten(start + 10).then(() => response.destroy())
  })
  assertWhole(await download(dripping.url), content.subarray(0, 100))
  assert.equal(dripping.seen.length, 10)
})

test('a file that cannot be written rejects and is not asked for again', async () => {
  const server = await serve(whole('"v1"'))
  const path = join(folderFor(), 'x'.repeat(254))
  await assert.rejects(download(server.url, { path }), /ENAMETOOLONG/)
  assert.equal(server.seen.length, 1)
})
