import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem } from '../problem.ts'
import type { HealthFinding } from './findings.ts'
import { type ProblemSplit, setUpFindings } from './set-up.ts'

const problem = (id: string, question: string): Problem => ({
  id,
  type: 'math',
  source: 'test',
  question,
  answer: '1',
  difficulty: 1,
})
const questions = (from: number, count: number): Problem[] =>
  Array.from({ length: count }, (_, i) => problem(`p${from + i}`, `What is ${from + i} + 1?`))
const split = (name: string, problems: readonly Problem[], isShipped = true): ProblemSplit => ({
  name,
  path: `${name}.jsonl`,
  isShipped,
  problems,
})
const found = (train: ProblemSplit, measured: ProblemSplit[], problemsPerStep = 4): HealthFinding[] =>
  setUpFindings({ train, measured, problemsPerStep })

test('problems of another kind and enough of them are no finding', () => {
  assert.deepEqual(found(split('train', questions(0, 20)), [split('validation', questions(20, 10))]), [])
})

test('problems that are measured on and trained on are found by their text, whatever their ids and their case', () => {
  const validation = [problem('x', 'what is 3 + 1 ?'), ...questions(20, 9)]
  const [finding] = found(split('train', questions(0, 20)), [split('validation', validation)])
  assert.equal(finding?.code, 'shared-problems')
  assert.deepEqual(finding?.facts, { shared: 1, measured: 10, splits: ['validation'] })
})

test('the same file given twice shares every problem; measuring on the training problems is meant', () => {
  const all = questions(0, 20)
  const [finding] = found(split('train', all), [split('validation', all)])
  assert.deepEqual(finding?.facts, { shared: 20, measured: 20, splits: ['validation'] })
  assert.deepEqual(found(split('train', all), [split('train', all)]), [])
})

test('own training problems measured on the shipped ones are found, and say both files', () => {
  const own = split('train', questions(0, 20), false)
  const [finding] = found(own, [split('validation', questions(20, 10))])
  assert.equal(finding?.code, 'validation-default')
  assert.deepEqual(finding?.facts, { train: 'train.jsonl', measured: ['validation.jsonl'] })
  assert.deepEqual(found(own, [split('validation', questions(20, 10), false)]), [])
})

test('one training problem is a warning, fewer than a step takes a note; the same text twice is one', () => {
  const held = [split('validation', questions(20, 10))]
  const one = found(split('train', [...questions(0, 1), problem('again', 'What is 0 + 1?')]), held)
  assert.deepEqual(
    one.map(({ code, level, facts }) => [code, level, facts]),
    [['few-training-problems', 'warning', { problems: 1, problemsPerStep: 4 }]],
  )
  assert.deepEqual(
    found(split('train', questions(0, 3)), held).map(({ level }) => level),
    ['note'],
  )
})
