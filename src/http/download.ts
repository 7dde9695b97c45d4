/**
 * One file from a URL, whole or not at all. What breaks off is continued where it stopped, in the same call or by a later
 * process, as long as the server names the same version (Range with If-Range, RFC 9110 section 13.1.5). Redirects are
 * followed; the key goes to the first server only. There is no deadline for the whole: an attempt ends when nothing comes.
 */
import { open, rename, rm } from 'node:fs/promises'
import type { Dispatcher } from 'undici'
import { abortableSleep, retryAfterMs, retryDelayMs } from './backoff.ts'
import { type ProxyEnvironment, redirectingDispatcher } from './dispatcher.ts'
import { type HttpFailure, networkFailure } from './network-failure.ts'
import { claimPartialFile, type PartialFile, partialPath, usableEtag } from './partial-file.ts'
import { usableKey } from './secret-key.ts'
import { serverAddress } from './server-address.ts'

export interface DownloadOptions {
  readonly url: string
  /** The file; its folder exists. */
  readonly path: string
  /** Sent as a bearer token. */
  readonly apiKey?: string | undefined
  /** Where the proxy variables are read. Default: the process's environment. */
  readonly environment?: ProxyEnvironment | undefined
  /** In a row that bring nothing; default 5. */
  readonly attempts?: number
  /** After each piece: bytes of the file so far, and in all where the server says. */
  readonly onProgress?: (bytes: number, totalBytes: number | null) => void
  readonly sleep?: (durationMs: number, signal?: AbortSignal) => Promise<void>
  /** Uniform in [0, 1), for the jitter of pauses. */
  readonly random?: () => number
}

export type DownloadOutcome =
  | { readonly kind: 'file' }
  /** The server answers, but not with the file. */
  | { readonly kind: 'refused'; readonly status: number }
  | HttpFailure

const limits = { baseDelayMs: 500, maxDelayMs: 30_000 }
/** A server that asks for a longer pause than this has failed. */
const maxRetryAfterMs = 60_000
/** Without a byte. */
const idleTimeoutMs = 60_000

type Attempt = DownloadOutcome & { readonly askedMs?: number | null; readonly isFinal?: boolean }

/** Rejects with the reason of an aborted signal, or where the file cannot be written. */
export async function downloadFile(options: DownloadOptions, signal?: AbortSignal): Promise<DownloadOutcome> {
  const { path, attempts = 5, sleep = abortableSleep, random = Math.random } = options
  const url = serverAddress(options.url, 'https://huggingface.co')
  const apiKey = usableKey(options.apiKey)
  const key = apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` }
  const dispatcher = redirectingDispatcher(options.environment ?? process.env)
  try {
    for (let failedAttempts = 1; ; failedAttempts++) {
      signal?.throwIfAborted()
      const part = claimPartialFile(path)
      const outcome = await fetchRest(dispatcher, { url, path, part, key, onProgress: options.onProgress }, signal)
      const { askedMs = null, isFinal = false, ...result } = outcome
      if (isFinal || (askedMs !== null && askedMs > maxRetryAfterMs)) return result
      if ((claimPartialFile(path)?.bytes ?? 0) > (part?.bytes ?? 0)) failedAttempts = 1
      else if (failedAttempts >= attempts) return result
      await sleep(retryDelayMs(limits, { failedAttempts, askedMs, uniform: random() }), signal)
    }
  } finally {
    await dispatcher.destroy()
  }
}

interface Rest {
  readonly url: URL
  readonly path: string
  readonly part: PartialFile | null
  readonly key: Readonly<Record<string, string>>
  readonly onProgress: DownloadOptions['onProgress']
}

async function fetchRest(dispatcher: Dispatcher, rest: Rest, signal: AbortSignal | undefined): Promise<Attempt> {
  const { url, path, part, key, onProgress } = rest
  const range = part === null ? {} : { range: `bytes=${part.bytes}-`, 'if-range': part.etag }
  let written = ''
  try {
    const { statusCode, headers, body } = await dispatcher.request({
      origin: url.origin,
      path: url.pathname,
      method: 'GET',
      headers: { 'user-agent': 'baton', 'accept-encoding': 'identity', ...key, ...range },
      headersTimeout: idleTimeoutMs,
      bodyTimeout: idleTimeoutMs,
      signal: signal ?? null,
    })
    const isRest = statusCode === 206 && part !== null && startOf(headers['content-range']) === part.bytes
    if (statusCode !== 200 && !isRest) {
      await body.dump()
      // A part that the server cannot continue is of no use.
      if (part !== null && (statusCode === 206 || statusCode === 416)) {
        await rm(part.path)
        return { kind: 'refused', status: statusCode }
      }
      const isFinal = statusCode < 500 && statusCode !== 429 && statusCode !== 408
      return { kind: 'refused', status: statusCode, isFinal, askedMs: retryAfterMs(headers['retry-after'], Date.now) }
    }
    if (part !== null && !isRest) await rm(part.path)
    written = isRest ? part.path : partialPath(path, usableEtag(headers['etag']))
    const before = isRest ? part.bytes : 0
    const announced = Number(headers['content-length'])
    const total = Number.isSafeInteger(announced) ? before + announced : null
    await appendTo(written, body, (bytes) => onProgress?.(before + bytes, total))
  } catch (error) {
    signal?.throwIfAborted()
    if (isFileError(error)) throw error
    const failure = networkFailure(error)
    return { ...failure, isFinal: failure.isPermanent }
  }
  await rename(written, path)
  return { kind: 'file', isFinal: true }
}

/** Each chunk is in the file before the next is awaited: what breaks off loses no more than that one. */
async function appendTo(
  path: string,
  body: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const file = await open(path, 'a')
  try {
    let bytes = 0
    for await (const chunk of body) {
      await file.appendFile(chunk)
      bytes += chunk.byteLength
      onBytes(bytes)
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Where the bytes of a partial answer begin: `bytes 100-199/200`. */
function startOf(contentRange: string | readonly string[] | undefined): number | null {
  const start = /^bytes (\d+)-/.exec(typeof contentRange === 'string' ? contentRange : '')?.[1]
  return start === undefined ? null : Number(start)
}

/** Of the disk, not of the connection: no space, no permission. */
function isFileError(error: unknown): boolean {
  return error instanceof Error && 'path' in error
}
