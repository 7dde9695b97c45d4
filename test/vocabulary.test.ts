/**
 * One name for one thing (docs/vocabulary.md): no two files of src/ define an exported name, and no identifier is made of
 * a word that gave way to the field's. Prose is an editor's matter.
 */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { sep } from 'node:path'
import { describe, test } from 'node:test'
import { definedExports, identifiersOf, identifierWords } from './source-names.ts'

interface Source {
  readonly path: string
  readonly code: string
}

interface RetiredWord {
  readonly word: string
  readonly instead: string
  /** Folder in which the word is retired; elsewhere it is the field's. Default: all of src/. */
  readonly folder?: string
}

const retired: readonly RetiredWord[] = [
  { word: 'log prob', instead: 'logprob' },
  { word: 'log probs', instead: 'logprobs' },
  { word: 'told', instead: 'reported, stated, recorded' },
  { word: 'mend', instead: 'repair' },
  { word: 'mended', instead: 'repaired' },
  { word: 'mendable', instead: 'repairable' },
  { word: 'keeper', instead: 'training session' },
  { word: 'patient', instead: 'wait timer' },
  { word: 'endurance', instead: 'retry policy' },
  { word: 'manners', instead: 'server behaviour' },
  { word: 'laboratory', instead: 'fixture' },
  { word: 'bench', instead: 'fixture' },
  { word: 'surroundings', instead: 'options' },
  { word: 'flights', instead: 'shared calls' },
  { word: 'mailbox', instead: 'pending replies' },
  { word: 'lease', instead: 'slot grant' },
  { word: 'halt', instead: 'pause, stop' },
  { word: 'dismiss', instead: 'kill, close' },
  { word: 'brain', instead: 'solver' },
  { word: 'worksheet', instead: 'calculation' },
  { word: 'thought', instead: 'worked solution', folder: 'src/simulation/' },
  { word: 'thoughts', instead: 'worked solution', folder: 'src/simulation/' },
  { word: 'well', instead: 'draws', folder: 'src/simulation/' },
  { word: 'wells', instead: 'draws', folder: 'src/simulation/' },
  { word: 'drive', instead: 'active run', folder: 'src/python/' },
  { word: 'driver', instead: 'active run', folder: 'src/python/' },
  { word: 'trouble', instead: 'failure' },
  { word: 'troubles', instead: 'failures' },
  { word: 'standing', instead: 'result' },
  { word: 'standings', instead: 'results' },
]

/** Identifiers with a retired word that are somebody else's, or written to files, with the reason. */
const kept: Readonly<Record<string, string>> = {
  troubles: 'a key of report.json, which people may read with their own programs',
}

const sources: readonly Source[] = globSync('src/**/*.ts')
  .map((path) => path.split(sep).join('/'))
  .filter((path) => !path.endsWith('.test.ts'))
  .sort()
  .map((path) => ({ path, code: readFileSync(path, 'utf8') }))

function definedTwice(files: readonly Source[]): string[] {
  const places = new Map<string, string[]>()
  for (const { path, code } of files) {
    for (const name of new Set(definedExports(code))) places.set(name, [...(places.get(name) ?? []), path])
  }
  return [...places].flatMap(([name, paths]) => (paths.length > 1 ? [`${name}: ${paths.join(', ')}`] : []))
}

function retiredIn(files: readonly Source[]): string[] {
  return files.flatMap(({ path, code }) => {
    const words = retired.filter(({ folder }) => folder === undefined || path.startsWith(folder))
    return [...new Set(identifiersOf(code))].flatMap((name) => {
      if (kept[name] !== undefined) return []
      const parts = ` ${identifierWords(name).join(' ')} `
      return words
        .filter(({ word }) => parts.includes(` ${word} `))
        .map(({ word, instead }) => `${path}: ${name} ("${word}" is retired: ${instead})`)
    })
  })
}

describe('vocabulary', () => {
  test('there are sources to look at', () => {
    assert.ok(sources.length > 500, `${sources.length} files`)
  })

  test('no two files define the same exported name', () => {
    assert.deepEqual(definedTwice(sources), [])
  })

  test('no identifier is made of a retired word', () => {
    assert.deepEqual(retiredIn(sources), [])
  })

  test('what is kept is still there', () => {
    const names = new Set(sources.flatMap(({ code }) => identifiersOf(code)))
    assert.deepEqual(
      Object.keys(kept).filter((name) => !names.has(name)),
      [],
    )
  })

  test('each word of docs/vocabulary.md is defined in the file that its row names', () => {
    const rows = [
      ...readFileSync('docs/vocabulary.md', 'utf8').matchAll(/^\| `(\w+)` .*\]\(\.\.\/([^)]+)\)(?: `(\w+)`)? \|$/gm),
    ]
    assert.ok(rows.length > 30, `${rows.length} rows`)
    const missing = rows.filter(([, word = '', path = '', within]) => {
      const code = sources.find((source) => source.path === path)?.code ?? ''
      return !definedExports(code).includes(within ?? word) || !identifiersOf(code).includes(word)
    })
    assert.deepEqual(
      missing.map(([, word, path]) => `${word} in ${path}`),
      [],
    )
  })

  test('both rules see what they are for', () => {
    const twins = [
      'export interface Slot {}',
      'const x = 1\nexport async function* Slot() {}',
      "export { Slot } from 'x'",
    ]
    const files = twins.map((code, i) => ({ path: `src/python/${i}.ts`, code }))
    assert.deepEqual(definedTwice(files), ['Slot: src/python/0.ts, src/python/1.ts'])
    const code = `/** a brain */ const note = 'brain' + \`brain \${slotLease(/brain"/)} brain\` // a brain\nrelease(Drive)`
    assert.deepEqual(retiredIn([{ path: 'src/python/a.ts', code }]), [
      'src/python/a.ts: slotLease ("lease" is retired: slot grant)',
      'src/python/a.ts: Drive ("drive" is retired: active run)',
    ])
    assert.deepEqual(retiredIn([{ path: 'src/llm/a.ts', code: 'const drive = thought' }]), [])
  })
})
