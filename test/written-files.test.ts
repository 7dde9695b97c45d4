/**
 * Files are written in one place, src/runs/files.ts, where each write is whole or not there. A new write elsewhere in src/
 * belongs there too, or into this list with its reason.
 */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

const allowed: Readonly<Record<string, string>> = {
  'src/http/download.ts': 'a download grows beside the file that it becomes, and is renamed once it is whole',
  'src/http/partial-file.ts': 'takes over what an ended process left of a download',
  'src/models/export/export-model.ts': 'fills a folder or file that model-folder.ts, or it itself, renames',
  'src/models/import-model.ts': 'fills a folder that model-folder.ts renames',
  'src/models/model-folder.ts': 'models are larger than memory: a folder is filled piece by piece, then renamed',
  'src/models/sources/wheel.ts': 'unpacks into a scratch folder',
  'src/runs/files.ts': 'the helper',
  'src/runs/journal.ts': 'copies a journal to the temporary files of the system, to read it there',
  'src/runs/run-store.ts': 'metrics.jsonl grows by a line a step, and is made again where a line is torn',
  'src/python/snapshot-child.ts': 'runs on its own, into a file that its parent renames',
  'src/python/snapshot.ts': 'renames that file',
  'src/tinker-server/weight-folders.ts': 'copies folders of weights, which take their name once they are whole',
}

const writers =
  /^(?:appendFile|copyFile|cp|createWriteStream|ftruncate|link|rename|symlink|truncate|utimes|write|writeFile|writev)(?:Sync)?$/

/** Names that the source imports from node:fs and that write, and any import of it as a whole. */
function writesOf(source: string): string[] {
  const imports = source.matchAll(
    /import\s+(?!type\b)(?:\{([^}]*)\}|(\S[^'"]*?))\s+from\s+'(?:node:)?fs(?:\/promises)?'/g,
  )
  return [...imports].flatMap(([, names, whole]) => {
    if (names === undefined) return [whole ?? '']
    return names
      .split(',')
      .map((name) => name.trim().replace(/\s+as\s.*$/, ''))
      .filter((name) => writers.test(name))
  })
}

test('src/ writes files through one helper', () => {
  const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => !/\.test\.ts$|\/testing\//.test(file))
  const found = files.filter((file) => writesOf(readFileSync(join(root, file), 'utf8')).length > 0)
  assert.deepEqual(found.sort(), Object.keys(allowed).sort())
})

test('a write is noticed, however it is imported', () => {
  assert.deepEqual(writesOf("import { existsSync, writeFileSync } from 'node:fs'"), ['writeFileSync'])
  assert.deepEqual(writesOf("import {\n  rename as move,\n  readFile,\n} from 'node:fs/promises'"), ['rename'])
  assert.deepEqual(writesOf("import * as fs from 'node:fs'"), ['* as fs'])
  assert.deepEqual(writesOf("import fs from 'fs'"), ['fs'])
  assert.deepEqual(writesOf("import { readFileSync } from 'node:fs'\nimport type { Stats } from 'node:fs'"), [])
})
