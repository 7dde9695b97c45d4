import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Problem, ProblemType } from '../../core/problem.ts'
import { createPythonAnalyzer } from '../../python/analysis/index.ts'
import { operators, operatorsFor } from '../contract/index.ts'
import { validateProgram } from '../validate/index.ts'
import { briefPrompt } from './brief-prompt.ts'
import { operatorLine, promptExamples } from './generation-prompt.ts'
import { generationPrompt, systemPrompt } from './index.ts'

const analyzer = await createPythonAnalyzer()
const types: readonly ProblemType[] = ['math', 'code', 'qa']
const problem = (question: string, type: ProblemType = 'math'): Problem => ({
  id: 'p1',
  type,
  source: 'test',
  question,
  answer: '1',
  difficulty: 1,
})

test('every example in every prompt passes the validator without a finding', () => {
  for (const type of types)
    for (const { title, program } of promptExamples(type)) {
      assert.deepEqual(validateProgram(program, type, { analyzer }).findings, [], `${type}: ${title}`)
      assert.ok(systemPrompt(type).includes(program))
    }
})

test('the prompt lists the operators of its type and no others', () => {
  for (const type of types) {
    const listed = systemPrompt(type)
    for (const operator of operators)
      assert.equal(listed.includes(`- ${operatorLine(operator)}`), operatorsFor(type).includes(operator), operator.name)
  }
  assert.match(systemPrompt('math'), /do not use [\w, ]*Test/)
  assert.doesNotMatch(systemPrompt('code'), /do not use [\w, ]*Test/)
})

test('the full prompt holds the problem, and never the reference answer', () => {
  const messages = generationPrompt({ ...problem('What is it?'), answer: 'secret-reference', context: 'A passage.' })
  const text = JSON.stringify(messages)
  assert.ok(text.includes('What is it?') && text.includes('A passage.'))
  assert.ok(!text.includes('secret-reference'))
})

test('the simple contract and the form of a plan are asked for by name', () => {
  const simple = systemPrompt('code', { contract: 'simple' })
  assert.deepEqual(
    [...simple.matchAll(/^- (\w+)\(/gm)].map((match) => match[1]),
    ['Programmer', 'Test'],
  )
  assert.match(simple, /do not use Custom, AnswerGenerate/)
  const messages = generationPrompt(problem('What is it?'), { form: 'plan' })
  assert.match(String(messages[0]?.content), /one JSON object[\s\S]*"candidates"/)
  assert.match(String(messages[1]?.content), /JSON object alone/)
})

test('the brief prompt ends with the type, holds one line of question and keeps its length', () => {
  assert.equal(briefPrompt(problem('How  many\n apples?'), 100), 'How many apples?\n### math\n')
  assert.equal(briefPrompt(problem('How many apples?', 'qa'), 14), 'How ma\n### qa\n')
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom(...types),
      fc.integer({ min: 12, max: 80 }),
      (question, type, maxChars) => {
        const text = briefPrompt(problem(question, type), maxChars)
        assert.ok(text.length <= maxChars)
        assert.ok(text.endsWith(`\n### ${type}\n`))
        assert.equal(text.split('\n').length, 3)
      },
    ),
  )
  assert.throws(() => briefPrompt(problem('x'), 3), RangeError)
})
