/**
 * Rows of a file of JSON lines, gzipped or not. A row that cannot be used stops the load with its line and the fix, or is
 * left out and counted.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { BatonError } from '../core/failure.ts'
import { missingPath } from '../core/inputs/missing-path.ts'
import type { JsonObject } from '../core/json.ts'
import { jsonOrThrow } from '../core/parse-json.ts'
import { BadRow } from './formats/index.ts'
import { readLines } from './lines.ts'

export interface RowOptions {
  readonly skipBadRows: boolean
  /** What leaves bad rows out, for the hint; null where nothing does. */
  readonly skipWith?: string | null
}

export interface SkippedRow {
  /** 1-based. */
  readonly line: number
  readonly reason: string
}

export interface ParsedRow {
  readonly line: number
  readonly row: JsonObject
}

export interface ReadRows {
  readonly parsed: readonly ParsedRow[]
  readonly skipped: readonly SkippedRow[]
  /** sha256 of the file's bytes as they are on the disk, in hex. */
  readonly fingerprint: string
}

/** @throws BatonError for a missing file, one without rows, and a bad row unless these are skipped. */
export async function readRows(path: string, options: RowOptions): Promise<ReadRows> {
  const bytes = await readDataset(path)
  const isGzipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  const rows = parseRows(isGzipped ? gunzip(bytes, path) : bytes, path, options)
  return { ...rows, fingerprint: createHash('sha256').update(bytes).digest('hex') }
}

/** Throws, or gives the row's entry among those skipped. */
export function badRow(
  { path, line }: { readonly path: string; readonly line: number },
  { message, fix }: BadRow,
  options: RowOptions,
): SkippedRow {
  if (options.skipBadRows) return { line, reason: message }
  const { skipWith = '--skip-bad-rows' } = options
  const hint = skipWith === null ? fix : `${fix} Or leave such rows out with ${skipWith}.`
  throw datasetError('bad-row', `${path} line ${line}: ${message}.`, hint)
}

function parseRows(bytes: Uint8Array, path: string, options: RowOptions) {
  const parsed: ParsedRow[] = []
  const skipped: SkippedRow[] = []
  for (const { line, text } of readLines(bytes)) {
    if (text.trim() === '') continue
    try {
      parsed.push({ line, row: parseRow(text) })
    } catch (error) {
      if (!(error instanceof BadRow)) throw error
      skipped.push(badRow({ path, line }, error, options))
    }
  }
  if (parsed.length === 0)
    throw datasetError('no-rows', `${path} holds no rows.`, 'Give a file with one JSON object on each line.')
  return { parsed, skipped }
}

function parseRow(text: string): JsonObject {
  let value: unknown
  try {
    value = jsonOrThrow(text)
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 120) : ''
    throw new BadRow(`is not JSON (${why})`, 'Put one JSON object on each line (JSON Lines).')
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw new BadRow('is not a JSON object', 'Put one JSON object on each line (JSON Lines), not a list.')
}

async function readDataset(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw await missingFile(path)
    if (code === 'EISDIR') throw datasetError('not-a-file', `${path} is a folder.`, 'Name a file of JSON lines in it.')
    if (code !== 'EACCES') throw error
    throw datasetError('not-readable', `${path} may not be read.`, 'Check its permissions.')
  }
}

function gunzip(bytes: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(bytes)
  } catch {
    throw datasetError('bad-gzip', `${path} is not a whole gzip file.`, 'Download it again.')
  }
}

async function missingFile(path: string): Promise<BatonError> {
  const folder = dirname(path)
  const hasFolder = existsSync(folder)
  const names = hasFolder ? (await readdir(folder)).filter((name) => /\.(?:jsonl?|gz|ndjson)$/.test(name)).sort() : []
  const { message, hint } = missingPath(path, path, { hasFolder, names })
  return datasetError('missing-file', message, hint)
}

export function datasetError(code: string, message: string, hint: string): BatonError {
  return new BatonError(message, { boundary: 'dataset', code, hint })
}
