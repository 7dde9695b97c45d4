import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ruleOf } from '../../core/grammar.ts'
import type { ProblemType } from '../../core/problem.ts'
import { type Rng, randomFor } from '../../core/random.ts'
import { createPythonAnalyzer } from '../../python/analysis/index.ts'
import { contractNames, operatorsFor } from '../contract/index.ts'
import { parseCompletion } from '../parse/index.ts'
import { baselineProgram, baselines, enumeratePlans, fallbackProgram, writeProgram } from '../programs/index.ts'
import { promptExamples } from '../prompt/generation-prompt.ts'
import { validateProgram } from '../validate/index.ts'
import { type Grammar, gbnfOf, planGrammar, programGrammar, regexOf, type Syntax } from './index.ts'
import { createGbnfMatcher } from './testing/gbnf-matcher.ts'

const analyzer = await createPythonAnalyzer()
const types: readonly ProblemType[] = ['math', 'code', 'qa']
const languages = contractNames.flatMap((contract) =>
  types.map((type) => {
    const grammar = programGrammar(type, contract)
    return { contract, type, grammar, isGbnf: createGbnfMatcher(gbnfOf(grammar)), regex: regexOf(grammar) }
  }),
)

/** A random text of the grammar. */
function randomText(grammar: Grammar, rng: Rng): string {
  const write = (syntax: Syntax): string => {
    switch (syntax.kind) {
      case 'text':
        return syntax.text
      case 'characters':
        return rng.pick(
          [...'123456789 n"\\#é漢{}%\'\u2028\u200B<[`😀\t'].filter((one) =>
            new RegExp(`^[${syntax.set}]$`, 'u').test(one),
          ),
        )
      case 'rule':
        return write(ruleOf(grammar, syntax.name))
      case 'sequence':
        return syntax.parts.map(write).join('')
      case 'choice':
        return write(rng.pick(syntax.parts))
      case 'repeat': {
        const more = Math.min(syntax.max ?? 12, 12) - syntax.min
        return Array.from({ length: syntax.min + Math.floor(rng.next() * (more + 1)) }, () => write(syntax.part)).join(
          '',
        )
      }
    }
  }
  return write(ruleOf(grammar, 'root'))
}

for (const { contract, type, grammar, isGbnf, regex } of languages)
  test(`every random text of the ${contract} ${type} grammar is a valid program, by GBNF and by regular expression`, () => {
    const whole = new RegExp(`^(?:${regex})$`, 'u')
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const program = randomText(grammar, randomFor('grammar', contract, type, seed))
        const parsed = parseCompletion(program, type)
        assert.ok(parsed.kind === 'program' && parsed.code === program, program)
        const found = validateProgram(program, type, { analyzer, contract }).findings
        assert.deepEqual(
          found.filter(({ kind }) => kind !== 'operator-unused'),
          [],
          program,
        )
        assert.ok(isGbnf(program), program)
        assert.ok(whole.test(program), program)
      }),
      { numRuns: 60 },
    )
  })

test('every enumerated plan, example, baseline and fallback is a text of its grammar', () => {
  for (const { contract, type, isGbnf, regex } of languages) {
    const whole = new RegExp(`^(?:${regex})$`, 'u')
    const plans = contract === 'full' ? enumeratePlans(type).map(writeProgram) : []
    const fixed = contract === 'full' ? baselines.map(({ name }) => baselineProgram(name, type)) : []
    const examples = promptExamples(type, contract).map(({ program }) => program)
    const programs = [...plans, ...fixed, ...examples, fallbackProgram(type)].filter((program) => program !== null)
    assert.ok(programs.length >= 2)
    for (const program of programs) {
      assert.ok(isGbnf(program), `${contract} ${type}\n${program}`)
      assert.ok(whole.test(program))
    }
  }
})

test('the grammar has no text with an operator of another contract, a wrong key, or an operator never made', () => {
  for (const { contract, type, isGbnf } of languages) {
    const program = fallbackProgram(type)
    assert.ok(isGbnf(program))
    for (const [from, to] of [
      [/\["\w+"\]/, '["reply"]'],
      [/ {8}self\.(answer_generate|programmer) = .*\n/, ''],
      ['await ', ''],
      ['class Workflow', 'class Flow'],
      [/, self\.llm\.get.*/, ''],
      ['return', '    return'],
      [/\n$/, ''],
    ] as const) {
      const wrong = program.replace(from, to)
      assert.ok(wrong !== program && !isGbnf(wrong), `${contract} ${type}\n${wrong}`)
    }
    const names = operatorsFor(type, contract).map(({ name }) => name)
    for (const plan of enumeratePlans('code').map(writeProgram)) {
      const used = [...plan.matchAll(/operator\.(\w+)\(/g)].map((match) => match[1] as string)
      if (!used.every((name) => names.includes(name))) assert.ok(!isGbnf(plan), plan)
    }
  }
})

test('every text of the plan grammars is a plan whose program has no finding', () => {
  for (const contract of contractNames)
    for (const type of types) {
      const grammar = planGrammar(type, contract)
      const isGbnf = createGbnfMatcher(gbnfOf(grammar))
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const written = randomText(grammar, randomFor('plan', contract, type, seed))
          const parsed = parseCompletion(written, type)
          assert.ok(parsed.kind === 'program', written)
          assert.deepEqual(validateProgram(parsed.code, type, { analyzer, contract }).findings, [], written)
          assert.ok(isGbnf(written), written)
        }),
        { numRuns: 40 },
      )
    }
})
