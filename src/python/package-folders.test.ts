import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { packageFolders } from './package-folders.ts'
import { buildSnapshot } from './snapshot.ts'

test('the sandbox starts in a project whose node_modules is a link', async () => {
  const snapshot = await buildSnapshot()
  const project = mkdtempSync(join(tmpdir(), 'baton-link-'))
  try {
    for (const folder of ['core', 'python']) {
      cpSync(join(import.meta.dirname, '..', folder), join(project, 'src', folder), { recursive: true })
    }
    const [pyodide = ''] = packageFolders('pyodide')
    symlinkSync(dirname(pyodide), join(project, 'node_modules'))
    const { createSandbox } = (await import(
      pathToFileURL(join(project, 'src', 'python', 'index.ts')).href
    )) as typeof import('./index.ts')
    const sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 1, cacheFolder: dirname(snapshot) })
    assert.equal(await sandbox.compile('x = 1'), null)
    await sandbox.close()
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
})

test('a package that is not installed has no folders', () => {
  assert.deepEqual(packageFolders('no-such-package'), [])
})
