import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultConfig } from '../../config/testing/default-config.ts'
import type { Problem } from '../../core/problem.ts'
import { createPickTokenizer } from '../../engines/pointer/index.ts'
import { json, startQuirkServer } from '../../llm/testing/quirk-server.ts'
import { pictureQuestions } from '../../simulation/pictures/index.ts'
import { createSimulatedModel } from '../../simulation/server/simulated-model.ts'
import { type Environment, stopOnOutage } from '../../training/index.ts'
import { createAnswerer, defaultProfile, hashProfile, judgeAnswer } from '../answering/index.ts'
import { type CollectionSettings, defaultPlan, type PreparedCollection, prepareCollection } from '../collect/index.ts'
import { type CollectionAnswerer, openCollectionAnswerer } from './collection-answerer.ts'
import { createDemonstrationEnvironment, judgedOutcome } from './demonstration-environment.ts'

const simulated = {
  questions: (seed: number, count: number) => pictureQuestions({ seed, index: count, heldOut: 0 }).index,
  model: createSimulatedModel,
}
const tools = { cache: undefined, environment: {}, simulated }

/** What asking reads; how sequences are proposed does not matter here. */
const settings = {
  ...{ seed: 1, questions: null, annotations: null, pictures: null, generated: 24, queries: 6 },
  ...{ pool: { size: 8, sampler: 'mixed' }, encoder: 'ngrams', embeddings: null, plan: defaultPlan },
  server: { baseUrl: 'simulator', model: 'simulator', apiKeyEnvironment: null, concurrency: 4 },
  profile: {},
} as unknown as CollectionSettings
const profileHash = hashProfile(defaultProfile)
const { reward } = defaultConfig().demonstrations

function environmentOf({ pools, space }: PreparedCollection, asking: CollectionAnswerer) {
  const tokenizer = createPickTokenizer({ queries: space.index, candidates: space.index })
  const poolsById = new Map(pools.map(({ queryId, ids }) => [queryId, ids]))
  return { tokenizer, environment: createDemonstrationEnvironment({ tokenizer, pools: poolsById, reward, asking }) }
}

function attempt(environment: Environment, id: string, tokens: readonly number[]) {
  const problem: Problem = { id, type: 'vqa', source: 'demonstrations', question: '', answer: '', difficulty: 1 }
  const completion = { tokens: [...tokens], logprobs: [], stopReason: 'length' } as const
  return environment.attempt(problem, '', completion, { key: [id], signal: new AbortController().signal })
}

test('new sequences are asked as the collection asks, under its profile alone', async (t) => {
  const prepared = await prepareCollection(settings, simulated)
  const asking = await openCollectionAnswerer({ settings, profileHash }, tools)
  t.after(asking.close)
  const { tokenizer, environment } = environmentOf(prepared, asking)
  const answerer = createAnswerer({ model: createSimulatedModel('simulator') }, defaultProfile)
  const accuracies: unknown[] = []
  for (const [q, question] of prepared.queries.entries()) {
    for (const pointers of [[0, 1], [1, 0], [5]]) {
      const picks = pointers.map((pointer) => prepared.pools[q]!.ids[pointer] as string)
      const found = await attempt(environment, question.id, tokenizer.encode(picks.join(' ')))
      const outcome = await answerer.answer(question, picks.toReversed().map(prepared.index.byId))
      assert.ok(outcome.kind === 'answer')
      const judged = judgeAnswer(outcome, question, defaultProfile)
      const expected = judgedOutcome({ picks, judged, beamScore: null }, reward)
      assert.deepEqual([found.record, found.score], [expected.record, expected.score])
      accuracies.push(judged.accuracy)
    }
  }
  assert.ok(new Set(accuracies).size > 1, 'what is shown makes a difference')
  for (const other of ['another', null]) {
    await assert.rejects(openCollectionAnswerer({ settings, profileHash: other }, tools), {
      ...{ name: 'BatonError', code: 'evaluation-profile', exitCode: 2 },
    })
  }
})

test('an answering model that is gone ends the asking with exit code 3', async (t) => {
  const server = await startQuirkServer({ m: (response) => json(response, 404, { error: { message: 'no model m' } }) })
  t.after(() => server.close())
  const at = { ...settings.server, baseUrl: server.baseUrl, model: 'm' }
  const prepared = await prepareCollection(settings, simulated)
  const asking = await openCollectionAnswerer({ settings: { ...settings, server: at }, profileHash }, tools)
  t.after(asking.close)
  const { tokenizer, environment } = environmentOf(prepared, asking)
  const guarded = stopOnOutage(environment, 8)
  const [question] = prepared.queries as [(typeof prepared.queries)[number]]
  const ids = prepared.pools[0]!.ids
  const all = async (): Promise<void> => {
    for (const id of [...ids, ...ids, ...ids]) await attempt(guarded, question.id, tokenizer.encode(id))
  }
  await assert.rejects(all(), { name: 'BatonError', exitCode: 3, code: 'not-found' })
  assert.ok(server.turns.length < 20, `${server.turns.length} asked`)
})
