/** The method in one file runs, measures and learns; and it stays short enough to be read at once. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

test('recipes/grpo-loop.ts trains and measures, in at most 250 lines', () => {
  assert.ok(readFileSync('recipes/grpo-loop.ts', 'utf8').split('\n').length <= 250)
  const run = spawnSync(process.execPath, ['recipes/grpo-loop.ts', '--steps', '1', '--test-problems', '8'], {
    encoding: 'utf8',
  })
  assert.equal(run.status, 0, run.stderr)
  const lines = run.stdout.trimEnd().split('\n')
  assert.match(lines[0] ?? '', /^before: \d+\.\d % \[.+\] of 8 test problems right, \d\.\d calls a problem$/)
  assert.match(lines[1] ?? '', /^step 1\/1 {2}reward -?\d+\.\d\d {2}right \d+\.\d % {2}groups that teach \d+\/16$/)
  assert.match(lines.at(-1) ?? '', /^after: /)
  assert.equal(lines.length, 3)
})
