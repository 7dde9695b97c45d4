import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createPythonAnalyzer } from '../../python/analysis/index.ts'
import { type Finding, validateProgram } from './index.ts'

const analyzer = await createPythonAnalyzer()

/** Uses most of what published workflows use: a branch, a loop, a comprehension, gather, a helper, an import inside. */
const good = `from scripts.async_llm import create_llm_instance
import workspace.HumanEval.workflows.template.operator as operator

SOLVE_PROMPT = "Solve it."

class Workflow:
    def __init__(self, name: str, llm_config, dataset) -> None:
        self.name = name
        self.llm = create_llm_instance(llm_config)
        self.custom = operator.Custom(self.llm)
        self.programmer = operator.Programmer(self.llm)
        self.sc_ensemble = operator.ScEnsemble(self.llm)
        self.review = operator.Review(self.llm)
        self.revise = operator.Revise(self.llm)
        self.answer_generate = operator.AnswerGenerate(self.llm)

    async def __call__(self, problem: str, entry_point: str = None):
        import re
        r = await self.answer_generate(input=problem)
        thought = r.get("thought", "")
        p = await self.programmer(problem=problem, analysis=thought)
        solution = p['output']
        drafts = [c["response"] for c in await asyncio.gather(*[self.custom(input=problem, instruction=SOLVE_PROMPT) for _ in range(2)])]
        e = await self.sc_ensemble(solutions=[solution, *drafts], problem=problem)
        review = await self.review(problem=problem, solution=e['response'])
        if not review['review_result']:
            fixed = await self.revise(problem, e['response'], feedback=review['feedback'])
            final = fixed['solution']
        else:
            final = e['response']
        for attempt in range(2):
            if re.search(r"\\d", final):
                break
            final = await self.ask(problem)
        return final, self.llm.get_usage_summary()["total_cost"]

    async def ask(self, problem):
        reply = await self.custom(problem, "Answer with a number.\\n")
        return reply["response"]
`

const findingsOf = (code: string, type: 'math' | 'code' | 'qa' = 'code'): readonly Finding[] =>
  validateProgram(code, type, { analyzer }).findings
const kindsOf = (code: string): string[] => findingsOf(code).map((finding) => finding.kind)

/** `good` with a change; the change must change something. */
function changed(from: string | RegExp, to: string): string {
  const code = good.replace(from, to)
  assert.notEqual(code, good, String(from))
  return code
}

test('a good program has no findings, and its operators come in order with their loops', () => {
  const validation = validateProgram(good, 'code', { analyzer })
  assert.deepEqual(validation.findings, [])
  assert.equal(validation.isValid, true)
  assert.deepEqual(validation.operators, [
    { name: 'AnswerGenerate', inLoop: null },
    { name: 'Programmer', inLoop: null },
    { name: 'Custom', inLoop: 2 },
    { name: 'ScEnsemble', inLoop: null },
    { name: 'Review', inLoop: null },
    { name: 'Revise', inLoop: null },
    { name: 'Custom', inLoop: 2 },
  ])
})

test('thirteen ways to spoil it are all found', () => {
  const mutations: Readonly<Record<string, readonly [code: string, kind: string]>> = {
    'parameters without defaults': [
      changed('(self, problem: str, entry_point: str = None)', '(self, problem, code, entry_point=None, test=None)'),
      'wrong-signature',
    ],
    'unbound for want of an else': [changed('        else:\n', "        elif review['feedback']:\n"), 'maybe-unbound'],
    'unbound after an exception': [
      changed(
        "        solution = p['output']",
        "        try:\n            solution = p['output']\n        except KeyError:\n            pass",
      ),
      'maybe-unbound',
    ],
    'operator called on the llm': [
      changed('await self.answer_generate', 'await self.llm.answer_generate'),
      'unknown-llm-attribute',
    ],
    eval: [changed("solution = p['output']", "solution = eval(p['code'])"), 'dynamic-code'],
    'unknown operator': [changed('operator.Review', 'operator.Debate'), 'unknown-operator'],
    'missing await': [changed('r = await self', 'r = self'), 'missing-await'],
    'not async': [changed('async def __call__', 'def __call__'), 'not-async'],
    'a helper that is not there': [changed('await self.ask(', 'await self.request('), 'unknown-attribute'],
    'a comprehension variable outside': [changed("final = e['response']", "final = c['answer']"), 'undefined-name'],
    truncated: [good.slice(0, 1450), 'syntax-error'],
    'no class': ['def solve(problem):\n    return 1\n', 'no-class'],
    'a branch after characters beyond the basic plane': [
      changed('thought = r.get', '# 中文注释 😀\n        thought = r.get').replace(
        '        else:\n',
        '        elif True:\n',
      ),
      'maybe-unbound',
    ],
  }
  assert.equal(Object.keys(mutations).length, 13)
  for (const [name, [code, kind]] of Object.entries(mutations))
    assert.ok(kindsOf(code).includes(kind), `${name}: ${kindsOf(code).join(', ') || 'no finding'}`)
})

test('operators: never made, made without llm, misspelt, never used', () => {
  assert.deepEqual(kindsOf(changed(/ +self.review = .*\n/, '')), ['operator-not-made'])
  assert.deepEqual(kindsOf(changed('operator.Revise(self.llm)', 'operator.Revise()')), ['operator-without-llm'])
  assert.deepEqual(kindsOf(changed('operator.Revise(self.llm)', 'operator.Revise(self.lm)')), ['misspelt-name'])
  assert.deepEqual(
    kindsOf(changed('operator.Revise(self.llm)', 'operator.Revise(self.llm_config)')).includes('misspelt-name'),
    true,
  )
  assert.deepEqual(kindsOf(changed('await self.revise(', 'await self.revsie(')), ['operator-unused', 'misspelt-name'])
  const unused = findingsOf(
    changed("await self.revise(problem, e['response'], feedback=review['feedback'])", '{"solution": "x"}'),
  )
  assert.deepEqual(
    unused.map(({ kind, severity }) => [kind, severity]),
    [['operator-unused', 'note']],
  )
})

test('operators under other names and imported by name are known', () => {
  assert.deepEqual(kindsOf(good.replaceAll('self.review', 'self.judge')), [])
  const byName = good
    .replace(
      /^import workspace.*$/m,
      'from scripts.operators import Custom, Programmer, ScEnsemble, Review, Revise, AnswerGenerate',
    )
    .replaceAll('operator.', '')
  assert.deepEqual(kindsOf(byName), [])
  const aliased = good
    .replace('template.operator as operator', 'template.operator as op')
    .replaceAll(' operator.', ' op.')
  assert.deepEqual(kindsOf(aliased), [])
})

test('arguments: unknown, missing, too many, by position; a mode is taken', () => {
  assert.deepEqual(kindsOf(changed('analysis=thought', 'hint=thought')), ['unknown-argument'])
  assert.deepEqual(kindsOf(changed(", feedback=review['feedback'])", ')')), ['missing-argument'])
  assert.deepEqual(kindsOf(changed('"Answer with a number.\\n")', '"a", "b")')), ['unknown-argument'])
  assert.deepEqual(kindsOf(changed('(input=problem)', '(input=problem, mode="fast")')), [])
  assert.deepEqual(kindsOf(changed('(input=problem)', '(**{"input": problem})')), [])
})

test('a key that an operator does not return is an error when subscripted, a note when asked for', () => {
  assert.deepEqual(
    findingsOf(changed("p['output']", "p['answer']")).map(({ kind, severity }) => [kind, severity]),
    [['unknown-key', 'error']],
  )
  assert.deepEqual(
    findingsOf(changed('r.get("thought"', 'r.get("response"')).map(({ kind, severity }) => [kind, severity]),
    [['unknown-key', 'note']],
  )
})

test('a whole result handed on as text is noted', () => {
  assert.deepEqual(kindsOf(changed("problem=problem, solution=e['response']", 'problem=problem, solution=e')), [
    'result-as-text',
  ])
})

test('returns: none, no cost, cost from a helper or a variable', () => {
  const last = 'return final, self.llm.get_usage_summary()["total_cost"]'
  assert.deepEqual(kindsOf(changed(last, 'pass')), ['missing-return'])
  assert.deepEqual(kindsOf(changed(last, 'return final')), ['missing-cost'])
  assert.deepEqual(kindsOf(changed(last, 'return (final,)')), ['missing-cost'])
  assert.deepEqual(kindsOf(changed(last, 'result = final, 0.0\n        return result')), [])
  assert.deepEqual(kindsOf(changed(last, 'return await self.ask(problem)')), [])
  assert.deepEqual(
    findingsOf(changed(last, `if final:\n            ${last}`)).map(({ kind, severity }) => [kind, severity]),
    [['missing-return', 'note']],
  )
})

test('the llm: never made, misspelt where made or used, asked for what it has not', () => {
  assert.deepEqual(kindsOf(changed(/ +self.llm = .*\n/, '')), ['llm-not-made'])
  assert.deepEqual(kindsOf(changed('create_llm_instance(llm_config)', 'create_lll_instance(ll_config)')), [
    'misspelt-name',
    'misspelt-name',
  ])
  assert.deepEqual(
    kindsOf(changed('self.llm.get_usage_summary()["total_cost"]', 'self.lm.get_usage_summary()["total_cost"]')),
    ['misspelt-name'],
  )
  assert.deepEqual(kindsOf(changed('get_usage_summary()["total_cost"]', 'get_usd_cost()')), ['unknown-llm-attribute'])
  assert.deepEqual(kindsOf(good.replaceAll('self.llm', 'self.model')), [])
  assert.deepEqual(
    kindsOf(changed('reply = await self.custom(problem, "Answer with a number.\\n")', 'reply = self.llm(problem)')),
    ['missing-await'],
  )
})

test('imports and ways around the program', () => {
  const severities = (code: string): unknown[] => findingsOf(code).map(({ kind, severity }) => [kind, severity])
  assert.deepEqual(severities(`import os, math\n${good}`), [['forbidden-import', 'violation']])
  assert.deepEqual(severities(`from subprocess import run\n${good}`), [['forbidden-import', 'violation']])
  assert.deepEqual(severities(`import numpy as np\n${good}`), [['forbidden-import', 'error']])
  assert.deepEqual(severities(`import collections.abc\nfrom fractions import Fraction\n${good}`), [])
  assert.deepEqual(severities(`import operator\n${good}`), [['shadowed-name', 'error']])
  assert.ok(kindsOf(changed("p['output']", '().__class__.__base__.__subclasses__()')).includes('dynamic-code'))
  assert.deepEqual(severities(changed("p['output']", 'getattr(p, "__class__")')), [['dynamic-code', 'violation']])
  assert.deepEqual(severities(changed("p['output']", 'self.ask.__globals__')), [['dynamic-code', 'violation']])
  assert.deepEqual(severities(changed("p['output']", 'input()')), [['dynamic-code', 'violation']])
})

test('code and text around the class are leaks; imports, constants, helpers and docstrings are not', () => {
  assert.deepEqual(kindsOf(`${good}\nprint("done")\n`), ['leaked-code'])
  assert.ok(kindsOf(`${good}\nThis workflow solves the problem.\n`).includes('leaked-code'))
  assert.deepEqual(kindsOf(`"""A workflow."""\n${good}\nLIMIT = 3\ndef clean(x):\n    return x\n`), [])
})

test('an operator that the problem type does not allow is a violation, and the program stays valid', () => {
  const tested = changed('self.name = name', 'self.test = operator.Test(self.llm)').replace(
    '        for attempt',
    '        t = await self.test(problem=problem, solution=final, entry_point=entry_point)\n        final = t["solution"]\n        for attempt',
  )
  assert.deepEqual(findingsOf(tested, 'code'), [])
  for (const type of ['math', 'qa'] as const) {
    const validation = validateProgram(tested, type, { analyzer })
    assert.deepEqual(
      validation.findings.map(({ kind, severity }) => [kind, severity]),
      [['operator-not-allowed', 'violation']],
    )
    assert.equal(validation.isValid, true)
  }
})

test('any cut of a program is judged without a crash', () => {
  fc.assert(
    fc.property(fc.nat(good.length), fc.nat(good.length), fc.string(), (from, to, noise) => {
      const validation = validateProgram(good.slice(0, from) + noise + good.slice(to), 'math', { analyzer })
      assert.equal(
        validation.isValid,
        validation.findings.every((finding) => finding.severity !== 'error'),
      )
    }),
    { numRuns: 150 },
  )
})
