import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { randomFor } from '../../core/random.ts'
import { indexQuestions } from '../data/index.ts'
import { makeEmbeddings } from '../features/embeddings.ts'
import type { Embeddings, Question } from '../schema.ts'
import { rankSimilar, samplePools, samplerNames } from './index.ts'
import { nearestRows } from './nearest-rows.ts'

const question = (id: string, text = `question ${id}`, imageId = `image-${id}`): Question => ({
  id,
  imageId,
  question: text,
  answers: ['a'],
  shownAnswer: 'a',
  split: 'train',
  image: null,
  kind: null,
})

const embedded = (questions: readonly Question[], width = 6, seed = 1): Embeddings => {
  const rng = randomFor(seed, 'test')
  const rows = Float32Array.from({ length: questions.length * width }, () => rng.normal())
  return makeEmbeddings(
    questions.map(({ id }) => id),
    rows,
    'test',
  )
}

test('a pool of any sampler has the size asked for, no repeats, and neither the query nor its double', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 6, max: 30 }),
      fc.nat(50),
      fc.constantFrom(...samplerNames),
      (count, seed, sampler) => {
        const questions = Array.from({ length: count }, (_, i) => question(String(i)))
        // Another id, the same text about the same picture.
        const doubled = [...questions, question('double', 'question 0', 'image-0')]
        const index = indexQuestions(doubled)
        const rows = embedded(doubled)
        // The double is embedded exactly as the query is: similarity alone would choose it first.
        rows.rows.copyWithin(count * 6, 0, 6)
        const space = { index: rows, queries: rows }
        const size = count - 2
        const pools = samplePools(doubled, index, { sampler, size, seed, text: space, image: space })
        for (const [i, { ids, queryId }] of pools.entries()) {
          assert.equal(ids.length, size)
          assert.equal(new Set(ids).size, size)
          assert.ok(!ids.includes(queryId))
          if (i === 0) assert.ok(!ids.includes('double'))
          if (queryId === 'double') assert.ok(!ids.includes('0'))
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('similar pools are the nearest of the index, and a mixed one holds the nearest by text and by picture', () => {
  const questions = Array.from({ length: 40 }, (_, i) => question(String(i)))
  const index = indexQuestions(questions)
  const [text, image] = [embedded(questions, 6, 1), embedded(questions, 5, 2)]
  const spaces = { text: { index: text, queries: text }, image: { index: image, queries: image } }
  const nearest = (of: Embeddings, row: number, count: number): string[] =>
    nearestRows(of.rows.subarray(row * of.width, (row + 1) * of.width), of, {
      count,
      isOut: (other) => other === row,
    }).map(String)
  const similar = samplePools(questions, index, { sampler: 'text-similar', size: 8, seed: 1, ...spaces })
  const mixed = samplePools(questions, index, { sampler: 'mixed', size: 8, seed: 1, ...spaces })
  for (const row of questions.keys()) {
    assert.deepEqual(new Set(similar[row]?.ids), new Set(nearest(text, row, 8)))
    for (const id of [...nearest(text, row, 2), ...nearest(image, row, 1)]) assert.ok(mixed[row]?.ids.includes(id))
  }
  assert.deepEqual(
    rankSimilar(questions, index, { space: spaces.text, count: 3 }),
    questions.map((_, row) => nearest(text, row, 3)),
  )
})

test('the nearest rows are those that sorting everything would give', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 0, max: 30 }), fc.nat(), (count, wanted, seed) => {
      const table = embedded(
        Array.from({ length: count }, (_, i) => question(String(i))),
        3,
        seed,
      )
      const query = table.rows.subarray(0, 3)
      const scores = table.ids.map((_, row) =>
        query.reduce((sum, x, i) => sum + x * (table.rows[row * 3 + i] as number), 0),
      )
      const sorted = [...scores.keys()].sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b)
      assert.deepEqual(
        nearestRows(query, table, { count: wanted, isOut: (row) => row === 0 }),
        sorted.filter((row) => row !== 0).slice(0, wanted),
      )
    }),
  )
})

test('pools are the same for the same seed, whichever queries are asked for, and others for another seed', () => {
  const questions = Array.from({ length: 30 }, (_, i) => question(String(i)))
  const index = indexQuestions(questions)
  const options = { sampler: 'random', size: 5, seed: 1 } as const
  const all = samplePools(questions, index, options)
  assert.deepEqual(samplePools(questions.slice(7, 9), index, options), all.slice(7, 9))
  assert.notDeepEqual(samplePools(questions, index, { ...options, seed: 2 }), all)
})

test('a pool larger than the rest of the index, and similarity without embeddings, are errors that name the fix', () => {
  const questions = Array.from({ length: 5 }, (_, i) => question(String(i)))
  const index = indexQuestions(questions)
  assert.throws(() => samplePools(questions, index, { sampler: 'random', size: 5, seed: 1 }), { code: 'pool-size' })
  assert.throws(() => samplePools(questions, index, { sampler: 'mixed', size: 4, seed: 1 }), { code: 'no-embeddings' })
})
