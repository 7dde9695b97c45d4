import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import type { NormalisationProfile } from './normalise-answer.ts'
import { rebuildAnswers } from './rebuild-answers.ts'
import { accuracyOfMatches, vqaAccuracy } from './vqa-accuracy.ts'

const folder = join(import.meta.dirname, '../../../../shared/data/okvqa')
const skip = existsSync(folder) ? false : 'the OKVQA files are not there'

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T
}

interface Label {
  readonly question_id: number
  readonly label: Readonly<Record<string, number>>
}

test('a soft label that ten answers of five people cannot give is refused', () => {
  assert.deepEqual(rebuildAnswers({ vine: 1, ivy: 0.667, ficus: 0.667 }), [
    ...Array.from({ length: 6 }, () => 'vine'),
    'ivy',
    'ivy',
    'ficus',
    'ficus',
  ])
  for (const label of [{}, { red: 0.3 }, { red: 1, blue: 1, green: 1 }]) {
    assert.throws(() => rebuildAnswers(label), BatonError)
  }
})

test('the ten answers of all OKVQA questions are rebuilt, and each answer scores as its label says', { skip }, () => {
  for (const [file, count] of [
    ['labels-val.json', 5046],
    ['labels-train.json', 9009],
  ] as const) {
    const labels = read<Label[]>(file)
    assert.equal(labels.length, count)
    for (const { label } of labels) {
      const answers = rebuildAnswers(label)
      assert.equal(answers.length, 10)
      for (const [answer, score] of Object.entries(label)) {
        const copies = answers.filter((other) => other === answer).length
        assert.ok(copies % 2 === 0 && copies > 0)
        assert.equal(accuracyOfMatches(copies, 10), score === 1 ? 1 : 0.6)
      }
    }
  }
})

test('the published predictions score 47.11 and 48.39 as written, and more under each other profile', { skip }, () => {
  const answers = new Map(read<Label[]>('labels-val.json').map((row) => [row.question_id, rebuildAnswers(row.label)]))
  const accuracy = (file: string, profile: NormalisationProfile): string => {
    const rows = read<{ question_id: number; answer: string }[]>(file)
    assert.equal(rows.length, 5046)
    const scores = rows.map((row) => vqaAccuracy(row.answer, answers.get(row.question_id) ?? [], profile))
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
    return (100 * mean).toFixed(2)
  }
  const vinvl = 'predictions-gpt3-vinvl.json'
  const tagged = 'predictions-gpt3-vinvltag.json'
  assert.deepEqual([accuracy(vinvl, 'exact'), accuracy(tagged, 'exact')], ['47.11', '48.39'])
  assert.deepEqual([accuracy(vinvl, 'official'), accuracy(tagged, 'official')], ['47.16', '48.48'])
  assert.deepEqual([accuracy(vinvl, 'always'), accuracy(tagged, 'always')], ['47.16', '48.48'])
  assert.deepEqual([accuracy(vinvl, 'okvqa-stemmed'), accuracy(tagged, 'okvqa-stemmed')], ['50.62', '51.89'])
})
