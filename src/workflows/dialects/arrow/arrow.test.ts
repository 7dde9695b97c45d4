import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BatonError } from '../../../core/failure.ts'
import type { ProblemType } from '../../../core/problem.ts'
import { createPythonAnalyzer } from '../../../python/analysis/index.ts'
import { validateProgram } from '../../validate/index.ts'
import { arrowProgram, isArrow, parseArrow } from './index.ts'
import { operatorsIn, type Step } from './steps.ts'

const analyzer = await createPythonAnalyzer()
const types: readonly ProblemType[] = ['math', 'code', 'qa']
const example = 'Plan -> [Custom, Programmer] -> ScEnsemble -> Review ? Revise : done'

test('the example of the literature is a chain with a parallel and a branch', () => {
  const step = parseArrow(example)
  assert.equal(step.kind, 'chain')
  const kinds = step.kind === 'chain' ? step.steps.map(({ kind }) => kind) : []
  assert.deepEqual(kinds, ['operator', 'parallel', 'operator', 'branch'])
  assert.deepEqual(
    operatorsIn(step).map(({ name }) => name),
    ['Plan', 'Custom', 'Programmer', 'ScEnsemble', 'Review', 'Revise'],
  )
})

test('arrows, loops and wrappings are read in the forms they are written in', () => {
  for (const text of [
    'AnswerGenerate→Format',
    'AnswerGenerate => Format',
    '```\nAnswerGenerate -> Format\n```',
    'workflow: AnswerGenerate ->\n  Format',
    '<workflow>AnswerGenerate -> Format</workflow>',
    'AnswerGenerate() -> Format()',
    '(AnswerGenerate) -> Format  # the bare answer',
  ]) {
    assert.ok(isArrow(text), text)
    assert.deepEqual(
      operatorsIn(parseArrow(text)).map(({ name }) => name),
      ['AnswerGenerate', 'Format'],
      text,
    )
  }
  const loop = parseArrow('(Review -> Revise) * 3')
  assert.equal(loop.kind === 'loop' && loop.times, 3)
  const asked = parseArrow('Custom("Say \\"yes\\".\\nOnly that.") -> Format')
  assert.equal(operatorsIn(asked)[0]?.instruction, 'Say "yes".\nOnly that.')
})

test('Python and prose are not taken for the arrow language', () => {
  for (const text of [
    'def f(x) -> int:\n    return x',
    'class Workflow: ...',
    'I would revise it.',
    '',
    '{"candidates": []}',
  ])
    assert.ok(!isArrow(text), text)
})

test('a text that makes no sense is refused with its place', () => {
  for (const [text, pattern] of [
    ['AnswerGenerate ->', /an operator is missing \(at the end\)/],
    ['[AnswerGenerate, Custom -> ScEnsemble', /"\]" is missing/],
    ['AnswerGenerate * 0', /1 to 20 times/],
    ['AnswerGenerate * Custom', /1 to 20 times/],
    ['Review ? Revise', /":" is missing/],
    ['AnswerGenerate Custom', /"Custom" does not belong there/],
    ['AnswerGenerate -> %', /"%" means nothing here/],
    [`${'('.repeat(50)}AnswerGenerate`, /nested too deeply/],
    [Array.from({ length: 80 }, () => 'Custom').join(' -> '), /more than 64 steps/],
  ] as const)
    assert.throws(
      () => arrowProgram(text, 'math'),
      (error: unknown) => error instanceof BatonError && pattern.test(error.message),
      text,
    )
})

test('a step without what it works on, an unknown operator and a choice by nothing are refused by their class', () => {
  for (const [text, code] of [
    ['ScEnsemble -> AnswerGenerate', 'nothing-to-work-on'],
    ['Plan -> Review', 'nothing-to-work-on'],
    ['AnswerGenerate -> Debate', 'unknown-operator'],
    ['AnswerGenerate ? Revise : done', 'nothing-to-choose-by'],
  ] as const)
    assert.throws(
      () => arrowProgram(text, 'math'),
      (error: unknown) => error instanceof BatonError && error.code === code,
      text,
    )
})

test('`done` first means that the other branch is for faults, and ends the loop around it', () => {
  const [first, second] = ['Review ? Revise : done', 'Review ? done : Revise'].map((branch) =>
    arrowProgram(`AnswerGenerate -> (${branch}) * 2`, 'math'),
  )
  assert.equal(first, second)
  assert.match(first ?? '', /if is_right:\n\s+break\n\s+else:\n\s+result = await self\.revise/)
})

test('every workflow of the language is a valid program without findings but operators that the type does not allow', () => {
  const generator = fc.constantFrom(
    'AnswerGenerate',
    'Custom',
    'Programmer',
    'Plan',
    'CustomCodeGenerate',
    'Custom("Be brief.")',
  )
  const follower = fc.constantFrom(
    'Review',
    'Revise',
    'Test',
    'Format',
    'ScEnsemble',
    'MdEnsemble',
    'Review ? Revise : done',
    'Test ? done : (Review -> Revise)',
    '(Review ? Revise : done) * 3',
  )
  // A branch that is followed by something must make an answer, which Plan does not.
  const answering = generator.filter((name) => name !== 'Plan')
  const parallel = fc
    .tuple(answering, fc.array(generator, { minLength: 1, maxLength: 2 }))
    .map(([one, more]) => `[${[one, ...more].join(', ')}]`)
  const nested = fc.tuple(parallel, parallel).map(([a, b]) => `[${a} -> Format, ${b} * 2]`)
  const first = fc.oneof(parallel, nested, fc.constant('AnswerGenerate * 3'), fc.constant('Programmer'))
  const text = fc.tuple(fc.option(fc.constant('Plan')), first, fc.array(follower, { maxLength: 4 }))
  fc.assert(
    fc.property(text, fc.constantFrom(...types), ([plan, head, tail], type) => {
      const written = [...(plan === null ? [] : [plan]), `[AnswerGenerate, ${head}]`, ...tail].join(' -> ')
      const { findings } = validateProgram(arrowProgram(written, type), type, { analyzer })
      assert.deepEqual(
        findings.filter(({ kind }) => kind !== 'operator-not-allowed'),
        [],
        written,
      )
    }),
    { numRuns: 50 },
  )
})

test('any text is a workflow or a refusal, never a crash', () => {
  const piece = fc.constantFrom(
    'Custom',
    '->',
    '[',
    ']',
    '(',
    ')',
    '*',
    '3',
    '?',
    ':',
    ',',
    'done',
    '"x"',
    ' ',
    '\n',
    '%',
    '😀',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const text = pieces.join('')
      isArrow(text)
      try {
        const step: Step = parseArrow(text)
        assert.ok(step.kind.length > 0)
        arrowProgram(text, 'math')
      } catch (error) {
        assert.ok(error instanceof BatonError, String(error))
      }
    }),
  )
})
