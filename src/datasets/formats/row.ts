/** Typed reads from one row of a dataset file. What is missing or empty is said with the field's name and the fix. */
import type { Json, JsonObject } from '../../core/json.ts'
import type { Problem } from '../../core/problem.ts'

/** Why a row is not a problem; the loader adds file and line. */
export class BadRow extends Error {
  readonly fix: string

  constructor(message: string, fix: string) {
    super(message)
    this.name = 'BadRow'
    this.fix = fix
  }
}

/** A kind of dataset file, recognised by the keys of its rows. */
export interface DatasetFormat {
  readonly name: string
  /** Keys as a person would list them. */
  readonly keys: string
  recognises(row: JsonObject): boolean
  /** Throws `BadRow`. */
  read(row: JsonObject, place: RowPlace): Problem
}

export interface RowPlace {
  /** 1-based. */
  readonly line: number
  /** Public tests from a file beside the dataset's, by problem id or entry point. */
  readonly publicTests: ReadonlyMap<string, readonly string[]>
}

/** A text with something in it, trimmed of nothing. Numbers and booleans are taken as texts. */
export function textField(row: JsonObject, key: string): string {
  const text = optionalText(row, key)
  if (text !== undefined) return text
  if (row[key] === undefined) throw new BadRow(`has no "${key}"`, `Give the row a "${key}".`)
  throw new BadRow(`"${key}" is ${row[key] === '' ? 'empty' : 'not a text'}`, `Fill in "${key}", or remove the row.`)
}

export function optionalText(row: JsonObject, key: string): string | undefined {
  const value = row[key]
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
  return typeof text === 'string' && text.trim() !== '' ? text : undefined
}

/** A list of texts; one text counts as a list of one; undefined when there is none. */
export function optionalTexts(row: JsonObject, key: string): string[] | undefined {
  const value = row[key]
  if (typeof value === 'string') return value.trim() === '' ? undefined : [value]
  if (!Array.isArray(value)) return undefined
  const texts = value.filter((item) => typeof item === 'string' && item.trim() !== '')
  return texts.length > 0 ? texts : undefined
}

export function hasKeys(row: JsonObject, ...keys: readonly string[]): boolean {
  return keys.every((key) => Object.hasOwn(row, key))
}

const levels: Readonly<Record<string, number>> = { easy: 1, medium: 3, hard: 5 }

/** 1 to 5 from a number, `Level 4` or `easy | medium | hard`; 3 when the row does not say. */
export function difficultyOf(value: Json | undefined): number {
  if (value === undefined || value === null) return 3
  const text = String(value).trim().toLowerCase()
  const level = levels[text] ?? Number(/^(?:level\s*)?(\d+)$/.exec(text)?.[1] ?? Number.NaN)
  return Number.isFinite(level) ? Math.min(5, Math.max(1, Math.round(level))) : 3
}

/** A problem with its empty fields left out. */
export function problemOf(
  fields: Omit<Problem, 'context' | 'entryPoint' | 'publicTests' | 'hiddenTests'> & {
    readonly [K in 'context' | 'entryPoint' | 'publicTests' | 'hiddenTests']?: Problem[K] | undefined
  },
): Problem {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as unknown as Problem
}
