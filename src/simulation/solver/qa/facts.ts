/**
 * Facts read from a passage as tables (relation, key, value), and a reading made from them: the answer is computed from the
 * tables, a slip is a fact that was misread (two values mixed up, a number slightly off), from which everything else follows.
 */
import type { Rng } from '../../../core/random.ts'
import { clampLevel, type Reading, type WorkedSolution } from '../reading.ts'

type FactValue = string | number
export type Facts = { readonly [relation: string]: { readonly [key: string]: FactValue } }

export interface Case {
  readonly family: string
  readonly facts: Facts
  /** The question as it was understood, for the key. */
  readonly asked: string
  readonly hops: number
  readonly isCrowded: boolean
  /** @returns null when a fact is missing. */
  readonly answer: (facts: Facts) => string | null
  /** The facts that the answer rests on, as sentences. */
  readonly trail: (facts: Facts) => readonly string[]
  /** Body of `solve()` after the tables, which are dictionaries named like the relations. */
  readonly program: readonly string[]
}

function dictionary(table: { readonly [key: string]: FactValue }): string {
  return `{${Object.entries(table)
    .map(([key, value]) => `${JSON.stringify(key)}: ${typeof value === 'number' ? value : JSON.stringify(value)}`)
    .join(', ')}}`
}

function think(one: Case, facts: Facts, answer: string): WorkedSolution {
  const tables = Object.entries(facts).map(([name, table]) => `    ${name} = ${dictionary(table)}`)
  return {
    answer,
    explanation: one.trail(facts),
    program: [
      'def solve():',
      '    # facts read from the text',
      ...tables,
      ...one.program.map((line) => `    ${line}`),
    ].join('\n'),
  }
}

interface Misreading {
  readonly relation: string
  readonly key: string
  /** null: overlooked. */
  readonly value: FactValue | null
  /** Where two values were mixed up: the other key and the value it gets. */
  readonly other?: string
}

function misreadings(facts: Facts): Misreading[] {
  const found: Misreading[] = []
  for (const [relation, table] of Object.entries(facts)) {
    const keys = Object.keys(table)
    keys.forEach((key, i) => {
      const value = table[key] as FactValue
      found.push({ relation, key, value: null })
      for (const other of keys.slice(i + 1)) {
        const theirs = table[other] as FactValue
        if (theirs !== value) found.push({ relation, key, value: theirs, other })
      }
      if (typeof value !== 'number') {
        const theirs = new Set(Object.values(table))
        if (theirs.size < keys.length)
          for (const one of theirs) if (one !== value) found.push({ relation, key, value: one })
      } else {
        for (const off of [1, -1, 10, -10, 2]) if (value + off > 0) found.push({ relation, key, value: value + off })
      }
    })
  }
  return found
}

/** The facts without everything that is said of `key`: a sentence that was passed over. */
function overlook(facts: Facts, key: string): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([relation, table]) => [
      relation,
      Object.fromEntries(Object.entries(table).filter(([other]) => other !== key)),
    ]),
  )
}

function misread(facts: Facts, slip: Misreading): Facts {
  if (slip.value === null) return overlook(facts, slip.key)
  const table = facts[slip.relation] ?? {}
  const changed: Record<string, FactValue> = { ...table, [slip.key]: slip.value }
  if (slip.other !== undefined) changed[slip.other] = table[slip.key] as FactValue
  return { ...facts, [slip.relation]: changed }
}

/** How many distinct wrong answers to gather before choosing one, so that none is much likelier than the others. */
const enoughSlips = 4

function slip(one: Case, right: WorkedSolution, rng: Rng): WorkedSolution {
  const found = new Map<string, Facts>()
  for (const candidate of rng.shuffle(misreadings(one.facts))) {
    const facts = misread(one.facts, candidate)
    const answer = one.answer(facts)
    if (answer === null || answer === right.answer || answer.startsWith('-') || found.has(answer)) continue
    found.set(answer, facts)
    if (found.size >= enoughSlips) break
  }
  const answers = [...found.keys()]
  if (answers.length > 0) {
    const answer = rng.pick(answers)
    return think(one, found.get(answer) as Facts, answer)
  }
  const wrong =
    right.answer === 'yes'
      ? 'no'
      : right.answer === 'no'
        ? 'yes'
        : /^\d+$/.test(right.answer)
          ? String(Number(right.answer) + 1 + rng.integer(3))
          : 'unknown'
  return {
    answer: wrong,
    explanation: right.explanation.slice(0, -1),
    program: `def solve():\n    return ${JSON.stringify(wrong)}`,
  }
}

/** @returns null when the answer cannot be worked out from the facts. */
export function qaReading(one: Case): Reading | null {
  const answer = one.answer(one.facts)
  if (answer === null) return null
  const right = think(one, one.facts, answer)
  return {
    type: 'qa',
    family: one.family,
    key: `${one.family}|${one.asked}|${JSON.stringify(one.facts)}`,
    difficulty: clampLevel(one.hops >= 3 ? 5 : 2 * one.hops - (one.isCrowded ? 0 : 1)),
    right: () => right,
    wrong: (rng) => slip(one, right, rng),
  }
}

/** All matches of several patterns as a table; a pattern names which group is the key and which the value. */
export function gather(
  text: string,
  patterns: readonly (readonly [pattern: RegExp, keyAt: number, valueAt: number])[],
): Record<string, string> {
  const table: Record<string, string> = {}
  for (const [pattern, keyAt, valueAt] of patterns) {
    for (const match of text.matchAll(pattern)) table[match[keyAt] as string] = match[valueAt] as string
  }
  return table
}

export function numbered(table: { readonly [key: string]: string }): Record<string, number> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, Number(value)]))
}

/** A relation whose values are numbers; empty where nothing was read. */
export function numbersOf(facts: Facts, relation: string): { readonly [key: string]: number } {
  return (facts[relation] ?? {}) as { readonly [key: string]: number }
}

/** Passage and question of a text of the form `Context: ... Question: ...`; without the marks the last question is taken. */
export function splitPassage(text: string): { readonly passage: string; readonly question: string } {
  const marked = /^(.*?)\bQuestion:\s*([^?]*\??)/s.exec(text)
  if (marked !== null) {
    return { passage: (marked[1] as string).replace(/^.*\bContext:\s*/s, ''), question: marked[2] as string }
  }
  const end = text.lastIndexOf('?')
  const start = Math.max(text.lastIndexOf('. ', end), text.lastIndexOf('? ', end - 1)) + 1
  return { passage: text.slice(0, start), question: text.slice(start, end + 1).trim() }
}
