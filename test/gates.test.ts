/** The gates themselves: each lint rule that the architecture rests on is seen to fail on a seeded violation. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

function inScratchProject(files: Readonly<Record<string, string>>, command: string, args: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-gate-'))
  try {
    copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'))
    spawnSync('git', ['init', '-q'], { cwd: folder })
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const result = spawnSync(join(root, 'node_modules', '.bin', command), args, { cwd: folder, encoding: 'utf8' })
    return `exit ${result.status}\n${result.stdout}${result.stderr}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const lint = (files: Readonly<Record<string, string>>): string => inScratchProject(files, 'biome', ['lint', '.'])

test('an import that goes up the storeys is a lint error', () => {
  const output = lint({
    'src/core/low.ts': "import { high } from '../llm/high.ts'\n\nexport const low = high\n",
    'src/llm/high.ts': 'export const high = 1\n',
  })
  assert.match(output, /^exit 1/)
  assert.match(output, /core\/ is on storey 0/)
})

test('an import between folders of one storey is a lint error', () => {
  const output = lint({
    'src/runs/a.ts': "import { b } from '../llm/b.ts'\n\nexport const a = b\n",
    'src/llm/b.ts': 'export const b = 1\n',
  })
  assert.match(output, /^exit 1/)
  assert.match(output, /runs\/ is on storey 1/)
})

test('an import that goes down the storeys is fine', () => {
  const output = lint({
    'src/engines/a.ts': "import { b } from '../tensor/b.ts'\n\nexport const a = b\n",
    'src/tensor/b.ts': 'export const b = 1\n',
  })
  assert.match(output, /^exit 0/)
})

test('an import cycle is a lint error', () => {
  const output = lint({
    'src/core/a.ts': "import { b } from './b.ts'\n\nexport const a = (): number => b()\n",
    'src/core/b.ts': "import { a } from './a.ts'\n\nexport const b = (): number => a()\n",
  })
  assert.match(output, /^exit 1/)
  assert.match(output, /noImportCycles/)
})

test('an import cycle of types alone is a lint error', () => {
  const output = lint({
    'src/core/a.ts': "import type { B } from './b.ts'\n\nexport type A = B | null\n",
    'src/core/b.ts': "import type { A } from './a.ts'\n\nexport type B = readonly A[]\n",
  })
  assert.match(output, /^exit 1/)
  assert.match(output, /noImportCycles/)
})

test('an export that nothing uses is reported', () => {
  const output = inScratchProject(
    {
      'package.json': '{ "name": "scratch", "type": "module" }',
      'tsconfig.json':
        '{ "compilerOptions": { "module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true } }',
      'knip.json': '{ "entry": ["main.ts"], "project": ["*.ts"] }',
      'main.ts': "import { used } from './part.ts'\n\nconsole.log(used)\n",
      'part.ts': 'export const used = 1\nexport const orphan = 2\n',
    },
    'knip',
    ['--no-progress'],
  )
  assert.match(output, /^exit 1/)
  assert.match(output, /orphan/)
})

test('an export that a test alone uses is reported, unless it lies in testing/ or is marked @internal', () => {
  const project = {
    'package.json': '{ "name": "scratch", "type": "module" }',
    'tsconfig.json':
      '{ "compilerOptions": { "module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true } }',
    'knip.json': readFileSync(join(root, 'knip.json'), 'utf8'),
    'src/cli/main.ts': "import { used } from '../core/part.ts'\n\nconsole.log(used)\n",
    'src/core/testing/fake.ts': 'export const fake = 1\n',
    'src/core/part.test.ts': [
      "import { forTests, marked } from './part.ts'",
      "import { fake } from './testing/fake.ts'",
      "import { alone } from './alone.ts'\n",
      'console.log(fake, forTests, marked, alone)\n',
    ].join('\n'),
    'src/core/alone.ts': 'export const alone = 4\n',
    'src/core/part.ts': [
      'export const used = 1',
      'export const forTests = 2',
      '/** @internal */\nexport const marked = 3\n',
    ].join('\n'),
  }
  assert.match(inScratchProject(project, 'knip', ['--no-progress', '--no-config-hints']), /^exit 0/)
  const output = inScratchProject(project, 'knip', ['--no-progress', '--production'])
  assert.match(output, /^exit 1/)
  assert.match(output, /forTests/)
  assert.match(output, /alone\.ts/)
  assert.doesNotMatch(output, /marked|fake/)
})
