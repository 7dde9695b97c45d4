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

test('a process that is to go on with a run whose state it does not hold ends instead', async () => {
  const snapshot = await buildSnapshot()
  const flags = ['--stack-size=3900', '--expose-gc', '--no-warnings']
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, 'sandbox-child.ts'), snapshot, '1'], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const limits = { cpuMs: 5000, memoryMb: 256, maxOutputChars: 1000 }
  const reply = { kind: 'returned', value: 'x', index: 1, costUsd: 0, inputTokens: 0, outputTokens: 0 }
  const request: Numbered = {
    id: 1,
    kind: 'advance',
    slot: 0,
    run: 3,
    isFresh: false,
    usedMs: 0,
    seed: 1,
    messages: [reply],
    limits,
  }
  child.stdin.write(`${JSON.stringify(request)}\n`)
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  assert.equal(await new Promise((resolve) => child.on('close', resolve)), 1)
  assert.match(stderr, /slot 0 does not hold the state of run 3/)
})
