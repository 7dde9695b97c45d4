import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createAnswerer, defaultProfile } from '../../src/demonstrations/answering/index.ts'
import { createSimulatedModel } from '../../src/simulation/server/simulated-model.ts'
import { pictureWorlds } from './picture-world.ts'
import { trainWorld } from './train-world.ts'

const worlds = pictureWorlds({
  seed: 5,
  indexSize: 120,
  poolSize: 16,
  trainingQuestions: 48,
  nullTrainingQuestions: 10,
  heldOutQuestions: 24,
  answerer: createAnswerer({ model: createSimulatedModel() }, defaultProfile),
})

test('the two worlds ask the same questions with the same pools, and no question is in its own', () => {
  const { simulated, null: nothing } = worlds
  assert.deepEqual(nothing.heldOut.pools, simulated.heldOut.pools)
  assert.equal(nothing.identity.questionsHash, simulated.identity.questionsHash)
  assert.notEqual(nothing.identity.model, simulated.identity.model)
  assert.equal(nothing.training.questions.length, 10)
  for (const { id, pool } of simulated.training.questions) assert.ok(pool.length === 16 && !pool.includes(id))
})

test('in the null world the same prompt gets the same answer, and what is picked is not what is shown', async () => {
  const { simulated, null: nothing } = worlds
  const [first, second] = nothing.index.questions
  let differing = 0
  for (const question of nothing.heldOut.asked) {
    if (first === undefined || second === undefined) break
    const answers = await Promise.all([
      nothing.answerer.answer(question, [first, second]),
      nothing.answerer.answer(question, [first, second]),
      simulated.answerer.answer(question, [first, second]),
    ])
    assert.deepEqual(answers[0], answers[1])
    if (JSON.stringify(answers[0]) !== JSON.stringify(answers[2])) differing++
  }
  assert.ok(differing > 0)
})

test('a world is trained and measured with every method at every number of shots', async () => {
  const lines: string[] = []
  const { rows, curves, calls } = await trainWorld(worlds.simulated, {
    seed: 5,
    shots: 2,
    groupSize: 6,
    rounds: 1,
    evaluatedShots: [1, 2],
    folder: mkdtempSync(join(tmpdir(), 'baton-world-')),
    name: 'world',
    onProgress: (line) => lines.push(line),
  })
  const columns = [...new Set(rows.map(({ method, shots }) => `${method} ${shots}`))].sort()
  assert.deepEqual(columns, [
    'fixed 1',
    'fixed 2',
    'learned 1',
    'learned 2',
    'oracle 2',
    'random 1',
    'random 2',
    'rce 2',
    'similar 1',
    'similar 2',
    'untrained 2',
    'zero-shot 0',
  ])
  assert.equal(rows.length, 24 * columns.length)
  assert.ok(rows.every(({ score }) => score !== null))
  const pools = new Map(worlds.simulated.heldOut.questions.map(({ id, pool }) => [id, pool]))
  const learned = rows.filter(({ method }) => method === 'learned')
  assert.ok(
    learned.every(({ questionId, demonstrations: ids }) => ids.every((id) => pools.get(questionId)?.includes(id))),
  )
  assert.ok(calls > 48 * 6)
  assert.deepEqual([...new Set(curves.map(({ phase, metric }) => `${phase} ${metric}`))].sort(), [
    'grpo accuracy',
    'grpo kl',
    'grpo reward',
    'grpo signal',
    'imitation loss',
  ])
  assert.match(lines.join('\n'), /^imitation of \d+ groups \(\d+ % of n=48 questions have an informative group\)$/m)
  assert.match(lines.join('\n'), /^step 0 of \d+ {2}held out \d.* % \[.*\] n=24, 2 shots$/m)
})
