import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { rebuildAnswers } from '../metric/rebuild-answers.ts'
import type { Question } from '../schema.ts'
import { compareEvaluations } from './compare-evaluations.ts'
import { predictionsIdentity, questionsHash, scorePredictions } from './score-predictions.ts'

const folder = join(import.meta.dirname, '../../../../shared/data/okvqa')
const skip = existsSync(folder) ? false : 'the OKVQA files are not there'

function question(id: string, answers: readonly string[], imageId = id): Question {
  const text = `what is ${id}?`
  return { id, imageId, question: text, answers, shownAnswer: answers[0] ?? '', split: 'val', image: null, kind: null }
}

const questions = [question('1', ['red', 'red', 'red', 'red']), question('2', ['a dog', 'a dog', 'cat', 'dog'])]
const options = { what: 'p.json', method: 'other', profile: 'always' } as const

test('a missing answer scores 0 and is counted, an answer to no question is counted', () => {
  const text = JSON.stringify([
    { question_id: 2, answer: 'The dog.' },
    { question_id: 99, answer: 'x' },
  ])
  const { rows, missing, unknown } = scorePredictions(questions, { text, ...options })
  assert.deepEqual(
    rows.map(({ questionId, score }) => [questionId, score]),
    [
      ['1', 0],
      ['2', 0.75 * (2 / 3) + 0.25],
    ],
  )
  assert.deepEqual([missing, unknown], [1, 1])
})

test('damaged, foreign and doubled predictions are refused', () => {
  for (const [text, pattern] of [
    ['[{', /no JSON/],
    ['{"answers": []}', /no list of predictions/],
    ['[{"question_id": 7, "answer": "x"}]', /answers none of the 2 questions/],
    ['[{"question_id": 1, "answer": "x"}, {"question_id": "1", "answer": "y"}]', /question 1 twice/],
  ] as const) {
    assert.throws(() => scorePredictions(questions, { text, ...options }), pattern)
  }
})

test('the hash of the questions changes with a text, an answer or the order', () => {
  const [first, second] = questions as [Question, Question]
  const hash = questionsHash(questions)
  assert.equal(questionsHash([{ ...first }, second]), hash)
  for (const other of [
    [second, first],
    [{ ...first, question: 'other' }, second],
    [{ ...first, answers: ['blue'] }, second],
  ]) {
    assert.notEqual(questionsHash(other), hash)
  }
})

test('the published pair of predictions differs by 1.28 points on all 5,046 questions, clustered by image', {
  skip,
}, () => {
  const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T
  const labels = read<{ question_id: number; img_id: string; label: Record<string, number> }[]>('labels-val.json')
  const all = labels.map((row) => question(String(row.question_id), rebuildAnswers(row.label), row.img_id))
  const evaluation = (name: string) => ({
    folder: name,
    identity: predictionsIdentity(all, 'exact'),
    method: 'predictions',
    rows: scorePredictions(all, {
      text: readFileSync(join(folder, `predictions-gpt3-${name}.json`), 'utf8'),
      what: name,
      method: 'predictions',
      profile: 'exact',
    }).rows,
  })
  const [row] = compareEvaluations(evaluation('vinvltag'), evaluation('vinvl')).rows
  assert.ok(row !== undefined)
  const { difference, low, high, n, clusters, standardError } = row
  assert.deepEqual([n, clusters, row.onlyA, row.onlyB], [5046, 5033, 394, 332])
  assert.equal((100 * difference).toFixed(2), '1.28')
  assert.ok(Math.abs(low - 0.0034) < 0.0008 && Math.abs(high - 0.0217) < 0.0012, `${low} ${high}`)
  assert.equal((standardError * Math.sqrt(n)).toFixed(2), '0.34')
  assert.equal(row.mcNemar.toFixed(3), '0.024')
})
