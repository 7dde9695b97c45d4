import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Problem, ProblemType } from '../../core/problem.ts'
import { createPythonAnalyzer } from '../../python/analysis/index.ts'
import { operators, operatorsFor } from '../contract/index.ts'
import { fallbackProgram } from '../programs/index.ts'
import { type FindingKind, validateProgram } from '../validate/index.ts'
import { briefPrompt, generationPrompt, operatorLine, promptExamples, rulesFor, systemPrompt } from './index.ts'

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
      assert.deepEqual(validateProgram(program, type, analyzer).findings, [], `${type}: ${title}`)
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

/** For each kind a program that breaks the rule, made from the good one. */
const good = fallbackProgram('math')
const answerLine = 'answer = await self.answer_generate(input=problem)'
const broken: Readonly<Record<string, string>> = {
  'no-class': good.replace('class Workflow', 'class Flow'),
  'missing-method': good.replace('__call__', 'run'),
  'leaked-code': `${good}print(Workflow)\n`,
  'syntax-error': good.replace('(input=problem)', '(input=problem'),
  'wrong-signature': good.replace(', entry_point=None', ', test'),
  'not-async': good.replace('async def', 'def'),
  'llm-not-made': good.replace(/ {8}self.llm = .*\n/, ''),
  'operator-not-made': good.replace(/ {8}self.answer_generate = .*\n/, ''),
  'operator-without-llm': good.replace('AnswerGenerate(self.llm)', 'AnswerGenerate(llm_config)'),
  'misspelt-name': good.replace('AnswerGenerate(self.llm)', 'AnswerGenerate(self.lll)'),
  'unknown-attribute': good.replace('(input=problem)', '(input=self.question + problem)'),
  'unknown-operator': good.replace('operator.AnswerGenerate', 'operator.Debate'),
  'unknown-argument': good.replace('(input=problem)', '(input=problem, style="short")'),
  'missing-argument': good.replace('(input=problem)', '()'),
  'missing-await': good.replace('await self', 'self'),
  'unknown-key': good.replace('answer["answer"]', 'answer["response"]'),
  'missing-return': good.replace(/return .*/, 'pass'),
  'missing-cost': good.replace(/return (.*?), .*/, 'return $1'),
  'unknown-llm-attribute': good.replace('get_usage_summary()["total_cost"]', 'total_price'),
  'maybe-unbound': good.replace(answerLine, `if problem:\n            ${answerLine}`),
  'undefined-name': good.replace('(input=problem)', '(input=hint)'),
  'dynamic-code': good.replace('(input=problem)', '(input=eval(problem))'),
  'forbidden-import': `import numpy\n${good}`,
  'shadowed-name': `import operator\n${good}`,
  'operator-not-allowed': good
    .replace('AnswerGenerate(self.llm)', 'AnswerGenerate(self.llm)\n        self.test = operator.Test(self.llm)')
    .replace(answerLine, `${answerLine}\n        await self.test(problem=problem, solution=problem, entry_point="f")`),
}

test('a program that breaks a rule of the prompt gets the finding the rule stands for', () => {
  const announced = new Set(types.flatMap((type) => rulesFor(type).flatMap((rule) => rule.findings)))
  for (const kind of announced) {
    const program = broken[kind]
    assert.ok(program !== undefined && program !== good, `no broken program for ${kind}`)
    const kinds = validateProgram(program, 'math', analyzer).findings.map((finding) => finding.kind)
    assert.ok(kinds.includes(kind), `${kind} not found, but ${kinds.join(', ')}`)
  }
})

test('no finding that counts goes unannounced', () => {
  const announced = new Set<FindingKind>(rulesFor('math').flatMap((rule) => rule.findings))
  for (const program of Object.values(broken))
    for (const finding of validateProgram(program, 'math', analyzer).findings)
      if (finding.severity !== 'note') assert.ok(announced.has(finding.kind), finding.kind)
})

test('the full prompt holds the problem, and never the reference answer', () => {
  const messages = generationPrompt({ ...problem('What is it?'), answer: 'secret-reference', context: 'A passage.' })
  const text = JSON.stringify(messages)
  assert.ok(text.includes('What is it?') && text.includes('A passage.'))
  assert.ok(!text.includes('secret-reference'))
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
