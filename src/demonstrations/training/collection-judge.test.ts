import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import type { CallCache } from '../../core/records.ts'
import { json, startQuirkServer } from '../../llm/testing/quirk-server.ts'
import { createAnswerer, createSimulatedModel, defaultProfile, hashProfile, judgeAnswer } from '../answering/index.ts'
import { type CollectionSettings, defaultPlan, prepareCollection } from '../collect/index.ts'
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

test('an answering model that is gone ends the asking with exit code 3', async (t) => {
  const server = await startQuirkServer({ m: (response) => json(response, 404, { error: { message: 'no model m' } }) })
  t.after(() => server.close())
  const { queries, pools, space } = await prepareCollection(settings)
  const tables = { queries: space.index, candidates: space.index }
  const at = { ...settings.server, baseUrl: server.baseUrl, model: 'm' }
  const gone = { ...settings, plan: defaultPlan, server: at } as unknown as CollectionSettings
  const options = { settings: gone, tables, cache: noCache, environment: {}, profileHash: hashProfile(defaultProfile) }
  const { judge, close } = await openCollectionJudge(options)
  t.after(close)
  const pool = pools[0]!.ids.map((id) => space.index.ids.indexOf(id))
  const row = space.index.ids.indexOf(queries[0]!.id)
  const requests = Array.from({ length: 40 }, (_, i) => ({
    query: { query: row, pool },
    pointers: [i % 8, (i * 3 + 1) % 8],
  }))
  await assert.rejects(judge(requests), { name: 'BatonError', exitCode: 3, code: 'not-found' })
  assert.ok(server.turns.length < 20, `${server.turns.length} asked`)
})
