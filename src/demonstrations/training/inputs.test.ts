import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import type { Embeddings } from '../schema.ts'
import { featuresOf, judgedGroups } from './from-collected.ts'
import { parseSequences } from './sequence-input.ts'
import { configuredArchitecture, configuredStages, resolveTrainingConfig, settingLayer } from './training-config.ts'

const candidate = { pointer: [1, 0], vqa_correct: 1, vqa_acc_score: 0.6, vqa_eval_mode: 'vqaEval' }
const group = { candidate_pool_ids: [30, 10, 20], pointer_candidates: [candidate] }

const fileOf = (groups: Record<string, Json>, meta: Json = { schemaVersion: 4, indexSpace: 'local' }): string =>
  JSON.stringify({ _meta: meta, ...groups })

function refused(work: () => unknown, pattern: RegExp): void {
  assert.throws(work, (error) => error instanceof BatonError && error.hint !== undefined && pattern.test(error.message))
}

test('local and global pointers of the same sequence are read as the same picks', () => {
  const local = parseSequences(fileOf({ 5: group }), 'a.json')
  const global = { ...group, pointer_candidates: [{ ...candidate, pointer: [10, 30] }] }
  assert.deepEqual(parseSequences(fileOf({ 5: global }, { indexSpace: 'global' }), 'b.json').groups, local.groups)
  assert.deepEqual(local.groups[0]!.sequences[0]!.picks, [1, 0])
})

test('a verdict is read whole, a failure is no verdict, and the fallback is marked', () => {
  const candidates = [
    { ...candidate, vqa_gt_prob: 0.25, vqa_rel_score: 0.5, beam_score: -0.1 },
    { ...candidate, eval_failed: true },
    { pointer: [2, 1], vqa_eval_mode: 'error' },
    { ...candidate, vqa_correct: 0, vqa_acc_score: 0, vqa_eval_mode: 'fallback' },
  ]
  const { groups, profileHash } = parseSequences(
    fileOf({ 5: { ...group, pointer_candidates: candidates } }, { profileHash: 'sha256:ab' }),
    'a.json',
  )
  assert.equal(profileHash, 'sha256:ab')
  assert.deepEqual(
    groups[0]!.sequences.map(({ verdict }) => verdict),
    [
      {
        isCorrect: true,
        accuracy: 0.6,
        referenceProbability: 0.25,
        likeness: 0.5,
        beamScore: -0.1,
        usedFallback: false,
      },
      null,
      null,
      {
        isCorrect: false,
        accuracy: 0,
        referenceProbability: null,
        likeness: null,
        beamScore: null,
        usedFallback: true,
      },
    ],
  )
})

test('what could be misread is refused: no pool, the query in its own pool, pointers outside it, scores out of range', () => {
  const withGroup = (change: JsonObject): string => fileOf({ 5: { ...group, ...change } })
  const withCandidate = (change: JsonObject): string => withGroup({ pointer_candidates: [{ ...candidate, ...change }] })
  const read = (text: string) => () => parseSequences(text, 'a.json')
  refused(read('{"5": '), /is not JSON/)
  refused(read(fileOf({})), /has no queries/)
  refused(read(fileOf({ 5: group }, { indexSpace: 'rows' })), /indexSpace is "rows"/)
  refused(read(fileOf({ 5: { pointer_candidates: [candidate] } })), /query 5 has no candidate_pool_ids/)
  refused(read(fileOf({ 10: group })), /query 10 is in its own pool/)
  refused(read(withGroup({ candidate_pool_ids: [10, 20, 10] })), /twice in its pool/)
  refused(read(withCandidate({ pointer: [0, 3] })), /sequence 1: pointer 3 is no position in its pool of 3/)
  refused(read(withCandidate({ pointer_global: [20, 30] })), /name different demonstrations/)
  refused(read(withCandidate({ vqa_acc_score: 60 })), /vqa_acc_score 60/)
})

const table = (ids: readonly string[], width: number): Embeddings => ({
  ids,
  width,
  rows: new Float32Array(ids.length * width),
  source: `${width} numbers`,
})

test('rows of embeddings are found by id; queries may be rows of the index', () => {
  const input = parseSequences(fileOf({ 5: group }), 'a.json')
  const apart = { queries: table(['a', '5'], 4), candidates: table(['10', '20', '30'], 4) }
  const [judged] = judgedGroups(input, apart)
  assert.deepEqual([judged!.query, judged!.pool], [1, [2, 0, 1]])
  assert.equal(featuresOf(apart).width, 4)
  const index = table(['30', '20', '10', '5'], 4)
  const [one] = judgedGroups(input, { queries: index, candidates: index })
  assert.deepEqual([one!.query, one!.pool], [3, [0, 2, 1]])
  const without = table(['5', '10'], 4)
  refused(
    () => judgedGroups(input, { queries: without, candidates: without }),
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
  refused(resolve('rce.epochs=0'), /rce\.epochs is 0/)
  refused(resolve('groups.reward=best'), /groups\.reward is "best"/)
  refused(resolve('selector=big'), /selector is "big"/)
  refused(() => resolveTrainingConfig([]), /needs --data and --embeddings/)
  refused(() => settingLayer('rce.epochs'), /is not key=value/)
})
