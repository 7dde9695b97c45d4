/**
 * Loads problems from a file of JSON lines, gzipped or not, in any of the known formats. A row that is not a problem
 * stops the load with its line and the fix, or is left out and counted; nothing is guessed.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { BatonError } from '../core/failure.ts'
import { missingPath } from '../core/inputs/missing-path.ts'
import type { JsonObject } from '../core/json.ts'
import type { Problem } from '../core/problem.ts'
import { checkProblem } from './check-problem.ts'
import { BadRow, type DatasetFormat, datasetFormats } from './formats/index.ts'
import { readLines } from './lines.ts'
import { readPublicTests } from './public-tests.ts'
import { unknownFormat } from './unknown-format.ts'

export interface LoadOptions {
  readonly skipBadRows: boolean
  /** What leaves bad rows out, for the hint; null where nothing does. */
  readonly skipWith?: string | null
  /** At most this many problems, the first ones. */
  readonly limit?: number
  /** Harder problems are left out, uncounted. */
  readonly maxDifficulty?: number
}

export interface LoadedProblems {
  readonly problems: readonly Problem[]
  readonly skipped: readonly SkippedRow[]
  /** sha256 of the file's bytes as they are on the disk, in hex. */
  readonly fingerprint: string
  /** Name of the format. */
  readonly format: string
}

export interface SkippedRow {
  /** 1-based. */
  readonly line: number
  readonly reason: string
}

/** @throws BatonError for a missing file, a file in no known format, and a bad row unless these are skipped. */
export async function loadProblems(path: string, options: LoadOptions): Promise<LoadedProblems> {
  const bytes = await readDataset(path)
  const isGzipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  const rows = parseRows(isGzipped ? gunzip(bytes, path) : bytes, path, options)
  const format = formatOf(rows.parsed, path)
  const publicTests = await readPublicTests(path)
  const { limit = Number.POSITIVE_INFINITY, maxDifficulty = 5 } = options
  const problems: Problem[] = []
  const skipped = [...rows.skipped]
  const ids = new Map<string, number>()
  for (const { line, row } of rows.parsed) {
    if (problems.length >= limit) break
    try {
      const problem = checkProblem(format.read(row, { line, publicTests }))
      const earlier = ids.get(problem.id)
      if (earlier !== undefined)
        throw new BadRow(`has the id of line ${earlier} (${problem.id})`, 'Give each row an id of its own.')
      ids.set(problem.id, line)
      if (problem.difficulty <= maxDifficulty) problems.push(problem)
    } catch (error) {
      if (!(error instanceof BadRow)) throw error
      skipped.push(badRow(path, line, error, options))
    }
  }
  if (problems.length === 0)
    throw datasetError('no-problems', `${path} gives no problems.`, 'Check the file, and data.maxDifficulty.')
  skipped.sort((a, b) => a.line - b.line)
  return { problems, skipped, fingerprint: createHash('sha256').update(bytes).digest('hex'), format: format.name }
}

/** Throws, or gives the row's entry among those skipped. */
function badRow(path: string, line: number, { message, fix }: BadRow, options: LoadOptions): SkippedRow {
  if (options.skipBadRows) return { line, reason: message }
  const { skipWith = '--skip-bad-rows' } = options
  const hint = skipWith === null ? fix : `${fix} Or leave such rows out with ${skipWith}.`
  throw datasetError('bad-row', `${path} line ${line}: ${message}.`, hint)
}

interface ParsedRow {
  readonly line: number
  readonly row: JsonObject
}

function parseRows(bytes: Uint8Array, path: string, options: LoadOptions) {
  const parsed: ParsedRow[] = []
  const skipped: SkippedRow[] = []
  for (const { line, text } of readLines(bytes)) {
    if (text.trim() === '') continue
    try {
      parsed.push({ line, row: parseRow(text) })
    } catch (error) {
      if (!(error instanceof BadRow)) throw error
      skipped.push(badRow(path, line, error, options))
    }
  }
  if (parsed.length === 0)
    throw datasetError('no-rows', `${path} holds no rows.`, 'Give a file with one JSON object on each line.')
  return { parsed, skipped }
}

function parseRow(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 120) : ''
    throw new BadRow(`is not JSON (${why})`, 'Put one JSON object on each line (JSON Lines).')
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw new BadRow('is not a JSON object', 'Put one JSON object on each line (JSON Lines), not a list.')
}

/** The format of the first row that any format knows. */
function formatOf(rows: readonly ParsedRow[], path: string): DatasetFormat {
  for (const { row } of rows) {
    const found = datasetFormats.find((format) => format.recognises(row))
    if (found !== undefined) return found
  }
  const { message, hint } = unknownFormat(path, rows[0]?.row ?? {}, rows[0]?.line ?? 1)
  throw datasetError('unknown-format', message, hint)
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

function datasetError(code: string, message: string, hint: string): BatonError {
  return new BatonError(message, { boundary: 'dataset', code, hint })
}
