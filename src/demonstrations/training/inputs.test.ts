import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import type { JsonObject } from '../../core/json.ts'
import type { Embeddings, SequenceData } from '../schema.ts'
import { featuresOf, groupsByRow } from './from-collected.ts'
import { configuredArchitecture, configuredStages, resolveTrainingConfig, settingLayer } from './training-config.ts'

function refused(work: () => unknown, pattern: RegExp): void {
  assert.throws(work, (error) => error instanceof BatonError && error.hint !== undefined && pattern.test(error.message))
}

const verdict = {
  prediction: 'red',
  rawGeneration: 'red',
  isCorrect: true,
  accuracy: 0.6,
  referenceProbability: 0.25,
  likeness: null,
  usedFallback: false,
}
const sequence = { source: 'beam', beamRank: 0, beamScore: -0.1, logprob: null, temperature: null } as const
const collected: Pick<SequenceData, 'groups'> = {
  groups: [
    {
      query: { id: '5', imageId: '5', question: 'what colour?', answers: ['red'], split: 'train' },
      pool: { schemaVersion: 1, indexSpace: 'local', queryId: '5', ids: ['30', '10', '20'], hash: '' },
      candidates: [
        { ...sequence, picks: [1, 0], verdict, failure: null },
        { ...sequence, picks: [2], verdict: null, failure: 'timeout' },
      ],
    },
  ],
}

const table = (ids: readonly string[], width: number): Embeddings => ({
  ids,
  width,
  rows: new Float32Array(ids.length * width),
  source: `${width} numbers`,
})

test('rows of embeddings are found by id; queries may be rows of the index', () => {
  const apart = { queries: table(['a', '5'], 4), candidates: table(['10', '20', '30'], 4) }
  const [judged] = groupsByRow(collected, apart)
  assert.deepEqual([judged!.query, judged!.pool], [1, [2, 0, 1]])
  assert.equal(featuresOf(apart).width, 4)
  assert.deepEqual(judged!.sequences, [
    { picks: [1, 0], verdict: { ...verdict, beamScore: -0.1 } },
    { picks: [2], verdict: null },
  ])
  // For a selector that can stop, a shorter sequence ends with STOP, the pool's size.
  assert.deepEqual(
    groupsByRow(collected, apart, 2)[0]!.sequences.map(({ picks }) => picks),
    [
      [1, 0],
      [2, 3],
    ],
  )
  const index = table(['30', '20', '10', '5'], 4)
  const [one] = groupsByRow(collected, { queries: index, candidates: index })
  assert.deepEqual([one!.query, one!.pool], [3, [0, 2, 1]])
  const without = table(['5', '10'], 4)
  refused(
    () => groupsByRow(collected, { queries: without, candidates: without }),
    /demonstration 30 of query 5 has no embedding/,
  )
  refused(() => featuresOf({ queries: without, candidates: table(['5'], 3) }), /4 numbers a row/)
})

const given = { data: ['a.json'], embeddings: 'e.safetensors' }

test('settings lie over the file, the file over the defaults, and stages come out of them', () => {
  const file = { rce: { epochs: 7, scale: 'rank' }, stages: ['supervised', 'rce', 'grpo'] }
  const config = resolveTrainingConfig([
    file,
    given,
    settingLayer('rce.epochs=9'),
    settingLayer('grpo.freeze=backbone'),
  ])
  const [supervised, rce, grpo] = configuredStages(config)
  assert.equal(supervised!.method, 'supervised')
  assert.ok(rce!.method === 'rce' && rce!.epochs === 9 && rce!.scale === 'rank' && rce!.firstTemperature === 2)
  assert.ok(grpo!.method === 'grpo' && grpo!.freeze === 'backbone' && grpo!.groups === 'given')
  assert.deepEqual(resolveTrainingConfig([config as unknown as JsonObject]), config)
})

test('a collection stands for its files, and for whom to ask about fresh samples', () => {
  const config = resolveTrainingConfig([
    { collection: 'runs/c' },
    settingLayer('grpo.groups=fresh'),
    settingLayer('grpo.rounds=3'),
  ])
  assert.deepEqual(config.data, [join('runs/c', 'sequences.json')])
  assert.equal(config.embeddings, join('runs/c', 'embeddings.safetensors'))
  const grpo = configuredStages(config).at(-1)!
  assert.ok(grpo.method === 'grpo' && grpo.groups === 'fresh' && grpo.rounds === 3)
})

test('every kind of selector can be configured', () => {
  const sizes = { inputWidth: 64, rows: 500, maxShots: 2 }
  const kindOf = (...settings: string[]) =>
    configuredArchitecture(resolveTrainingConfig([given, ...settings.map(settingLayer)]), sizes)
  const options = ['selector.queryUpdate=gru', 'selector.stepEmbeddings=4', 'selector.stopAfter=1', 'selector.layers=3']
  const pointer = kindOf(...options)
  assert.ok(pointer.kind === 'pointer' && pointer.layers === 3 && pointer.queryUpdate === 'gru')
  assert.deepEqual(pointer.stop, { leastShots: 1 })
  assert.equal(kindOf('selector.kind=bi-encoder').kind, 'bi-encoder')
  const language = kindOf('selector.kind=language-model', 'selector.heads=4')
  assert.ok(language.kind === 'language-model' && language.indexRows === 500)
  refused(() => kindOf('selector.heads=3'), /3 heads, which do not divide/)
})

test('wrong keys and values are named, with the nearest known key', () => {
  const resolve =
    (...settings: string[]) =>
    () =>
      resolveTrainingConfig([given, ...settings.map(settingLayer)])
  assert.throws(
    resolve('rce.epoch=3'),
    (error) => error instanceof BatonError && error.hint === 'Did you mean rce.epochs?',
  )
  refused(resolve('rce.epochs=0'), /rce\.epochs must be a whole number >= 1 \(got 0\)/)
  refused(resolve('groups.reward=best'), /groups\.reward must be one of .*got "best"/)
  refused(resolve('stages=rce, grop'), /stages must be a list of .*got "rce, grop"/)
  refused(resolve('run.name=a b'), /run\.name must be a run name/)
  refused(resolve('selector=big'), /selector must be a section/)
  refused(() => resolveTrainingConfig([]), /needs --collection, or --data and --embeddings/)
  refused(resolve('grpo.groups=fresh'), /needs a collection/)
  refused(() => settingLayer('rce.epochs'), /is not of the form key=value/)
})
