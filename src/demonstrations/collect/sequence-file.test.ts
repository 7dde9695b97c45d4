import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pictureQuestions } from '../../simulation/pictures/index.ts'
import { createSimulatedModel } from '../../simulation/server/simulated-model.ts'
import { createAnswerer, defaultProfile, hashProfile } from '../answering/index.ts'
import { hashPools, indexQuestions } from '../data/index.ts'
import { samplePools } from '../samplers/index.ts'
import type { SequenceData } from '../schema.ts'
import { collectSequences, defaultPlan } from './collect-sequences.ts'
import { encodeSequences, readSequences } from './sequence-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-sequences-'))
after(() => rmSync(folder, { recursive: true }))

const { index: questions } = pictureQuestions({ seed: 2, index: 30, heldOut: 0 })
const index = indexQuestions(questions)
const queries = questions.slice(0, 5)
const pools = samplePools(queries, index, { sampler: 'random', size: 8, seed: 1 })
const answerer = createAnswerer({ model: createSimulatedModel() }, defaultProfile)
const plan = { ...defaultPlan, similar: 0 }
const groups = await collectSequences({ queries, pools, index, answerer, plan, concurrency: 4 })
const [firstGroup] = groups
const data: SequenceData = {
  schemaVersion: 4,
  indexSpace: 'local',
  model: 'simulator',
  profile: defaultProfile,
  profileHash: hashProfile(defaultProfile),
  poolHash: hashPools(pools),
  indexHash: index.hash,
  groups: groups.map((group, i) =>
    i > 0
      ? group
      : {
          ...group,
          candidates: group.candidates.map((one, k) => (k > 0 ? one : { ...one, verdict: null, failure: 'timeout' })),
        },
  ),
}

function file(content: unknown): string {
  const path = join(folder, 'sequences.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const text = encodeSequences(data)
type Loose = { [key: string]: never } & {
  pointer_candidates: { [key: string]: unknown }[]
  candidate_pool_ids: string[]
}
const changed = (change: (parsed: Record<string, Loose>, first: Loose) => void): string => {
  const parsed = JSON.parse(text) as Record<string, Loose>
  change(parsed, parsed[queries[0]?.id ?? ''] as Loose)
  return file(parsed)
}

test('what is written is read back the same, failures included', () => {
  assert.deepEqual(readSequences(file(text)), data)
})

test('files whose query ids are numbers are read in any order with the same hash', () => {
  const numbered = data.groups.map((group, i): SequenceData['groups'][number] => {
    const id = String(50 - i)
    const renamed = samplePools([{ ...(questions[29] as (typeof questions)[number]), id }], index, {
      sampler: 'random',
      size: 8,
      seed: i,
    })[0]
    return { ...group, query: { ...group.query, id }, pool: renamed as NonNullable<typeof renamed> }
  })
  const written = encodeSequences({ ...data, poolHash: hashPools(numbered.map(({ pool }) => pool)), groups: numbered })
  assert.deepEqual(
    readSequences(file(written)).groups.map(({ query }) => query.id),
    ['46', '47', '48', '49', '50'],
  )
})

test('a file that was changed by hand is refused with what does not fit', () => {
  const refused = (change: Parameters<typeof changed>[0], words: RegExp) =>
    assert.throws(() => readSequences(changed(change)), { message: words })
  const set = (candidate: Loose['pointer_candidates'][number] | undefined, name: string, value: unknown) => {
    if (candidate !== undefined) candidate[name] = value
  }
  refused(
    (_, first) => set(first.pointer_candidates[1], 'pointer', [0, 8]),
    /pointer 8 is not a position in a pool of 8/,
  )
  refused((_, first) => set(first.pointer_candidates[1], 'pointer', [3, 3]), /repeats a pointer/)
  refused((_, first) => set(first.pointer_candidates[1], 'pointer_ids', ['x', 'y']), /do not belong together/)
  refused((_, first) => set(first.pointer_candidates[1], 'gen_method', 'magic'), /gen_method/)
  refused((_, first) => first.pointer_candidates.push(first.pointer_candidates[1] ?? {}), /twice/)
  refused((_, first) => first.candidate_pool_ids.reverse(), /do not belong together/)
  refused((_, first) => first.candidate_pool_ids.splice(0, 1, queries[0]?.id ?? ''), /own pool/)
  refused((parsed) => Reflect.set(parsed['_meta'] ?? {}, 'profileHash', '0'), /profile/)
  refused((parsed) => Reflect.set(parsed['_meta'] ?? {}, 'schemaVersion', 5), /schema is 5/)
  refused((parsed) => Reflect.set(parsed['_meta'] ?? {}, 'indexSpace', 'global'), /indexSpace/)
  assert.throws(() => readSequences(file('[]')), { code: 'sequence-file' })
  assert.throws(() => readSequences(file('{"_meta": ')), { code: 'not-json' })
})

const judged = { vqa_pred_answer: 'sea', vqa_correct: 1, vqa_acc_score: 0.6, vqa_eval_mode: 'file' }

test('the oldest layout: pointers are rows of the index, in prompt order, and the pool is what the query names', () => {
  const old = {
    '3': {
      pointer_candidates: [
        { pointer: [7, 5], gen_method: 'beam', beam_rank: 0, beam_score: 0.4, logprob_score: -2, ...judged },
        { pointer: [5, 7], gen_method: 'sample', temperature: 1.3, ...judged, vqa_correct: 0, vqa_acc_score: 0 },
        { pointer: [5, 7], gen_method: 'random', ...judged },
        { pointer: [9, 5], gen_method: 'random', vqa_eval_mode: 'fallback', vqa_correct: 1, vqa_acc_score: 0.5 },
      ],
    },
  }
  const { groups: read, profileHash } = readSequences(file(old), { index })
  assert.equal(profileHash, null)
  assert.equal(read[0]?.query.id, questions[3]?.id)
  assert.equal(read[0]?.query.question, questions[3]?.question)
  assert.deepEqual(
    read[0]?.pool.ids,
    [5, 7, 9].map((row) => questions[row]?.id),
  )
  assert.deepEqual(
    read[0]?.candidates.map(({ picks, source }) => [picks, source]),
    [
      [[0, 1], 'beam'],
      [[1, 0], 'sample'],
      [[0, 2], 'random'],
    ],
  )
  assert.deepEqual(read[0]?.candidates[2]?.verdict?.usedFallback, true)
  assert.deepEqual(readSequences(file(old)).groups[0]?.pool.ids, ['row-5', 'row-7', 'row-9'])
  assert.throws(
    () => readSequences(file({ '3': { pointer_candidates: [{ pointer: [99, 1], gen_method: 'beam' }] } }), { index }),
    {
      code: 'row-outside-index',
    },
  )
})

test('the second layout: rows of the index with their places in an untold pool; failures told apart', () => {
  const old = {
    _meta: { created_at: '2025-12-16', vqa_model: 'qwen2.5_vl_3B' },
    '3': {
      query: { query_id: 3, question_id: 305, image_id: 30, question: 'What?', gt_answers_raw: ['a', { answer: 'b' }] },
      pointer_candidates: [
        { pointer: [7, 5], pointer_pos: [70, 50], gen_method: 'retrieval', ...judged, vqa_rel_score: 0.5 },
        {
          pointer: [5, 9],
          pointer_pos: [50, 90],
          gen_method: 'beam',
          vqa_correct: 0,
          vqa_acc_score: 0,
          eval_failed: true,
        },
      ],
    },
  }
  const read = readSequences(file(old))
  assert.equal(read.model, 'qwen2.5_vl_3B')
  assert.deepEqual([read.groups[0]?.query.question, read.groups[0]?.query.answers], ['What?', ['a', 'b']])
  assert.deepEqual(
    read.groups[0]?.candidates.map(({ picks, verdict, failure }) => [picks, verdict?.accuracy ?? null, failure]),
    [
      [[0, 1], 0.6, null],
      [[2, 0], null, 'unknown'],
    ],
  )
})

test('the third layout: places in a told pool, checked against the rows', () => {
  const old = (pointerGlobal: number[]) => ({
    '3': {
      candidate_pool_ids: [20, 10, 25],
      pointer_candidates: [{ pointer: [2, 0], pointer_global: pointerGlobal, gen_method: 'beam', ...judged }],
    },
  })
  const read = readSequences(file(old([25, 20])), { index })
  assert.deepEqual(
    read.groups[0]?.pool.ids,
    [20, 10, 25].map((row) => questions[row]?.id),
  )
  assert.deepEqual(read.groups[0]?.candidates[0]?.picks, [0, 2])
  assert.throws(() => readSequences(file(old([20, 25])), { index }), { code: 'pointer-outside-pool' })
})

test('a collection of a sequence has the same bytes each time', async () => {
  const again = await collectSequences({ queries, pools, index, answerer, plan, concurrency: 1 })
  assert.deepEqual(again[0], firstGroup)
})
