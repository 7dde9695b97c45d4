import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import { type AskedPrompt, evaluateMethods } from './evaluate-methods.ts'
import {
  fixedDemonstrations,
  oracle,
  type PooledQuestion,
  randomDemonstrations,
  similarDemonstrations,
  zeroShot,
} from './methods.ts'

const questions: PooledQuestion[] = Array.from({ length: 12 }, (_, i) => ({
  id: `q${i}`,
  pool: Array.from({ length: 8 }, (_unused, j) => `d${(i + j) % 20}`),
}))
const withImages = questions.map(({ id }) => ({ id, imageId: `image-${id}` }))
/** Right where `d3` is shown. */
const ask = async (prompts: readonly AskedPrompt[]) =>
  prompts.map(({ demonstrations }) => ({ prediction: 'x', score: demonstrations.includes('d3') ? 1 : 0 }))

test('rows stand by method, shots and question, and the same prompt is asked once', async () => {
  const asked: AskedPrompt[] = []
  const same = questions.map(() => ['d3', 'd5', 'd6'])
  const rows = await evaluateMethods({
    questions: withImages,
    methods: [
      zeroShot(questions),
      fixedDemonstrations(questions, ['d5', 'd3']),
      similarDemonstrations(questions, same),
    ],
    shots: [1, 2],
    ask: async (prompts) => {
      asked.push(...prompts)
      return ask(prompts)
    },
  })
  assert.equal(rows.length, 12 * (1 + 2 + 2))
  // Both show d5, d3 at two shots.
  assert.equal(asked.length, 12 * (1 + 2 + 1))
  const columns = [...new Set(rows.map(({ method, shots }) => `${method} ${shots}`))]
  assert.deepEqual(columns, ['zero-shot 0', 'fixed 1', 'fixed 2', 'similar 1', 'similar 2'])
  assert.deepEqual(rows.find(({ method, shots }) => method === 'similar' && shots === 2)?.demonstrations, ['d5', 'd3'])
  assert.ok(rows.every(({ score, demonstrations }) => score === (demonstrations.includes('d3') ? 1 : 0)))
})

test('random draws come from the pool, are the same for the same seed, and more shots begin with fewer', async () => {
  const [once, again, other] = [7, 7, 8].map((seed) => randomDemonstrations(questions, seed))
  const three = (await once?.choose(3)) ?? []
  assert.deepEqual(await again?.choose(3), three)
  assert.notDeepEqual(await other?.choose(3), three)
  const two = (await once?.choose(2)) ?? []
  three.forEach((list, i) => {
    assert.equal(new Set(list).size, 3)
    assert.ok(list?.every((id) => questions[i]?.pool.includes(id)))
    assert.deepEqual(two[i], list?.slice(1))
  })
})

test('a question is never among its own demonstrations, and too few of them are refused', async () => {
  const own = fixedDemonstrations([{ id: 'd5', pool: [] }], ['d5', 'd3', 'd1'])
  assert.deepEqual(await own.choose(2), [['d3', 'd1']])
  const ranked = similarDemonstrations([{ id: 'd5', pool: [] }], [['d5', 'd3', 'd1']])
  assert.deepEqual(await ranked.choose(1), [['d3']])
  for (const method of [own, ranked, randomDemonstrations(questions, 1)]) {
    await assert.rejects(method.choose(9), (error) => error instanceof BatonError && error.exitCode === 2)
  }
})

test('the oracle takes the best collected sequence of the length asked, and has nothing for other questions', async () => {
  const collected = new Map([
    [
      'q0',
      [
        { demonstrations: ['d1', 'd2'], score: 0 },
        { demonstrations: ['d2', 'd3'], score: 1 },
        { demonstrations: ['d3'], score: 1 },
      ],
    ],
  ])
  const chosen = await oracle(questions, collected).choose(2)
  assert.deepEqual(chosen.slice(0, 2), [['d2', 'd3'], null])
  const rows = await evaluateMethods({
    questions: withImages,
    methods: [oracle(questions, collected)],
    shots: [2],
    ask,
  })
  assert.equal(rows.length, 1)
})

test('a failed answer is no wrong answer, and many failures stop the evaluation', async () => {
  const plan = { questions: withImages, methods: [randomDemonstrations(questions, 1)], shots: [2] }
  const failing = async (prompts: readonly AskedPrompt[]) =>
    (await ask(prompts)).map((answer, i) => (prompts[i]?.question === 0 ? null : answer))
  const rows = await evaluateMethods({ ...plan, ask: failing, maxFailedRate: 0.1 })
  assert.deepEqual([rows[0]?.score, rows[0]?.prediction], [null, null])
  await assert.rejects(
    evaluateMethods({ ...plan, ask: failing }),
    (error) => error instanceof BatonError && error.exitCode === 3,
  )
})
