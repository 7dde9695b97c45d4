import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { attackJudge, attacks } from '../../rewards/checks/attacks.ts'
import { createJudge } from '../../rewards/judge.ts'
import { createFakeChatModel } from '../../rewards/testing/fake-chat-model.ts'
import { plainRewards } from '../../rewards/testing/plain-rewards.ts'
import { startCommandLine } from '../testing/command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-attack-'))
const commands = startCommandLine()
after(() => {
  commands.close()
  rmSync(folder, { recursive: true })
})

test("with the default rewards on the simulator's judge nothing is rewarded as correct, and a table says so", async () => {
  const { code, stdout, stderr } = await commands.run(folder, ['judge', 'attack', '--json'])
  assert.equal(code, 0, stderr)
  const { presets, rows } = JSON.parse(stdout)
  assert.equal(presets[0], 'standard')
  assert.equal(presets.length, 8)
  assert.deepEqual(
    rows.map(({ attack }: { attack: string }) => attack),
    Object.keys(attacks),
  )
  for (const { attack, through, examples } of rows) assert.equal(through.standard, 0, `${attack}: ${examples}`)
  assert.match(
    (await commands.run(folder, ['judge', 'attack'])).stdout,
    /master keys +42 +\d+ +0[\s\S]*Nothing got through/,
  )
})

test('a judge that calls everything true lets attacks through, and the table counts them', async () => {
  const judge = createJudge({ model: createFakeChatModel(() => 'True'), attempts: 1 })
  const rows = await attackJudge(judge, {
    compositions: [plainRewards(), plainRewards({ preset: 'judge-only' })],
    seed: 1,
    signal: new AbortController().signal,
    each: (items, work) => Promise.all(items.map((item) => work(item))),
  })
  const of = (attack: string) => rows.find((row) => row.attack === attack)
  assert.deepEqual(of('empty')?.through, { standard: 0, 'judge-only': 0 }, 'the gate is in front of the judge')
  assert.ok((of('instructions')?.through['judge-only'] ?? 0) >= 12)
  assert.ok((of('instructions')?.byJudge ?? 0) >= 12 && (of('instructions')?.examples.length ?? 0) > 0)
})
