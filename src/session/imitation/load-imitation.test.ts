import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { loadConfig } from '../../config/index.ts'
import type { Problem } from '../../core/problem.ts'
import { createPythonAnalyzer } from '../../python/analysis/index.ts'
import { validateProgram } from '../../workflows/validate/index.ts'
import type { Imitation } from './imitated.ts'
import { loadImitation } from './load-imitation.ts'
import { makeSourceRun, readShippedProblems, type SourceRollout } from './testing/source-run.ts'

const [first, second, third] = readShippedProblems(3) as [Problem, Problem, Problem]

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-imitation-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

interface Plan {
  readonly from: readonly string[]
  readonly set?: readonly string[]
  readonly measured?: readonly Problem[]
}

function load({ from, set = [], measured = [] }: Plan): Promise<Imitation> {
  const { config } = loadConfig({
    set: ['training.imitation.steps=1', `training.imitation.from=${JSON.stringify(from)}`, ...set],
  })
  return loadImitation(config, { train: [first, second, third], measured })
}

function textsOf({ problems }: Imitation): Record<string, string[]> {
  return Object.fromEntries(problems.map(({ problem, attempts }) => [problem.id, attempts.map(({ text }) => text)]))
}

const rollout = (problem: Problem, text: string, reward: number | null): SourceRollout => ({
  problem,
  text,
  tokens: [2, 1],
  reward,
})

test('the best rollouts of each problem are taken: right, whole, no text twice, the highest rewards first', async (t) => {
  const folder = await makeSourceRun(newFolder(t), [
    rollout(first, 'good', 7),
    rollout(first, 'better', 8),
    rollout(first, 'better', 9),
    rollout(first, 'wrong', -5),
    rollout(first, 'unscorable', null),
    { ...rollout(first, 'cut off', 10), stopReason: 'length' },
    rollout(first, 'fair', 6),
    rollout(second, 'wrong', -5),
    { ...rollout(third, 'Here it is: ...', 4), program: 'class Workflow:\n' },
  ])
  const two = await load({ from: [folder], set: ['training.imitation.perProblem=2'] })
  assert.deepEqual(textsOf(two), { [first.id]: ['better', 'good'], [third.id]: ['class Workflow:\n'] })
  assert.deepEqual(two.problems[1]?.attempts[0]?.sampled, { text: 'Here it is: ...', tokens: [2, 1] })
  assert.deepEqual(two.manifest['imitation 1'], { ...two.manifest['imitation 1'], path: folder, rows: 3 })
  const all = await load({ from: [folder], set: ['training.imitation.leastReward=-5'] })
  assert.deepEqual(textsOf(all)[second.id], ['wrong'])
  assert.notEqual(all.manifest['imitation 1']?.fingerprint, two.manifest['imitation 1']?.fingerprint)
  const plans = ['policy.promptStyle=full', 'workflows.form=plan']
  assert.deepEqual(textsOf(await load({ from: [folder], set: plans }))[third.id], ['Here it is: ...'])
  await assert.rejects(load({ from: [folder], set: ['training.imitation.leastReward=9.5'] }), /reward of 9\.5 or more/)
})

test('nothing is imitated of problems that the policy is measured on, wherever the attempts come from', async (t) => {
  const root = newFolder(t)
  const folder = await makeSourceRun(root, [rollout(first, 'a', 7), rollout(second, 'b', 7)])
  const rows = join(root, 'rows.jsonl')
  const asked = [{ role: 'user', content: first.question }]
  writeFileSync(
    rows,
    [
      { problemId: first.id, completion: 'c' },
      { problemId: second.id, completion: 'd' },
      { prompt: asked, completion: 'e' },
    ]
      .map((row) => JSON.stringify(row))
      .join('\n'),
  )
  // Equal text under another id and in another case.
  const measured = [{ ...first, id: 'other', question: `${first.question.toUpperCase()} ` }]
  const { notes, ...loaded } = await load({ from: [folder, rows, 'experts'], measured })
  assert.deepEqual(loaded.problems.map(({ problem }) => problem.id).sort(), [second.id, third.id].sort())
  assert.equal(notes.filter((note) => /are left out, the policy is measured on them/.test(note)).length, 2)
})

test('sources are joined problem by problem; what only shares an id is another problem', async (t) => {
  const root = newFolder(t)
  const folder = await makeSourceRun(root, [rollout(first, 'a', 7)])
  const rows = join(root, 'rows.jsonl')
  writeFileSync(rows, JSON.stringify({ problemId: first.id, completion: 'c', reward: 8 }))
  const both = await load({ from: [folder, rows] })
  assert.deepEqual(textsOf(both), { [first.id]: ['c', 'a'] })
  const foreign = join(root, 'foreign.jsonl')
  writeFileSync(foreign, JSON.stringify({ ...first, question: 'Quite another question?' }))
  const elsewhere = await makeSourceRun(join(root, 'other'), [rollout(first, 'b', 7)], foreign)
  assert.deepEqual(textsOf(await load({ from: [folder, elsewhere] })), { [first.id]: ['a'], [`${first.id}-2`]: ['b'] })
})

test('experts write valid workflows of the contract for every training problem, the same for the same seed', async () => {
  const analyzer = await createPythonAnalyzer()
  for (const contract of ['full', 'simple'] as const) {
    const loaded = await load({ from: ['experts'], set: [`workflows.contract=${contract}`] })
    assert.equal(loaded.problems.length, 3)
    for (const { problem, attempts } of loaded.problems) {
      assert.ok(attempts.length >= 1 && attempts.length <= 4)
      for (const { text } of attempts) {
        assert.deepEqual(validateProgram(text, problem.type, { analyzer, contract }).findings, [], text)
      }
    }
  }
  assert.deepEqual(textsOf(await load({ from: ['experts'] })), textsOf(await load({ from: ['experts'] })))
})

test('a run whose problems are gone is named', async (t) => {
  const root = newFolder(t)
  const file = join(root, 'problems.jsonl')
  writeFileSync(file, JSON.stringify(first))
  const folder = await makeSourceRun(root, [rollout(first, 'a', 7)], file)
  writeFileSync(file, JSON.stringify({ ...first, answer: 'changed' }))
  await assert.rejects(load({ from: [folder] }), /were not found: .*problems\.jsonl has changed/)
})
