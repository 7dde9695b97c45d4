import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultConfig } from '../../config/testing/default-config.ts'
import type { ProblemType } from '../../core/problem.ts'
import {
  keyMeantBy,
  mainKey,
  operatorJson,
  operatorMeantBy,
  operatorNamed,
  operatorOfAttribute,
  operatorSignatures,
  operators,
  operatorsFor,
  workflowClass,
} from './index.ts'

test('the operators have the calls and return keys of the AFlow contract', () => {
  const shape = operators.map(
    ({ name, attribute, parameters, returns }) =>
      `${attribute} ${name}(${parameters
        .filter((parameter) => !parameter.isIgnored)
        .map((parameter) => parameter.name + (parameter.isRequired ? '' : '?'))
        .join(', ')}) ${returns.map(({ key }) => key).join(' ')}`,
  )
  assert.deepEqual(shape, [
    'custom Custom(input, instruction) response',
    'answer_generate AnswerGenerate(input) thought answer',
    'custom_code_generate CustomCodeGenerate(problem, entry_point, instruction) response',
    'programmer Programmer(problem, analysis?) code output',
    'test Test(problem, solution, entry_point, test_loop?) result solution',
    'review Review(problem, solution) review_result feedback',
    'revise Revise(problem, solution, feedback) solution',
    'sc_ensemble ScEnsemble(solutions, problem?) response',
    'md_ensemble MdEnsemble(solutions, problem?, vote_count?) solution',
    'format Format(problem, solution) solution response',
  ])
})

test('names and attributes are unique, required parameters come first, penalties are not rewards', () => {
  assert.equal(new Set(operators.map(({ name }) => name)).size, operators.length)
  assert.equal(new Set(operators.map(({ attribute }) => attribute)).size, operators.length)
  for (const { name, attribute, parameters, violationPenalty, problemTypes, cost } of operators) {
    assert.equal(operatorNamed(name), operatorOfAttribute(attribute))
    const firstOptional = parameters.findIndex((parameter) => !parameter.isRequired)
    assert.ok(firstOptional < 0 || parameters.slice(firstOptional).every((parameter) => !parameter.isRequired), name)
    assert.ok(violationPenalty <= 0)
    assert.ok(violationPenalty < 0 || problemTypes.length === 3, `${name} may be used wrongly at no cost`)
    assert.ok(cost.minCalls <= cost.maxCalls)
  }
})

test('the penalty of an operator used for another type is what the rewards take by default for a broken rule', () => {
  const penalties = operators.map(({ violationPenalty }) => violationPenalty).filter((penalty) => penalty < 0)
  assert.deepEqual([...new Set(penalties)], [defaultConfig().rewards.violation])
})

test('the simple contract offers a few operators for each type', () => {
  const names = (type: ProblemType) => operatorsFor(type, 'simple').map(({ name }) => name)
  assert.deepEqual(names('math'), ['AnswerGenerate', 'Programmer', 'Review', 'Revise'])
  assert.deepEqual(names('code'), ['Programmer', 'Test'])
  assert.deepEqual(names('qa'), ['AnswerGenerate', 'Review'])
})

test('operator.json tells of each operator its call and its keys, as an AFlow workspace does', () => {
  const { Review, Test } = operatorJson('code')
  assert.equal(
    Review?.interface,
    "review(problem: str, solution: str) -> dict with key 'review_result' of type bool, key 'feedback' of type str",
  )
  assert.match(Test?.interface ?? '', /test_loop: int = None\) -> dict with key 'result' of type bool/)
  assert.equal(operatorJson('math')['Test'], undefined)
})

test('what a name can be meant for is an operator or a key of the contract', () => {
  assert.equal(operatorMeantBy('self_refine')?.name, 'Revise')
  assert.equal(operatorMeantBy('debate'), undefined)
  const programmer = operatorNamed('Programmer')
  assert.ok(programmer !== undefined)
  assert.equal(mainKey(programmer, 'code'), 'code')
  assert.equal(mainKey(programmer, 'math'), 'output')
  assert.equal(keyMeantBy('final_answer', programmer, 'math'), 'output')
  assert.equal(keyMeantBy('score', programmer, 'math'), undefined)
})

test('Test and CustomCodeGenerate are for code alone', () => {
  assert.deepEqual(operatorNamed('Test')?.problemTypes, ['code'])
  assert.deepEqual(operatorNamed('CustomCodeGenerate')?.problemTypes, ['code'])
  assert.ok(!operatorsFor('math').some(({ name }) => name === 'Test'))
  assert.equal(operatorsFor('code').length, operators.length)
})

test('the sandbox gets every operator with its parameters in order', () => {
  assert.deepEqual(
    operatorSignatures
      .find(({ name }) => name === 'Test')
      ?.parameters.map(({ name, isRequired }) => [name, isRequired]),
    [
      ['problem', true],
      ['solution', true],
      ['entry_point', true],
      ['test_loop', false],
      ['mode', false],
    ],
  )
  assert.equal(operatorSignatures.length, operators.length)
})

test('the class is called with a problem and an optional entry point', () => {
  assert.deepEqual(workflowClass.call, [
    { name: 'problem', defaultValue: null },
    { name: 'entry_point', defaultValue: 'None' },
  ])
})
