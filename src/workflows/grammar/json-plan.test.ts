import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ProblemType } from '../../core/problem.ts'
import { createPythonAnalyzer } from '../../python/analysis/index.ts'
import { contractNames } from '../contract/index.ts'
import { enumeratePlans, type Plan, writeProgram } from '../programs/index.ts'
import { validateProgram } from '../validate/index.ts'
import { type JsonPlan, planSchema, planToProgram, readPlan } from './index.ts'

const analyzer = await createPythonAnalyzer()
const types: readonly ProblemType[] = ['math', 'code', 'qa']

interface Schema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
}

/** Random values of a schema, of the keywords that the plans' schemas use. */
function randomValue(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(randomValue))
  if (schema.type === 'integer') return fc.integer({ min: schema.minimum as number, max: schema.maximum as number })
  if (schema.type === 'string') return fc.string({ minLength: 1, maxLength: 40, unit: 'binary' })
  if (schema.type === 'array')
    return fc.array(randomValue(schema.items as Schema), {
      minLength: schema.minItems ?? 0,
      maxLength: schema.maxItems as number,
    })
  const fields = Object.entries(schema.properties ?? {}).map(([key, value]) => [key, randomValue(value)] as const)
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...(schema.required ?? [])] })
}

test('every value of a schema is a valid program without a finding', () => {
  for (const contract of contractNames)
    for (const type of types)
      fc.assert(
        fc.property(randomValue(planSchema(type, contract) as Schema), (value) => {
          const plan = readPlan(JSON.parse(JSON.stringify(value)))
          assert.ok(plan !== null, JSON.stringify(value))
          const program = planToProgram(plan, type)
          assert.deepEqual(validateProgram(program, type, { analyzer, contract }).findings, [], program)
        }),
        { numRuns: 25 },
      )
})

/** The JSON form of a canonical plan. */
function jsonOf(plan: Plan, instructions: ReadonlyMap<string, string>): JsonPlan {
  return {
    candidates: plan.flatMap((node) => {
      if (node.kind !== 'generate') return []
      const { generator, times } = node
      const instruction = generator.operator === 'Custom' ? instructions.get(generator.instruction) : undefined
      return [{ operator: generator.operator, times, ...(instruction === undefined ? {} : { instruction }) }]
    }),
    steps: plan.flatMap((node) => (node.kind === 'test' ? ['Test'] : node.kind === 'revise' ? ['Revise'] : [])),
  }
}

test('a plan written as JSON gives the canonical program, letter by letter', () => {
  for (const type of types)
    for (const plan of enumeratePlans(type)) {
      const program = writeProgram(plan)
      const written = /instruction=("(?:[^"\\]|\\.)*")/.exec(program)?.[1]
      const names = plan.flatMap((node) =>
        node.kind === 'generate' && node.generator.operator === 'Custom' ? [node.generator.instruction] : [],
      )
      const instructions = new Map(names.map((name) => [name, JSON.parse(written ?? '""') as string]))
      assert.equal(planToProgram(jsonOf(plan, instructions), type), program)
    }
})

test('plans are read as models write them, and what names no operator is none', () => {
  const plan = readPlan({ candidates: ['answer_generate'], choose: 'ScEnsemble', steps: 'test' })
  assert.deepEqual(plan, {
    candidates: [{ operator: 'AnswerGenerate', times: 1 }],
    choose: 'ScEnsemble',
    steps: ['Test'],
  })
  for (const value of [null, 1, 'x', [], {}, { candidates: [] }, { candidates: ['Debate'] }, { candidates: [null] }])
    assert.equal(readPlan(value), null)
  assert.equal(readPlan({ candidates: ['Custom'], steps: ['Debate'] }), null)
  assert.equal(readPlan({ candidates: [{ operator: 'Custom', times: 1e9 }] }), null)
})
