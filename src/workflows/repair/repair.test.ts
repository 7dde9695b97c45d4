import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { randomFor } from '../../core/random.ts'
import { createPythonAnalyzer } from '../../python/analysis/index.ts'
import { fallbackProgram, type Plan, writeProgram } from '../programs/index.ts'
import { randomPlan } from '../programs/testing/random-plan.ts'
import { validateProgram } from '../validate/index.ts'
import { type RepairedProgram, repairProgram } from './index.ts'

const analyzer = await createPythonAnalyzer()
const plan: Plan = [
  { kind: 'generate', generator: { operator: 'AnswerGenerate', key: 'answer' }, times: 1 },
  { kind: 'revise' },
]
const good = writeProgram(plan)

function repaired(code: string): RepairedProgram {
  return repairProgram(code, validateProgram(code, 'math', { analyzer }), analyzer)
}

function changed(from: string | RegExp, to: string): string {
  const code = good.replace(from, to)
  assert.notEqual(code, good, String(from))
  return code
}

/** Repairs `code`, wants it valid with repairs of the given kinds, and gives the lines that changed. */
function mended(code: string, ...kinds: string[]): string {
  const result = repaired(code)
  const rest = result.validation.findings.filter(({ severity }) => severity === 'error')
  assert.deepEqual(rest, [], result.code)
  assert.deepEqual([...new Set(result.repairs.map(({ kind }) => kind))].sort(), [...kinds].sort())
  const before = new Set(code.split('\n'))
  return result.code
    .split('\n')
    .filter((line) => !before.has(line))
    .map((line) => line.trim())
    .join('\n')
}

test('parameters are added, renamed, reordered and given defaults, what they were called stays known', () => {
  const signature = '(self, problem, entry_point=None)'
  const call = (parameters: string): string => mended(changed(signature, parameters), 'signature')
  assert.equal(call('(self, problem: str)'), 'async def __call__(self, problem: str, entry_point=None):')
  assert.equal(
    call('(self, problem: str, entry_point: str, test: str)'),
    'async def __call__(self, problem: str, entry_point: str = None, test: str = None):',
  )
  assert.equal(call('(problem)'), 'async def __call__(self, problem, entry_point=None):')
  assert.equal(call('(self, entry_point, problem)'), 'async def __call__(self, problem, entry_point=None):')
  assert.equal(call('(self, problem, *, entry_point)'), 'async def __call__(self, problem, entry_point=None):')
  assert.equal(
    call('(self, problem, extra, **options)'),
    'async def __call__(self, problem, entry_point=None, extra=None, **options):',
  )
  const renamed = good.replace(signature, '(self, question)').replaceAll('=problem', '=question')
  assert.equal(mended(renamed, 'signature'), 'async def __call__(self, problem, entry_point=None):\nquestion = problem')
  const init = '(self, name, llm_config, dataset)'
  assert.equal(
    mended(changed(init, '(self, config, problem)').replace('instance(llm_config)', 'instance(config)'), 'signature'),
    'def __init__(self, name, llm_config, dataset, problem=None):\nconfig = llm_config',
  )
})

test('what a program forgot is made: the method, the llm, the operator, async, await, cost, arguments, imports', () => {
  assert.equal(mended(changed(/ +self.review = .*\n/, ''), 'make-operator'), 'self.review = operator.Review(self.llm)')
  assert.equal(mended(changed(/ +self.llm = .*\n/, ''), 'make-llm'), 'self.llm = create_llm_instance(llm_config)')
  assert.match(mended(changed(/ +def __init__[\s\S]*?(?= +async)/, ''), 'add-method', 'make-operator'), /def __init__/)
  assert.match(mended(changed('Review(self.llm)', 'Review()'), 'make-operator'), /operator\.Review\(self\.llm\)/)
  assert.match(mended(changed('async def', 'def'), 'make-async'), /async def __call__/)
  assert.match(mended(changed('await self.review', 'self.review'), 'await'), /= await self\.review/)
  assert.match(
    mended(
      changed('await self.answer_generate(input=problem)', 'self.answer_generate(input=problem)["answer"]').replace(
        'answer["answer"]',
        'answer',
      ),
      'await',
    ),
    /answer = \(await self\.answer_generate\(input=problem\)\)\["answer"\]/,
  )
  const cost = 'return revised["solution"], self.llm.get_usage_summary()["total_cost"]'
  assert.equal(mended(changed(cost, 'return revised["solution"]'), 'cost'), cost)
  assert.equal(mended(changed(cost, 'return (revised["solution"],)'), 'cost'), cost)
  assert.match(mended(changed('(input=problem)', '()'), 'argument'), /answer_generate\(input=problem\)/)
  assert.match(mended(changed('review(problem=problem, ', 'review('), 'argument'), /feedback|problem=problem\)/)
  assert.equal(
    mended(changed('answer = ', 'problem = re.sub("a", "b", problem)\n        answer = '), 'import'),
    'import re',
  )
})

test('slips of spelling are undone', () => {
  assert.equal(
    mended(changed('Revise(self.llm)', 'Revise(self.lll)'), 'rename'),
    'self.revise = operator.Revise(self.llm)',
  )
  assert.equal(
    mended(changed('instance(llm_config)', 'instance(ll_config)'), 'rename'),
    'self.llm = create_llm_instance(llm_config)',
  )
  assert.match(mended(changed('await self.review(', 'await self.reveiw('), 'rename'), /await self\.review\(/)
  assert.match(mended(changed('operator.Review(', 'operator.Reviews('), 'rename'), /operator\.Review\(/)
  assert.match(
    mended(changed('get_usage_summary()["total_cost"]', 'get_usd_cost()'), 'rename'),
    /get_usage_summary\(\)\["total_cost"\]$/,
  )
  assert.match(
    mended(changed('operator.Review(', 'Review('), 'rename').concat('operator.Review('),
    /operator\.Review\(/,
  )
})

test('an operator called on the llm is called on self, and made where that comes to light', () => {
  const code = changed('await self.answer_generate', 'await self.llm.answer_generate').replace(
    / +self.answer_generate = .*\n/,
    '',
  )
  assert.match(mended(code, 'rename', 'make-operator'), /self\.answer_generate = operator\.AnswerGenerate\(self\.llm\)/)
})

test('a variable that a branch leaves without value gets one before the branch', () => {
  const revise = /( +)revised = (.*)\n/.exec(good)!
  const code = good.replace(revise[0], `        if not review["review_result"]:\n            revised = ${revise[2]}\n`)
  const result = repaired(code)
  assert.equal(result.validation.isValid, true)
  assert.match(result.code, /\n {8}revised = \{"solution": ""\}\n {8}if not review/)
  assert.deepEqual(
    result.repairs.map(({ kind, line, before, after, finding }) => ({ kind, line, before, after, finding })),
    [
      {
        kind: 'initialise',
        line: code.slice(0, code.indexOf('if not review')).split('\n').length,
        before: '        if not review["review_result"]:',
        after: '        revised = {"solution": ""}\n        if not review["review_result"]:',
        finding: 'maybe-unbound',
      },
    ],
  )
})

test('text and statements around the class are dropped', () => {
  assert.equal(repaired(`${good}\nThis workflow reviews its answer.\n`).code.trim(), good.trim())
  assert.equal(repaired(`${good}\nimport asyncio\nasyncio.run(Workflow("a", {}, "b")("c"))\n`).validation.isValid, true)
  assert.equal(repaired(`import operator\n${good}`).code, good)
})

test('eval of a value reads it as data, and keeps the penalty of what was written; exec stays as it is', () => {
  const code = changed('input=problem', 'input=eval(problem)')
  assert.match(mended(code, 'import', 'literal-eval'), /import ast[\s\S]*input=ast\.literal_eval\(problem\)/)
  assert.equal(validateProgram(code, 'math', { analyzer }).findings[0]?.severity, 'violation')
  const dynamic = changed('answer = ', 'exec(problem)\n        answer = ')
  assert.deepEqual(repaired(dynamic), {
    code: dynamic,
    repairs: [],
    validation: validateProgram(dynamic, 'math', { analyzer }),
  })
})

test('what cannot be mended without guessing is left as it is', () => {
  for (const code of ['', 'x = 1\n', 'class Workflow:\n', good.slice(0, 300)]) {
    const result = repaired(code)
    assert.equal(result.validation.isValid, false)
    assert.deepEqual(validateProgram(result.code, 'math', { analyzer }), result.validation)
  }
})

/** Ways to spoil a canonical program that repair undoes. */
const spoilers: readonly ((code: string) => string)[] = [
  (code) => code.replace(', entry_point=None', ''),
  (code) => code.replace('problem, entry_point=None', 'problem: str, entry_point, test'),
  (code) => code.replace(/ {8}self\.\w+ = operator\..*\n/, ''),
  (code) => code.replace('(self.llm)\n', '(self.lm)\n'),
  (code) => code.replace(' await ', ' '),
  (code) => code.replace('async def', 'def'),
  (code) => code.replace(/, self\.llm\.get_usage.*/, ''),
  (code) => code.replace(/ {8}self\.llm = .*\n/, ''),
  (code) => code.replace('create_llm_instance', 'create_llm_instanse'),
  (code) => `${code}\nIn short: it works well.\n`,
]

test('a valid program comes back unchanged, a spoilt one valid with the same operators; twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.integer(), fc.subarray([...spoilers]), (seed, chosen) => {
      const program = writeProgram(randomPlan(randomFor('repair', seed)))
      assert.deepEqual(repaired(program), {
        code: program,
        repairs: [],
        validation: validateProgram(program, 'math', { analyzer }),
      })
      const spoilt = chosen.reduce((code, spoil) => spoil(code), program)
      const result = repaired(spoilt)
      assert.ok(
        result.validation.isValid,
        `${spoilt}\n---\n${result.code}\n${JSON.stringify(result.validation.findings)}`,
      )
      assert.deepEqual(result.validation.operators, validateProgram(program, 'math', { analyzer }).operators)
      assert.deepEqual(repaired(result.code).repairs, [])
    }),
    { numRuns: 150 },
  )
})

test('any text is repaired without a crash, and never made worse', () => {
  const errors = (code: string): number =>
    validateProgram(code, 'math', { analyzer }).findings.filter(({ severity }) => severity === 'error').length
  const base = fallbackProgram('math')
  fc.assert(
    fc.property(fc.nat(base.length), fc.nat(base.length), fc.string(), (from, to, noise) => {
      const code = base.slice(0, from) + noise + base.slice(to)
      const result = repaired(code)
      assert.ok(errors(result.code) <= errors(code))
      if (result.validation.isValid) assert.deepEqual(repaired(result.code).repairs, [])
    }),
    { numRuns: 150 },
  )
})
