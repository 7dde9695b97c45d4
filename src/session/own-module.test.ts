import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadOwnEnvironment } from './own-module.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-own-module-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const written = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test('a module exports `environment`, in TypeScript and in JavaScript', async () => {
  const text =
    "export const environment = { name: 'mine', prompt: () => 'x', attempt: () => ({ reward: 1, isCorrect: true }) }"
  for (const extension of ['ts', 'js', 'mjs']) {
    assert.equal((await loadOwnEnvironment(written(`mine.${extension}`, text))).name, 'mine')
  }
})

const refused: readonly (readonly [what: string, text: string | null, why: RegExp])[] = [
  ['missing', null, /environment: .*nothing-there/],
  ['broken', 'export const environment = {', /it cannot be loaded: SyntaxError/],
  ['throwing', "throw new Error('no disk\\nsecond line')", /it cannot be loaded: Error: no disk\.$/],
  ['without one', 'export const name = 1', /it exports no object `environment`/],
  ['of a function', 'export const environment = () => {}', /it exports no object/],
  [
    'half',
    "export const environment = { name: 'half', prompt: () => '' }",
    /environment is none: an environment's attempt must be/,
  ],
]
for (const [what, text, why] of refused) {
  test(`a module is refused: ${what}`, async () => {
    const path = text === null ? join(folder, 'nothing-there.mjs') : written(`${what.replaceAll(' ', '-')}.mjs`, text)
    await assert.rejects(loadOwnEnvironment(path), (error: Error & { exitCode?: number }) => {
      assert.match(error.message, why)
      assert.equal(error.exitCode, 2)
      return true
    })
  })
}
