import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { makeFolder } from './make-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-folder-'))
after(() => rmSync(root, { recursive: true }))

test('a folder is made with all above it, and one that is there stays', () => {
  makeFolder(join(root, 'a', 'b', 'c'))
  makeFolder(join(root, 'a', 'b', 'c'))
  assert.ok(statSync(join(root, 'a', 'b', 'c')).isDirectory())
})

test('a file is no folder, and below it none is made', () => {
  writeFileSync(join(root, 'file'), '')
  assert.throws(() => makeFolder(join(root, 'file')), { code: 'EEXIST' })
  assert.throws(() => makeFolder(join(root, 'file', 'below')), { code: 'EEXIST' })
})

test('where the system lets nothing be made it ends with an error', { skip: !existsSync('/proc/self') }, () => {
  assert.throws(() => makeFolder('/proc/none/such'), { code: 'ENOENT' })
})
