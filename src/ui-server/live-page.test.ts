import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RunList } from './api.ts'
import { openLivePage } from './index.ts'
import { makeRun, stepAt } from './testing/made-run.ts'

test('the page beside a training shows its run and ends when the training lets go of it', async () => {
  const root = mkdtempSync(join(tmpdir(), 'baton-beside-'))
  try {
    const store = makeRun(root, 'beside')
    const page = await openLivePage(root)
    assert.ok(page.kind === 'open', JSON.stringify(page))
    store.recordStep(stepAt(1))
    const { runs } = (await (await fetch(`${page.url}/api/runs`)).json()) as RunList
    assert.deepEqual(
      runs.map(({ name, step, state }) => [name, step, state.state]),
      [['beside', 1, 'running']],
      'looking at it does not take the lock from its writer',
    )
    store.recordStep(stepAt(2))
    page.close()
    const isGone = async (): Promise<boolean> =>
      await fetch(page.url).then(
        () => false,
        () => true,
      )
    while (!(await isGone())) await new Promise((resolve) => setImmediate(resolve))
    store.recordStep(stepAt(3))
    store.close()
  } finally {
    rmSync(root, { recursive: true })
  }
})
