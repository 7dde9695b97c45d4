import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { createWaitTimer } from './wait-timer.ts'
import { mainThreadCpuMs, watchCpu } from './watchdog.ts'

test('a process that a busy machine keeps waiting is left alone until it has used its time', async () => {
  const readings = [1000, 1010, 1010, 1030, 1050, 1059, 1061]
  const seen: number[] = []
  const end = await new Promise((onEnd) => {
    const readCpuMs = (): number => {
      const reading = readings[seen.length] ?? Number.NaN
      seen.push(reading)
      return reading
    }
    watchCpu({ pid: 1, allowedMs: 60, onEnd, readCpuMs })
  })
  assert.equal(end, 'spent')
  assert.deepEqual(seen, readings)
})

test('where the system tells no CPU time, a process has far longer than its time on the clock', async () => {
  const startedAt = performance.now()
  const end = await new Promise((onEnd) => {
    watchCpu({ pid: 1, allowedMs: 20, onEnd, readCpuMs: () => null })
  })
  assert.equal(end, 'spent')
  assert.ok(performance.now() - startedAt >= 199)
})

test('the CPU time of a process is that of its main thread', { skip: !existsSync('/proc') }, async () => {
  const child = spawn(process.execPath, ['-e', 'for (;;);'])
  try {
    while ((mainThreadCpuMs(child.pid ?? 0) ?? 0) < 100) await new Promise((resolve) => setTimeout(resolve, 20))
  } finally {
    child.kill('SIGKILL')
  }
  assert.equal(mainThreadCpuMs(2 ** 22 + 1), null)
})

test('a stall of this process uses up no more than a slice of a limit', async () => {
  let hasEnded = false
  const timer = createWaitTimer(300, () => {
    hasEnded = true
  })
  timer.start()
  const startedAt = performance.now()
  while (performance.now() - startedAt < 600);
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(hasEnded, false)
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.equal(hasEnded, true)
})

test('a paused limit does not run down, and continues from where it was', async () => {
  let hasEnded = false
  const timer = createWaitTimer(100, () => {
    hasEnded = true
  })
  timer.start()
  timer.pause()
  await new Promise((resolve) => setTimeout(resolve, 200))
  assert.equal(hasEnded, false)
  timer.start()
  await new Promise((resolve) => setTimeout(resolve, 200))
  assert.equal(hasEnded, true)
})
