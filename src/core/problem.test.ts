import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Problem, problemText } from './problem.ts'

const problem: Problem = {
  id: '1',
  type: 'math',
  source: 'synth/sum',
  question: 'What is 1 + 1?',
  answer: '2',
  difficulty: 1,
}

test('a problem without a context is its question', () => {
  assert.equal(problemText(problem), 'What is 1 + 1?')
})

test('a context comes before the question', () => {
  const text = problemText({ ...problem, type: 'qa', context: 'Ada owns a cat.', question: 'Who owns a cat?' })
  assert.equal(text, 'Context: Ada owns a cat.\n\nQuestion: Who owns a cat?')
})

test('the text never holds the answer or the hidden tests', () => {
  const text = problemText({ ...problem, answer: 'SECRET', hiddenTests: ['assert f(1) == SECRET'], context: 'c' })
  assert.ok(!text.includes('SECRET'))
})
