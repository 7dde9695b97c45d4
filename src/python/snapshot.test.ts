import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { buildSnapshot } from './snapshot.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-snapshot-'))
after(() => rmSync(folder, { recursive: true }))

test('two builders at once leave one whole snapshot, and what is old goes', async () => {
  const old = join(folder, 'python-0000000000000000.snapshot')
  writeFileSync(old, 'x')
  utimesSync(old, new Date(0), new Date(0))
  const paths = await Promise.all([buildSnapshot(folder), buildSnapshot(folder)])
  assert.equal(paths[0], paths[1])
  assert.deepEqual(
    readdirSync(folder).map((name) => join(folder, name)),
    [paths[0]],
  )
  assert.equal(await buildSnapshot(folder), paths[0])
})

test('what is gone before it is looked at stops nothing', async () => {
  const own = mkdtempSync(join(tmpdir(), 'baton-snapshot-'))
  after(() => rmSync(own, { recursive: true }))
  // Listed, and not there when it is asked about: as a partial file that its owner renames in between.
  symlinkSync(join(own, 'nothing'), join(own, 'python-gone.snapshot.1.2.partial'))
  await buildSnapshot(own)
})

test('a folder that cannot be made is an error with a hint', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  await assert.rejects(buildSnapshot(join(file, 'below')), { name: 'BatonError', code: 'snapshot' })
})
