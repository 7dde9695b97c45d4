import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startCommandLine } from '../testing/command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-rewards-'))
const commands = startCommandLine()
const chinese = startCommandLine('zh')
after(() => {
  commands.close()
  chinese.close()
  rmSync(folder, { recursive: true })
})

writeFileSync(
  join(folder, 'echo.ts'),
  `export const parts = { correctness: { range: [0, 1], weight: 10 } }
export function reward({ prediction, reference }) { return { correctness: prediction === reference ? 1 : 0 } }\n`,
)

test('the audit says what each situation earns, and by how much plan-b drowns correctness', async () => {
  const { code, stdout } = await commands.run(folder, ['rewards', 'audit', '--set', 'rewards.preset=plan-b'])
  assert.equal(code, 0)
  assert.match(stdout, /no program +-10\n/)
  assert.match(stdout, /9\.925, 13\.23 times that/)
  assert.match(stdout.replace(/\s+/g, ' '), /0\.16 deviations apart/)
  const { stdout: own } = await chinese.run(folder, ['rewards', 'audit', '--set', 'rewards.preset=plan-b'])
  assert.match(own, /没有程序 +-10\n/)
  assert.match(own, /扣得最多的是「没有程序」：9\.925/)
})

test('the default has nothing to find, and programs read the same', async () => {
  assert.match((await commands.run(folder, ['rewards', 'audit'])).stdout, /Nothing found\.\n$/)
  const { stdout } = await commands.run(folder, ['rewards', 'audit', '--json'])
  const { gap, ratio, refusals, parts } = JSON.parse(stdout)
  assert.deepEqual([gap, ratio, refusals], [15, 1 / 3, []])
  assert.deepEqual(parts.correctness, { range: [-5, 10], weight: 1 })
})

test('a function that pays the fallback is refused by the audit and by the training, which leaves no run', async () => {
  const set = ['--set', 'rewards.module=echo.ts']
  for (const command of [
    ['rewards', 'audit'],
    ['train', '--preset', 'tiny', '--dry-run'],
    ['train', '--preset', 'tiny'],
  ]) {
    const { code, stderr } = await commands.run(folder, [...command, ...set])
    assert.equal(code, 2, stderr)
    assert.match(stderr.replace(/\s+/g, ' '), /the answer of the fallback workflow earns 10, a wrong answer 0/)
  }
  assert.ok(!existsSync(join(folder, 'runs')))
  assert.match((await chinese.run(folder, ['rewards', 'audit', ...set])).stderr, /降级工作流的答案得 10，答错得 0/)
})
