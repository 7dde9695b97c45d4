/**
 * Workflows as JSON: the other way to ask for one, for servers that hold a model to a JSON schema and models that write
 * JSON better than Python. A plan names operators; `planToProgram` writes the program. Every value of the schema is a
 * workflow: what a schema cannot say (several candidates need a chooser) is filled in.
 */

import type { Json, JsonObject } from '../../core/json.ts'
import type { ProblemType } from '../../core/problem.ts'
import type { ContractName } from '../contract/index.ts'
import { makeLine } from '../contract/index.ts'
import { callStart, offerOf, programStart } from './program-grammar.ts'
import {
  type ChooserName,
  candidates,
  canGoAgain,
  chooserLine,
  chooserNames,
  type FollowerName,
  followerLines,
  followerNames,
  type GeneratorName,
  generatorCall,
  generatorNames,
  indent,
  operatorsOf,
  resultExpression,
  returnLine,
  takesInstruction,
} from './steps.ts'

export interface JsonPlan {
  /** One or more, each `times` times (1 if left out). */
  readonly candidates: readonly {
    readonly operator: GeneratorName
    readonly times?: number
    readonly instruction?: string
  }[]
  /** Chooses among several candidates; the first of the contract if left out or null. */
  readonly choose?: ChooserName | null
  /** Steps that go on from the answer. */
  readonly steps?: readonly FollowerName[]
}

export const maxTimes = 9
export const maxGenerators = 5
export const maxSteps = 4
export const maxInstructionChars = 600
const plainInstruction = 'Solve the problem, then give the final answer.\n'

/** JSON schema (draft 2020-12) of the plans that a contract takes for a problem type. */
export function planSchema(type: ProblemType, contract: ContractName = 'full'): JsonObject {
  const { generators, choosers, followers } = offerOf(type, contract)
  const times = { type: 'integer', minimum: 1, maximum: choosers.length > 0 ? maxTimes : 1 }
  const instruction = { type: 'string', minLength: 1, maxLength: maxInstructionChars }
  const candidate = (operator: GeneratorName): JsonObject => ({
    type: 'object',
    properties: { operator: { const: operator }, times, ...(takesInstruction(operator) ? { instruction } : {}) },
    required: takesInstruction(operator) ? ['operator', 'instruction'] : ['operator'],
    additionalProperties: false,
  })
  const chooser: JsonObject = { enum: [...choosers, null] }
  const steps: JsonObject = { type: 'array', maxItems: maxSteps, items: { enum: [...followers] } }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Workflow for ${type} problems`,
    type: 'object',
    properties: {
      candidates: {
        type: 'array',
        minItems: 1,
        maxItems: choosers.length > 0 ? maxGenerators : 1,
        items: { anyOf: generators.map(candidate) },
      },
      ...(choosers.length > 0 ? { choose: chooser } : {}),
      ...(followers.length > 0 ? { steps } : {}),
    },
    required: ['candidates'],
    additionalProperties: false,
  }
}

/**
 * A JSON value as a plan, read as leniently as models write: an operator's bare name for a candidate, one candidate
 * without its list, names in any case. Which operators a contract allows is the validator's affair.
 */
export function readPlan(value: unknown): JsonPlan | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const { candidates: given, choose, steps: followers } = value as Record<string, Json>
  if (given === undefined) return null
  const read = listOf(given).map(readCandidate)
  if (read.length === 0 || read.length > maxGenerators || read.some((candidate) => candidate === null)) return null
  const steps = listOf(followers ?? []).map((step) => named(step, followerNames))
  if (steps.length > maxSteps || steps.includes(null)) return null
  const chooser = choose === undefined || choose === null ? null : named(choose, chooserNames)
  if (chooser === null && choose !== undefined && choose !== null) return null
  return { candidates: read as JsonPlan['candidates'], choose: chooser, steps: steps as FollowerName[] }
}

function readCandidate(value: Json): JsonPlan['candidates'][number] | null {
  const fields = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
  const operator = named(fields === null ? value : fields['operator'], generatorNames)
  const times = fields?.['times'] ?? 1
  const instruction = fields?.['instruction']
  if (operator === null || typeof times !== 'number' || !Number.isInteger(times) || times < 1 || times > maxTimes)
    return null
  return { operator, times, ...(typeof instruction === 'string' && instruction !== '' ? { instruction } : {}) }
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value as Json]
}

function named<Name extends string>(value: Json | undefined, names: readonly Name[]): Name | null {
  const plain = (text: string): string => text.replaceAll('_', '').toLowerCase()
  return typeof value === 'string' ? (names.find((name) => plain(name) === plain(value)) ?? null) : null
}

/** The program of a plan, in the canonical form where the plan has one. */
export function planToProgram(plan: JsonPlan, type: ProblemType): string {
  const made: string[] = []
  const make = (...names: readonly string[]): void => {
    for (const name of names) if (!made.includes(name)) made.push(name)
  }
  const count = plan.candidates.reduce((sum, { times = 1 }) => sum + times, 0)
  const single = count === 1 ? (plan.candidates[0]?.operator ?? null) : null
  let body = count === 1 ? '' : `${indent}${candidates} = []\n`
  let answer = ''
  for (const { operator, times = 1, instruction } of plan.candidates) {
    make(operator)
    answer = resultExpression(operator, type)
    const inner = times > 1 ? `${indent}    ` : indent
    if (times > 1) body += `${indent}for _ in range(${times}):\n`
    body += `${inner}${generatorCall(operator, pythonString(instruction ?? plainInstruction))}\n`
    if (count > 1) body += `${inner}${candidates}.append(${answer})\n`
  }
  if (count > 1) {
    const chooser = plan.choose ?? 'ScEnsemble'
    make(chooser)
    body += chooserLine(chooser)
    answer = resultExpression(chooser, type)
  }
  for (const step of plan.steps ?? []) {
    // `Again` is not possible where the answer is a choice or was asked for with an instruction: it is revised.
    const follower = step === 'Again' && (single === null || !canGoAgain(single)) ? 'Revise' : step
    const isLater = follower === 'Again' && answer !== resultExpression(single as GeneratorName, type)
    const done = followerLines(isLater ? 'Revise' : follower, { answer, type, generator: single })
    make(...operatorsOf(isLater ? 'Revise' : follower))
    body += done.lines
    answer = done.answer
  }
  return `${programStart}${made.map(makeLine).join('')}${callStart}${body}${returnLine(answer)}`
}

/** JSON and Python write such a string alike; two line breaks that only JSON takes as they are get their escapes. */
function pythonString(value: string): string {
  return JSON.stringify(value).replace(/[\u2028\u2029\u0085\u007F]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
