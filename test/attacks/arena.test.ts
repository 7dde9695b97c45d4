import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openArena } from './arena.ts'

// The runner fails a file that leaves a server open.
test('an arena that cannot be opened leaves nothing open', async () => {
  await assert.rejects(openArena({ systemPython: '/nowhere/python3' }), { code: 'no-jail' })
})
