import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { advantages } from '../core/advantages.ts'
import { loadProblems } from '../datasets/index.ts'
import { attempt, rollout, step } from '../reports/testing/fake-run.ts'
import { createRun } from '../runs/index.ts'
import { type ShowOptions, showCommand } from './show-command.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-show-'))
after(() => rmSync(root, { recursive: true }))

const path = join(root, 'train.jsonl')
const row = { id: 'sum', type: 'math', source: 'own', question: 'What is 40 + 2? Give the number.', answer: '42' }
writeFileSync(path, `${JSON.stringify({ ...row, difficulty: 1 })}\n`)
const { fingerprint } = await loadProblems(path, { skipBadRows: false })
const scaling = { scale: 'group', epsilon: 0 } as const
const rewards = [10, 9, 10, 7]
const [stored = []] = advantages([rewards], scaling)
const run = createRun({
  root,
  name: 'one',
  resolvedYaml: 'training:\n  advantages:\n    scale: group\n    epsilon: 0\n',
  origin: { configHash: '', seed: 1, datasets: { train: { path, fingerprint, rows: 1 } }, argv: ['train'] },
})
run.recordStep(
  step(1),
  rewards.map((reward, index) => ({
    ...rollout({
      problemId: 'sum',
      rollout: index,
      reward,
      text: 'a\nb\u001b[31m\n',
      outcome: attempt({ program: 'a\nc\n' }),
    }),
    advantage: stored[index] as number,
  })),
)
run.close()

async function shown(options: ShowOptions): Promise<string> {
  const write = process.stdout.write
  let text = ''
  process.stdout.write = ((part: string) => {
    text += part
    return true
  }) as typeof process.stdout.write
  try {
    await showCommand(run.folder, options)
    return text
  } finally {
    process.stdout.write = write
  }
}

test('a step is a table of its groups and what each teaches', async () => {
  assert.match(
    await shown({ step: '1' }),
    /^problem +type +right +mean +deviation +teaches\nsum +math +4 of 4 +9 +1\.414 +spread alone: all right/,
  )
})

test('a group has question, reference answer, diffs and each advantage with its formula; controls are escaped', async () => {
  const text = await shown({ step: '1', problem: 'sum' })
  assert.match(text, /question\n {2}What is 40 \+ 2\? Give the number\.\nreference answer\n {2}42\n/)
  assert.match(text, /advantage {2}\(reward 7 − mean 9\) \/ deviation 1\.414 = −1\.414; 2 of 4 equal/)
  assert.match(text, /\n {6}a\n {4}- b\\x1b\[31m\n {4}\+ c\n/)
  assert.ok(!text.includes('recorded:') && !text.includes('\u001b'))
  const { version, view, rollouts } = JSON.parse(await shown({ step: '1', problem: 'sum', json: true }))
  assert.deepEqual([version, view, rollouts.length], [1, 'group', 4])
})

test('a file that has changed is named; wrong values name what there is', async () => {
  writeFileSync(path, `${JSON.stringify({ ...row, answer: '43', difficulty: 1 })}\n`)
  const text = await shown({ step: '1', problem: 'sum' })
  assert.match(text, /not shown\. .*train\.jsonl has changed since the run\./)
  await assert.rejects(shown({ step: '1', problem: 'sun' }), /no problem "sun" in step 1; its problems: sum\./)
  await assert.rejects(shown({ step: '7' }), /has no rollouts of step 7/)
})
