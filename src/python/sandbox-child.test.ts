import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { buildSnapshot } from './snapshot.ts'
import type { Numbered, Response } from './wire.ts'

test('a request that is there before the process has booted waits until it has', async () => {
  const snapshot = await buildSnapshot()
  const flags = ['--stack-size=3900', '--expose-gc', '--no-warnings']
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, 'sandbox-child.ts'), snapshot, '1'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    const limits = { cpuMs: 5000, memoryMb: 256, maxOutputChars: 1000 }
    const request: Numbered = { id: 1, kind: 'code', code: 'def solve(): return 42', call: 'solve', seed: 1, limits }
    child.stdin.write(`${JSON.stringify(request)}\n`)
    const kinds: Response['kind'][] = []
    for await (const line of createInterface(child.stdout)) {
      const response = JSON.parse(line) as Response
      kinds.push(response.kind)
      if (response.kind === 'done') break
    }
    assert.deepEqual(kinds, ['ready', 'busy', 'resumed', 'done'])
  } finally {
    child.kill('SIGKILL')
  }
})
