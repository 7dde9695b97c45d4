import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ProblemType } from '../../core/problem.ts'
import { randomFor } from '../../core/random.ts'
import { createPythonAnalyzer } from '../../python/analysis/index.ts'
import { type OperatorUse, validateProgram } from '../validate/index.ts'
import {
  baselineProgram,
  baselines,
  canonicalPhrases,
  enumeratePlans,
  fallbackProgram,
  type Plan,
  planName,
  writeProgram,
} from './index.ts'
import { planProblem } from './plan.ts'
import { randomPlan } from './testing/random-plan.ts'
import { programHead } from './write-program.ts'

const analyzer = await createPythonAnalyzer()
const types: readonly ProblemType[] = ['math', 'code', 'qa']

test('a program reads as the contract says', () => {
  const plan: Plan = [
    { kind: 'generate', generator: { operator: 'Programmer', key: 'code' }, times: 3 },
    { kind: 'ensemble' },
    { kind: 'test' },
  ]
  assert.equal(
    writeProgram(plan),
    `class Workflow:
    def __init__(self, name, llm_config, dataset):
        self.llm = create_llm_instance(llm_config)
        self.programmer = operator.Programmer(self.llm)
        self.sc_ensemble = operator.ScEnsemble(self.llm)
        self.test = operator.Test(self.llm)
    async def __call__(self, problem, entry_point=None):
        candidates = []
        for _ in range(3):
            program = await self.programmer(problem=problem)
            candidates.append(program["code"])
        best = await self.sc_ensemble(solutions=candidates, problem=problem)
        tested = await self.test(problem=problem, solution=best["response"], entry_point=entry_point)
        return tested["solution"], self.llm.get_usage_summary()["total_cost"]
`,
  )
  assert.equal(planName(plan), 'Programmer x3, ScEnsemble, Test')
})

test('every enumerated plan is a valid program without a violation for its type, and all differ', () => {
  for (const type of types) {
    const programs = enumeratePlans(type).map(writeProgram)
    assert.equal(new Set(programs).size, programs.length)
    for (const program of programs) assert.deepEqual(validateProgram(program, type, { analyzer }).findings, [], program)
  }
})

test('every random plan is a valid program whose only findings are operators the type does not allow', () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(...types), (seed, type) => {
      const plan = randomPlan(randomFor('plan', seed))
      assert.equal(planProblem(plan), null)
      const validation = validateProgram(writeProgram(plan), type, { analyzer })
      assert.ok(validation.isValid)
      assert.ok(validation.findings.every((finding) => finding.kind === 'operator-not-allowed'))
      const planned = plan.flatMap((node): OperatorUse[] => {
        if (node.kind === 'generate')
          return [{ name: node.generator.operator, inLoop: node.times > 1 ? node.times : null }]
        const names = { ensemble: ['ScEnsemble'], test: ['Test'], revise: ['Review', 'Revise'] }[node.kind]
        return names.map((name) => ({ name, inLoop: null }))
      })
      assert.deepEqual(validation.operators, planned)
    }),
    { numRuns: 150 },
  )
})

test('random plans reach every operator and every key that makes sense', () => {
  const seen = new Set<string>()
  const keys = new Set<string>()
  for (let seed = 0; seed < 200; seed++) {
    const plan = randomPlan(randomFor(seed))
    for (const name of planName(plan).split(/[ ,]+/)) seen.add(name)
    for (const node of plan) if (node.kind === 'generate') keys.add(node.generator.key)
  }
  assert.deepEqual([...keys].sort(), ['answer', 'code', 'output', 'response'])
  for (const name of ['Custom', 'AnswerGenerate', 'Programmer', 'Test', 'Review', 'Revise', 'ScEnsemble', 'x3', 'x5'])
    assert.ok(seen.has(name), name)
})

test('baselines and the fallback are valid without findings, and Programmer with Test is for code alone', () => {
  for (const type of types) {
    assert.deepEqual(validateProgram(fallbackProgram(type), type, { analyzer }).findings, [])
    for (const { name } of baselines) {
      const program = baselineProgram(name, type)
      if (program === null) assert.ok(name === 'programmer-test' && type !== 'code')
      else assert.deepEqual(validateProgram(program, type, { analyzer }).findings, [], `${name} ${type}`)
    }
  }
})

test('all programs share their head, and canonical phrases cover them without a rest', () => {
  for (const type of types)
    for (const plan of enumeratePlans(type)) {
      const program = writeProgram(plan)
      assert.ok(program.startsWith(programHead))
      let tokens = 0
      for (let at = 0; at < program.length; tokens++) {
        const phrase = canonicalPhrases.find((candidate) => program.startsWith(candidate, at))
        assert.ok(phrase !== undefined, `nothing covers ${JSON.stringify(program.slice(at, at + 30))}`)
        at += phrase.length
      }
      assert.ok(tokens <= 110, `${tokens} tokens`)
    }
})

test('a plan that is none is refused with its reason', () => {
  const one: Plan = [{ kind: 'generate', generator: { operator: 'AnswerGenerate', key: 'answer' }, times: 2 }]
  assert.throws(() => writeProgram([]), /needs a generator/)
  assert.throws(() => writeProgram(one), /need one ensemble/)
  assert.throws(() => writeProgram([{ kind: 'test' }, ...one]), /generators come first/)
})
