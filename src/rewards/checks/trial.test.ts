import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem } from '../../core/problem.ts'
import { createJudge } from '../judge.ts'
import { createFakeChatModel } from '../testing/fake-chat-model.ts'
import { trialCases, trialVerdict, tryJudge } from './trial.ts'

const problem = (id: string, type: Problem['type'], answer: string): Problem => ({
  ...{ id, type, source: 't', difficulty: 1, question: `What is ${id}?`, answer },
})
const names = ['Ann', 'Bob', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gus', 'Hal']
const problems = [
  ...names.map((name, i) => problem(`q${i}`, 'qa', `${name} Smith-${name}`)),
  ...[3, 14, 15, 92].map((number) => problem(`m${number}`, 'math', String(number))),
  { ...problem('c', 'code', 'def f(): pass'), hiddenTests: ['assert f() is None'] },
]
const limits = { maxFalseTrueRate: 0.25, maxFalseFalseRate: 0.25 }

async function trial(reply: (prompt: string) => string) {
  const cases = trialCases(problems, { problems: 8, seed: 1 })
  const judge = createJudge({ model: createFakeChatModel(({ prompt }) => reply(prompt)), attempts: 1 })
  return tryJudge(judge, cases, {
    key: [1],
    signal: new AbortController().signal,
    each: (items, work) => Promise.all(items.map((item) => work(item))),
  })
}

test('cases are a right and a wrong answer a problem, never of code that has tests, the same for the same seed', () => {
  const cases = trialCases(problems, { problems: 8, seed: 1 })
  assert.equal(cases.length, 16)
  assert.deepEqual(cases, trialCases(problems, { problems: 8, seed: 1 }))
  for (const [i, { problem: own, label, prediction }] of cases.entries()) {
    assert.equal(label, i % 2 === 0)
    assert.equal(prediction.includes(own.answer), label, `${own.answer}: ${prediction}`)
    assert.notEqual(own.type, 'code')
  }
  assert.deepEqual(trialCases(problems, { problems: 0, seed: 1 }), [])
  assert.deepEqual(trialCases([problem('only', 'qa', 'Ann')], { problems: 8, seed: 1 }), [])
  const [, other] = trialCases([problem('only', 'math', '41')], { problems: 8, seed: 1 })
  assert.match(other?.prediction ?? '', /42/)
})

test('a judge that reads passes, one that is constant or often wrong does not, one that says nothing is not judged', async () => {
  const reads = (prompt: string): string => {
    const [, reference = '', response = ''] = /## Reference answer\n(.*)\n[\s\S]*## Response\n(.*)\n/.exec(prompt) ?? []
    return response.includes(reference) ? 'True' : 'False'
  }
  const good = await trial(reads)
  assert.deepEqual(good.right, { asked: 8, true: 8, false: 0, unscorable: 0 })
  assert.deepEqual(good.wrong, { asked: 8, true: 0, false: 8, unscorable: 0 })
  assert.equal(trialVerdict(good, limits), null)
  assert.equal(trialVerdict(await trial(() => 'True'), limits), 'constant')
  assert.equal(trialVerdict(await trial(() => 'False'), limits), 'constant')
  let asked = 0
  const lenient = await trial((prompt) => (reads(prompt) === 'True' || asked++ % 2 === 0 ? 'True' : 'False'))
  assert.equal(trialVerdict(lenient, limits), 'false-true')
  assert.equal(trialVerdict(lenient, { ...limits, maxFalseTrueRate: 0.5 }), null)
  asked = 0
  const strict = await trial((prompt) => (reads(prompt) === 'False' || asked++ % 2 === 0 ? 'False' : 'True'))
  assert.equal(trialVerdict(strict, limits), 'false-false')
  const silent = await trial(() => 'Hard to say.')
  assert.deepEqual(silent.right, { asked: 8, true: 0, false: 0, unscorable: 8 })
  assert.equal(trialVerdict(silent, limits), null)
})
