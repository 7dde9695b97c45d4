/** Public tests in a file beside the dataset's: `humaneval_public_test.jsonl` beside `humaneval_validate.jsonl`. */
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readLines } from './lines.ts'

/** By problem id where the file has one, else by entry point, where that names one problem only. Empty without a file. */
export async function readPublicTests(datasetPath: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const name = /^([a-z]+)_/i.exec(basename(datasetPath))?.[1]
  const tests = new Map<string, readonly string[]>()
  if (name === undefined) return tests
  let bytes: Uint8Array
  try {
    bytes = await readFile(join(dirname(datasetPath), `${name}_public_test.jsonl`))
  } catch {
    return tests
  }
  const ambiguous = new Set<string>()
  for (const { text } of readLines(bytes)) {
    if (text.trim() === '') continue
    const row = JSON.parse(text) as { problem_id?: string; entry_point?: string; test?: readonly string[] }
    const key = row.problem_id ?? row.entry_point
    if (key === undefined || row.test === undefined) continue
    if (tests.has(key)) ambiguous.add(key)
    tests.set(key, row.test)
  }
  for (const key of ambiguous) tests.delete(key)
  return tests
}
