import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import { accuracyTable, collapseTable, methodDifference } from './accuracy-table.ts'
import { compareEvaluations } from './compare-evaluations.ts'
import { readEvaluation, type StoredEvaluation } from './evaluation-files.ts'
import type { EvaluatedQuestion } from './evaluation-record.ts'
import { segmentsOf } from './segments.ts'

const identity = {
  questionsHash: 'a'.repeat(64),
  questionCount: 60,
  profileHash: 'b'.repeat(64),
  profileName: 'plain',
  poolHash: 'c'.repeat(64),
  model: 'simulator',
}

/** 60 questions on 30 images; `right(i)` says which are answered right. */
function rowsOf(method: string, shots: number, right: (i: number) => boolean | null): EvaluatedQuestion[] {
  return Array.from({ length: 60 }, (_, i): EvaluatedQuestion => {
    const score = right(i)
    return {
      method,
      shots,
      questionId: `q${i}`,
      imageId: `i${Math.floor(i / 2)}`,
      demonstrations: Array.from({ length: shots }, (_unused, j) => `d${i}-${j}`),
      prediction: score === null ? null : 'red',
      score: score === null ? null : score ? 1 : 0,
    }
  })
}

function evaluation(rows: readonly EvaluatedQuestion[], other: Partial<typeof identity> = {}): StoredEvaluation {
  return { folder: 'runs/x', identity: { ...identity, ...other }, method: 'learned', rows }
}

test('evaluations whose questions, profile, pool or model differ are refused, naming what differs', () => {
  const rows = rowsOf('learned', 2, () => true)
  for (const [key, name] of [
    ['questionsHash', /questions \(60 questions, aaaaaaaaaaaa against/],
    ['profileHash', /evaluation profile/],
    ['poolHash', /pool/],
    ['model', /answering model \(simulator against zzz\)/],
  ] as const) {
    assert.throws(
      () => compareEvaluations(evaluation(rows), evaluation(rows, { [key]: 'zzz' })),
      (error) => error instanceof BatonError && error.exitCode === 2 && name.test(error.message),
    )
  }
})

test('a gain is found by number of shots, clustered by image, and failures are left out and counted', () => {
  const a = [...rowsOf('learned', 1, (i) => i % 2 === 0), ...rowsOf('learned', 2, (i) => (i === 5 ? null : i % 3 > 0))]
  const b = [...rowsOf('learned', 1, (i) => i % 2 === 0), ...rowsOf('learned', 2, (i) => i % 3 > 1)]
  const { rows, leftOut } = compareEvaluations(evaluation(a), evaluation(b))
  assert.deepEqual(
    rows.map(({ shots, n, clusters }) => [shots, n, clusters]),
    [
      [1, 60, 30],
      [2, 59, 30],
    ],
  )
  assert.deepEqual(leftOut, [0, 1])
  assert.deepEqual([rows[0]?.difference, rows[0]?.mcNemar], [0, 1])
  assert.ok((rows[1]?.low ?? 0) > 0.1 && rows[1]?.onlyB === 0 && rows[1].onlyA === 20)
  assert.equal(rows[1]?.mcNemarHolm, 2 * (rows[1]?.mcNemar ?? 0))
})

test('an unknown method and evaluations without a number of shots in common are refused with what there is', () => {
  const one = evaluation(rowsOf('learned', 1, () => true))
  const two = evaluation(rowsOf('learned', 2, () => true))
  assert.throws(() => compareEvaluations(one, two), /1 shots.*2/)
  assert.throws(
    () => compareEvaluations(one, one, { methodA: 'similr' }),
    (error) => error instanceof BatonError && /learned/.test(error.hint ?? ''),
  )
})

test('the table has a cell for each method, number of shots and segment, and says what failed', () => {
  const rows = [...rowsOf('zero-shot', 0, () => false), ...rowsOf('learned', 2, (i) => (i < 3 ? null : true))]
  const cells = accuracyTable(rows, segmentsOf(60, [20]))
  assert.equal(cells.length, 2 * 4)
  assert.deepEqual(
    cells.filter(({ method }) => method === 'learned').map(({ accuracy, failed }) => [accuracy?.trials, failed]),
    [
      [17, 3],
      [57, 3],
      [17, 3],
      [40, 0],
    ],
  )
  const difference = methodDifference(rows, { method: 'learned', baseline: 'zero-shot', key: ['test'] })
  assert.equal(difference?.byShots[0]?.difference, 1)
  assert.equal(methodDifference(rows, { method: 'learned', baseline: 'nobody', key: ['test'] }), null)
})

test('collapse is judged by what stands next to the question, and only where demonstrations were shown', () => {
  const same = rowsOf('learned', 2, () => true).map((row, i) => ({ ...row, demonstrations: [`x${i}`, 'favourite'] }))
  const table = collapseTable(
    [...rowsOf('zero-shot', 0, () => true), ...same, ...rowsOf('similar', 2, () => true)],
    'similar',
  )
  assert.deepEqual(
    table.map(({ method, collapse }) => [method, collapse.warnings]),
    [
      ['learned', ['one-favourite']],
      ['similar', []],
    ],
  )
})

test('a folder without an evaluation and a torn line are told with the place', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evaluation-'))
  try {
    assert.throws(() => readEvaluation(folder), /no finished evaluation/)
    writeFileSync(join(folder, 'evaluation.json'), JSON.stringify({ version: 1, identity, method: 'learned' }))
    const [row] = rowsOf('learned', 2, () => true)
    writeFileSync(join(folder, 'questions.jsonl'), `${JSON.stringify(row)}\n{"method": "lea`)
    assert.throws(() => readEvaluation(folder), /questions.jsonl, line 2/)
    writeFileSync(join(folder, 'questions.jsonl'), `${JSON.stringify(row)}\n`)
    assert.deepEqual(readEvaluation(folder).rows, [row])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
