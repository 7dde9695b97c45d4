/**
 * Loads problems from a file of JSON lines, gzipped or not, in any of the known formats. A row that is not a problem
 * stops the load with its line and the fix, or is left out and counted; nothing is guessed.
 */
import type { Problem } from '../core/problem.ts'
import { checkProblem } from './check-problem.ts'
import { BadRow, type DatasetFormat, datasetFormats } from './formats/index.ts'
import { readPublicTests } from './public-tests.ts'
import { badRow, datasetError, type ParsedRow, type RowOptions, readRows, type SkippedRow } from './rows.ts'
import { unknownFormat } from './unknown-format.ts'

export interface LoadOptions extends RowOptions {
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

/** @throws BatonError for a missing file, a file in no known format, and a bad row unless these are skipped. */
export async function loadProblems(path: string, options: LoadOptions): Promise<LoadedProblems> {
  const rows = await readRows(path, options)
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
      skipped.push(badRow({ path, line }, error, options))
    }
  }
  if (problems.length === 0)
    throw datasetError('no-problems', `${path} gives no problems.`, 'Check the file, and data.maxDifficulty.')
  skipped.sort((a, b) => a.line - b.line)
  return { problems, skipped, fingerprint: rows.fingerprint, format: format.name }
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
