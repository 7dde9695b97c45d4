import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
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
