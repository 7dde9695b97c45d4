import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import type { CallCache } from '../../core/records.ts'
import { createAnswerer, createSimulatedModel, defaultProfile, hashProfile, judgeAnswer } from '../answering/index.ts'
import { type CollectionSettings, prepareCollection } from '../collect/index.ts'
import { openCollectionJudge } from './collection-judge.ts'

/** What asking reads; how sequences are proposed does not matter here. */
const settings = {
  seed: 1,
  questions: null,
  annotations: null,
  pictures: null,
  generated: 24,
  queries: 6,
  pool: { size: 8, sampler: 'mixed' },
  encoder: 'ngrams',
  embeddings: null,
  server: { baseUrl: 'simulator', model: 'simulator', apiKeyEnvironment: null, concurrency: 4 },
  profile: {},
} as unknown as CollectionSettings
const noCache: CallCache = { get: () => undefined, put: () => undefined }

test('fresh samples are asked as the collection asks, the first pick next to the question', async (t) => {
  const { index, queries, pools, space } = await prepareCollection(settings)
  const tables = { queries: space.index, candidates: space.index }
  const options = { settings, tables, cache: noCache, environment: {} }
  const { judge, close } = await openCollectionJudge({ ...options, profileHash: hashProfile(defaultProfile) })
  t.after(close)
  const requests = queries.flatMap((question, q) => {
    const pool = pools[q]!.ids.map((id) => space.index.ids.indexOf(id))
    return [[0, 1], [1, 0], [5]].map((pointers) => ({ query: { query: index.rowOf(question.id), pool }, pointers }))
  })
  const verdicts = await judge(requests)
  const answerer = createAnswerer({ model: createSimulatedModel('simulator') }, defaultProfile)
  for (const [i, { query, pointers }] of requests.entries()) {
    const shown = pointers.toReversed().map((pointer) => index.questions[query.pool[pointer]!]!)
    const question = index.questions[query.query]!
    const outcome = await answerer.answer(question, shown)
    assert.ok(outcome.kind === 'answer')
    assert.deepEqual(verdicts[i], { ...judgeAnswer(outcome, question, defaultProfile), beamScore: null })
  }
  await assert.rejects(
    openCollectionJudge({ ...options, profileHash: 'another' }),
    (error) => error instanceof BatonError && error.hint !== undefined,
  )
})
