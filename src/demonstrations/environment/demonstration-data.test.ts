import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import {
  createPickTokenizer,
  encodeSelector,
  initialParameters,
  pointerArchitecture,
  type SelectorArchitecture,
} from '../../engines/pointer/index.ts'
import type { JudgedProblem } from '../../training/index.ts'
import type { CollectedGroup } from '../schema.ts'
import { configuredArchitecture, type DemonstrationData, loadDemonstrations } from './demonstration-data.ts'
import {
  type ToyFiles,
  type ToySettings,
  toyConfig,
  toyGroup,
  toyGroups,
  toySequence,
  toyVerdict,
  writeToyFiles,
} from './testing/toy-demonstrations.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-demonstrations-'))
after(() => rmSync(root, { recursive: true }))
let folders = 0

function written(files: ToyFiles = {}): string {
  const folder = join(root, `${++folders}`)
  writeToyFiles(folder, files)
  return folder
}

const all = { heldOutShare: 0 }

function loaded(files: ToyFiles, settings: ToySettings = {}): DemonstrationData {
  return loadDemonstrations(toyConfig(written(files), { demonstrations: all, ...settings }))
}

function refused(work: () => unknown, code: string, pattern: RegExp): void {
  assert.throws(work, (error) => {
    assert.ok(error instanceof BatonError && error.hint !== undefined && error.exitCode === 2, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, pattern)
    return true
  })
}

const pool = ['20', '21', '22']
const right = toyVerdict(true)
const wrong = toyVerdict(false)
const groups: CollectedGroup[] = [
  toyGroup('0', pool, [toySequence([1, 0], right), toySequence([2], wrong), toySequence([0, 1], null)]),
]

test('sequences become attempts: picks as tokens in pick order, rewards by the formula, failures without a score', () => {
  const { train, tables, pools, datasets } = loaded({ groups })
  const tokenizer = createPickTokenizer(tables)
  const [{ problem, attempts }] = train as [JudgedProblem]
  assert.deepEqual([problem.id, problem.type, problem.question, problem.answer], ['0', 'vqa', 'is it 0?', 'yes'])
  assert.deepEqual(
    attempts.map(({ completion: { tokens, stopReason } }) => [tokenizer.decode(tokens), stopReason]),
    [
      ['21 20', 'length'],
      ['22', 'length'],
      ['20 21', 'length'],
    ],
  )
  assert.deepEqual(
    attempts.map(({ outcome: { score } }) => (score.kind === 'scored' ? score.reward : score.kind)),
    [2, 0, 'unscorable'],
  )
  assert.equal(attempts[2]!.outcome.failures[0]!.code, 'timeout')
  assert.deepEqual(pools.get('0'), pool)
  assert.deepEqual(
    Object.entries(datasets).map(([name, { rows }]) => [name, rows]),
    [
      ['embeddings', 40],
      ['sequences 1', 1],
    ],
  )
})

test('for a selector that can stop, shorter sequences end with STOP; the longest do not', () => {
  const { train, checkpoint, tables } = loaded({ groups }, { pointer: { stopAfter: 1 }, demonstrations: all })
  assert.ok(checkpoint.architecture.kind === 'pointer' && checkpoint.architecture.stop !== null)
  const stop = createPickTokenizer(tables).endOfTextId
  assert.deepEqual(
    train[0]!.attempts.map(({ completion: { tokens, stopReason } }) => [
      tokens.length,
      tokens.at(-1) === stop,
      stopReason,
    ]),
    [
      [2, false, 'length'],
      [2, true, 'stop'],
      [2, false, 'length'],
    ],
  )
})

test('held-out questions are the same whatever else is in the file, and others with another seed', () => {
  const many = toyGroups(20)
  const heldOut = (some: readonly CollectedGroup[], seed: number): string[] => {
    const data = loadDemonstrations({ ...toyConfig(written({ groups: some })), seed })
    assert.equal(data.train.length + data.heldOut.length, some.length)
    assert.equal(
      data.train.some(({ problem: { id } }) => data.heldOut.some((other) => other.problem.id === id)),
      false,
    )
    return data.heldOut.map(({ problem: { id } }) => id)
  }
  const whole = heldOut(many, 3)
  assert.ok(whole.length > 0 && whole.length < 12, `${whole}`)
  assert.deepEqual(
    heldOut(many.slice(0, 10), 3),
    whole.filter((id) => Number(id) < 10),
  )
  assert.notDeepEqual(heldOut(many, 4), whole)
})

test('files of one profile are joined: a sequence that both have counts once, with its verdict', () => {
  const first = written({ groups })
  const again = toyGroup('0', pool, [
    toySequence([0, 1], right),
    toySequence([1, 0], wrong),
    toySequence([2, 1], wrong),
  ])
  const second = written({ groups: [again, toyGroup('1', pool, [toySequence([0, 1], right)])] })
  const sequences = [first, second].map((folder) => join(folder, 'sequences.json'))
  const { train, tables, datasets } = loadDemonstrations(toyConfig(first, { demonstrations: { ...all, sequences } }))
  const { decode } = createPickTokenizer(tables)
  assert.deepEqual(
    train.map(({ problem, attempts }) => [problem.id, attempts.length]),
    [
      ['0', 4],
      ['1', 1],
    ],
  )
  assert.deepEqual(
    train[0]!.attempts.map(({ completion, outcome: { score } }) => [
      decode(completion.tokens),
      score.kind === 'scored' ? score.reward : score.kind,
    ]),
    [
      ['21 20', 2],
      ['22', 0],
      ['20 21', 2],
      ['22 21', 0],
    ],
  )
  assert.deepEqual(Object.keys(datasets), ['embeddings', 'sequences 1', 'sequences 2'])
  const otherPool = written({ groups: [toyGroup('0', ['30', '31'], [toySequence([0, 1], right)])] })
  const differing = [join(first, 'sequences.json'), join(otherPool, 'sequences.json')]
  const config = toyConfig(first, { demonstrations: { ...all, sequences: differing } })
  refused(() => loadDemonstrations(config), 'pools-differ', /question 0 has another pool/)
})

test('queries may have embeddings of their own; both must be of one width and have all that is asked for', () => {
  const folder = written({ groups })
  const own = (ids: readonly string[], width: number): string => {
    const other = written({ width })
    const path = join(other, 'embeddings.safetensors')
    writeFileSync(
      `${path}.ids.json`,
      JSON.stringify([...ids, ...Array.from({ length: 40 - ids.length }, (_, i) => `z${i}`)]),
    )
    return path
  }
  const withQueries = (queryEmbeddings: string) => () =>
    loadDemonstrations(toyConfig(folder, { demonstrations: { ...all, queryEmbeddings } }))
  const { tables, datasets } = withQueries(own(['0'], 12))()
  assert.notEqual(tables.queries, tables.candidates)
  assert.ok('query embeddings' in datasets)
  refused(withQueries(own(['0'], 8)), 'embedding-width', /has 8 numbers a row, .* has 12/)
  refused(withQueries(own(['7'], 12)), 'no-embedding', /query 0 has no embedding/)
  const foreign = [toyGroup('0', ['20', '99'], [toySequence([0, 1], right)])]
  refused(() => loaded({ groups: foreign }), 'no-embedding', /demonstration 99 of query 0 has no embedding/)
})

test('files of different profiles, and more picks than the smallest pool has, are refused', () => {
  const first = written({ groups })
  const other = written({ profileHash: 'another' })
  const sequences = [first, other].map((folder) => join(folder, 'sequences.json'))
  const mixed = toyConfig(first, { demonstrations: { ...all, sequences } })
  refused(() => loadDemonstrations(mixed), 'mixed-profiles', /different evaluation profiles/)
  const config = toyConfig(written({ groups: [...toyGroups(2), ...groups].slice(1) }))
  const four = { ...config, policy: { ...config.policy, maxCompletionTokens: 4 } }
  assert.throws(() => loadDemonstrations(four), { name: 'BatonError', exitCode: 2 })
})

test('a start checkpoint is taken with its architecture, and its content is part of the data', () => {
  const folder = written({ groups })
  const architecture = pointerArchitecture({ inputWidth: 12, hiddenWidth: 6, layers: 1, heads: 1, queryUpdate: 'gate' })
  const tensors = initialParameters(architecture, 9)
  const start = join(folder, 'start.safetensors')
  writeFileSync(start, encodeSelector({ architecture, tensors }))
  const { checkpoint, datasets } = loadDemonstrations(
    toyConfig(folder, { demonstrations: all, pointer: { start, hiddenWidth: 99 } }),
  )
  assert.deepEqual(checkpoint.architecture, architecture)
  assert.deepEqual([...checkpoint.tensors], [...tensors])
  assert.equal(datasets['start']!.path, start)
})

test('first weights come from the seed', () => {
  const folder = written({ groups })
  const weights = (seed: number): string =>
    [...loadDemonstrations({ ...toyConfig(folder), seed }).checkpoint.tensors.values()]
      .map(({ data }) => data.join())
      .join()
  assert.equal(weights(1), weights(1))
  assert.notEqual(weights(1), weights(2))
})

test('every kind of selector can be configured', () => {
  const kindOf = (pointer: object): SelectorArchitecture =>
    configuredArchitecture(toyConfig('', { pointer }).policy.pointer, { inputWidth: 64, rows: 500, maxShots: 2 })
  const pointer = kindOf({ queryUpdate: 'gru', stepEmbeddings: 4, stopAfter: 1, layers: 3 })
  assert.ok(pointer.kind === 'pointer' && pointer.layers === 3 && pointer.queryUpdate === 'gru')
  assert.deepEqual(pointer.stop, { leastShots: 1 })
  assert.equal(pointer.stepEmbeddings, 4)
  assert.equal(kindOf({ kind: 'bi-encoder' }).kind, 'bi-encoder')
  const language = kindOf({ kind: 'language-model', heads: 4 })
  assert.ok(language.kind === 'language-model' && language.indexRows === 500)
  assert.throws(() => kindOf({ heads: 3 }), { name: 'BatonError', message: /3 heads, which do not divide/ })
})

test('files without questions, and a share that leaves none to train on, are refused', () => {
  refused(() => loaded({ groups: [] }), 'no-questions', /hold no questions/)
  const folder = written({ groups: toyGroups(1) })
  const config = toyConfig(folder, { demonstrations: { heldOutShare: 0.9 } })
  refused(
    () => [1, 2, 3, 4, 5].map((seed) => loadDemonstrations({ ...config, seed })),
    'no-questions',
    /none of the 1 questions is left .* 0\.9/,
  )
})

test('a folder that is no collection, and files that are none, are refused', () => {
  const folder = written({ groups })
  const inputs = { sequences: [], embeddings: null, collection: folder }
  refused(() => loadDemonstrations(toyConfig(folder, { demonstrations: inputs })), 'input-file', /no config\.yaml/)
  const path = join(folder, 'sequences.json')
  assert.throws(() => loadDemonstrations(toyConfig(folder, { demonstrations: { embeddings: path } })), {
    name: 'BatonError',
    exitCode: 2,
  })
})
