/** The page that is kept in the repository is the one that its source gives. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildPage } from './build-ui.ts'

const root = join(import.meta.dirname, '..')
const kept = join(root, 'ui', 'built')
const hasVite = existsSync(join(root, 'node_modules', 'vite'))

test('ui/built is what npm run build:ui makes of ui/src', { skip: !hasVite && 'vite is not installed' }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-page-'))
  try {
    await buildPage(folder)
    assert.deepEqual(readdirSync(folder).sort(), readdirSync(kept).sort())
    for (const name of readdirSync(folder)) {
      const isSame = readFileSync(join(folder, name)).equals(readFileSync(join(kept, name)))
      assert.ok(isSame, `${name} is not what the source gives: npm run build:ui`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the page is small: below 300 kB, compressed', () => {
  const bytes = readdirSync(kept).reduce((sum, name) => sum + gzipSync(readFileSync(join(kept, name))).length, 0)
  assert.ok(bytes < 300_000, `${bytes} bytes`)
})

test('the page names no address but its own', () => {
  const known = /^https?:\/\/(?:www\.w3\.org\/|react\.dev\/errors\/)/
  for (const name of readdirSync(kept)) {
    const addresses = readFileSync(join(kept, name), 'utf8').match(/https?:\/\/[\w.-]+[^\s"'`)]*/g) ?? []
    assert.deepEqual(
      addresses.filter((address) => !known.test(address)),
      [],
      name,
    )
  }
})
