/**
 * Code problems as pipelines: a value goes through stages and a final one. A stage knows its wording, what it does, its
 * Python, and the mistakes people make in it; tests are chosen so that each of these mistakes fails at least one hidden test.
 */
import type { Rng } from '../../../core/random.ts'

export type Value = number | string | boolean | readonly Value[] | { readonly [key: string]: Value }

export interface Stage<V extends Value = Value, W extends Value = Value> {
  /** Kind and numbers, for the problem's parameters. */
  readonly key: string
  /** Verb phrases in the third person: `adds 3 to each number`. */
  readonly phrases: readonly string[]
  readonly apply: (value: V) => W
  /** The Python expression of the value after the stage. @param v the name of the value before. */
  readonly python: (v: string) => string
  readonly mistakes: readonly ((value: V) => Value)[]
  /** A final stage that hands the value back as it is: no step of its own. */
  readonly isPlain?: boolean
}

export type StageMaker<V extends Value = Value> = (rng: Rng) => Stage<V, V>
export type FinalMaker<V extends Value = Value> = (rng: Rng) => Stage<V, Value>

/** Python source of a literal. */
export function literal(value: Value): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(literal).join(', ')}]`
  return `{${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)}: ${literal(one)}`)
    .join(', ')}}`
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

/** Equal text, equal value in Python's sense: the order of a dictionary's keys does not count. */
export function valueKey(value: Value): string {
  // Called for every input of every mistake.
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (isList(value)) {
    let keys = ''
    for (const one of value) keys += `${valueKey(one)},`
    return `[${keys}]`
  }
  if (typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${valueKey(one)}`).join(',')}}`
}
