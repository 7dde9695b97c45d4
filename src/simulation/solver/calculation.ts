/**
 * A math problem worked out: lines of arithmetic, each with a name and a note. From one calculation come the answer, the
 * worked explanation, the Python program, and slips (a forgotten line, a wrong operator, a number off by one).
 */
import type { Rng } from '../../core/random.ts'
import { arithmeticValue, isName, joined, tokens } from './expression.ts'
import { clampLevel, type Reading, type WorkedSolution } from './reading.ts'

export interface Line {
  readonly name: string
  readonly expression: string
  readonly note: string
  /** Taken from the text as it is: not a step of its own. */
  readonly isGiven?: boolean
  /** Added to the value: a slip of mental arithmetic, which a program cannot make. */
  readonly offBy?: number
}

export type AnswerKind = 'number' | 'weekday' | 'clock' | 'date'

export interface Calculation {
  readonly lines: readonly Line[]
  readonly kind: AnswerKind
  /** Said after the number in a sentence, e.g. `dollars`. */
  readonly unit: string
}

const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const
const dayMs = 86_400_000
/** Python's `date.toordinal` of 1970-01-01. */
const ordinalOfEpoch = 719_163

export function weekdayIndex(name: string): number {
  return weekdayNames.findIndex((day) => day.toLowerCase() === name.toLowerCase())
}

export function monthIndex(name: string): number {
  return monthNames.findIndex((month) => month.toLowerCase() === name.toLowerCase())
}

export function ordinal(year: number, month: number, day: number): number {
  return Date.UTC(year, month, day) / dayMs + ordinalOfEpoch
}

export function plainNumber(value: number): string {
  return String(Math.round(value * 100) / 100)
}

function formatAnswer(value: number, kind: AnswerKind): string {
  if (kind === 'weekday') return weekdayNames[((value % 7) + 7) % 7] ?? ''
  if (kind === 'clock') {
    const minutes = ((value % 1440) + 1440) % 1440
    return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  }
  if (kind === 'date') {
    const date = new Date((value - ordinalOfEpoch) * dayMs)
    return `${date.getUTCDate()} ${monthNames[date.getUTCMonth()]} ${date.getUTCFullYear()}`
  }
  return plainNumber(value)
}

function evaluateAll(lines: readonly Line[]): Map<string, number> {
  const values = new Map<string, number>()
  for (const line of lines) values.set(line.name, arithmeticValue(line.expression, values) + (line.offBy ?? 0))
  return values
}

function lastValue(lines: readonly Line[]): number {
  const last = lines[lines.length - 1]
  return last === undefined ? Number.NaN : (evaluateAll(lines).get(last.name) ?? Number.NaN)
}

/** Lines of the explanation, with the numbers filled in: `Bill so far: 12 + 2 * 5 = 22.` */
function explain(calculation: Calculation, lines: readonly Line[]): string[] {
  const values = evaluateAll(lines)
  const sentences = lines.map((line) => {
    const value = plainNumber(values.get(line.name) ?? Number.NaN)
    const filled = joined(
      tokens(line.expression).map((token) => (isName(token) ? plainNumber(values.get(token) ?? Number.NaN) : token)),
    )
    return filled === value ? `${line.note}: ${value}.` : `${line.note}: ${filled} = ${value}.`
  })
  if (calculation.kind !== 'number')
    sentences.push(`Counted out, that is ${formatAnswer(lastValue(lines), calculation.kind)}.`)
  return sentences
}

const returns: Readonly<Record<AnswerKind, readonly string[]>> = {
  number: ['result = round(NAME, 2)', 'return int(result) if result == int(result) else result'],
  weekday: [`days = [${weekdayNames.map((day) => `"${day}"`).join(', ')}]`, 'return days[NAME % 7]'],
  clock: ['return f"{NAME // 60 % 24:02d}:{NAME % 60:02d}"'],
  date: ['end = date.fromordinal(NAME)', 'return f"{end.day} {end.strftime(\'%B\')} {end.year}"'],
}

function program(calculation: Calculation, lines: readonly Line[]): string {
  const last = lines[lines.length - 1]?.name ?? '0'
  const body = lines.map(
    (line) => `    ${line.name} = ${line.expression}  # ${line.note.charAt(0).toLowerCase()}${line.note.slice(1)}`,
  )
  const end = returns[calculation.kind].map((text) => `    ${text.replaceAll('NAME', last)}`)
  const head = calculation.kind === 'date' ? ['from datetime import date', '', ''] : []
  return [...head, 'def solve():', ...body, ...end].join('\n')
}

function solution(calculation: Calculation, lines: readonly Line[]): WorkedSolution {
  return {
    answer: formatAnswer(lastValue(lines), calculation.kind),
    explanation: explain(calculation, lines),
    program: program(calculation, lines),
  }
}

const swaps: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '+', '/': '*', '//': '%', '%': '//' }

/** Numbers that belong to the method, not to the text: percent and unit conversion. */
const constants: ReadonlySet<string> = new Set(['100', '1000'])

/** Every calculation that differs by one slip. */
function slips(lines: readonly Line[]): Line[][] {
  const found: Line[][] = []
  const literals = new Set<string>()
  for (const line of lines) for (const token of tokens(line.expression)) if (/^\d/.test(token)) literals.add(token)
  lines.forEach((line, i) => {
    const list = tokens(line.expression)
    const put = (expression: string): void => {
      found.push(lines.map((other, j) => (j === i ? { ...other, expression } : other)))
    }
    const carried = list.find((token) => isName(token))
    if (carried !== undefined && !line.isGiven) put(carried)
    list.forEach((token, j) => {
      const replace = (other: string): void => put(joined(list.map((old, k) => (k === j ? other : old))))
      if (token in swaps) replace(swaps[token] as string)
      if (/^\d/.test(token) && !constants.has(token)) {
        const value = Number(token)
        replace(plainNumber(value + 1))
        if (value > 1) replace(plainNumber(value - 1))
        if (value >= 20) replace(plainNumber(value + 10))
        for (const literal of literals) {
          const other = Number(literal)
          if (other !== value && other > 0 && other < value * 3 && other > value / 3) replace(literal)
        }
      }
    })
  })
  return found
}

function isPlausible(value: number, right: number, kind: AnswerKind): boolean {
  if (!Number.isFinite(value)) return false
  if (kind !== 'number') return Number.isInteger(value) && Math.abs(value - right) < 1000 && value >= 0
  // Nearer ones could round to the right answer, here or in Python.
  return value > 0 && value < 20 * right + 10 && Math.abs(value - right) > 0.015
}

function isWholeIf(right: number, value: number): boolean {
  return !Number.isInteger(right) || Number.isInteger(value)
}

/** A reading from a calculation. @returns null when the arithmetic does not come out (the text was misread). */
export function mathReading(family: string, calculation: Calculation): Reading | null {
  const value = lastValue(calculation.lines)
  if (!Number.isFinite(value)) return null
  const right = solution(calculation, calculation.lines)
  return {
    type: 'math',
    family,
    key: `${family}|${calculation.kind}|${calculation.lines.map((line) => line.expression).join('|')}`,
    difficulty: clampLevel(calculation.lines.filter((line) => !line.isGiven).length),
    right: () => right,
    wrong: (rng, form) => slip(calculation, { right, value, rng, form }),
  }
}

/** Share of the slips, in prose rather than in a program, that are mere miscalculations. */
const miscalculationShare = 0.5
const offsets = [
  1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 7, -8, 9, -9, 10, -10, 11, 12, -12, 20, -20, 100, -100,
] as const
/** How many distinct wrong answers to gather before choosing one. */
const enoughSlips = 6

/** Copies of the lines with one of them miscalculated. */
function miscalculations(lines: readonly Line[], rng: Rng): Line[][] {
  const steps = lines.flatMap((line, i) => (line.isGiven ? [] : [i]))
  return offsets.map((offBy) => {
    const at = rng.pick(steps.length > 0 ? steps : [lines.length - 1])
    return lines.map((line, i) => (i === at ? { ...line, offBy } : line))
  })
}

/** Wrong answers of the right kind: whole where the right one is whole, near where the slip is a miscalculation. */
function slip(
  calculation: Calculation,
  {
    right,
    value,
    rng,
    form,
  }: { readonly right: WorkedSolution; readonly value: number; readonly rng: Rng; readonly form: 'told' | 'program' },
): WorkedSolution {
  const isMiscalculated = form === 'told' && rng.next() < miscalculationShare
  const found = new Map<string, Line[]>()
  const spare = new Map<string, Line[]>()
  for (const lines of rng.shuffle(
    isMiscalculated ? miscalculations(calculation.lines, rng) : slips(calculation.lines),
  )) {
    const wrongValue = lastValue(lines)
    if (!isPlausible(wrongValue, value, calculation.kind)) continue
    const answer = formatAnswer(wrongValue, calculation.kind)
    if (answer === right.answer) continue
    ;(isWholeIf(value, wrongValue) ? found : spare).set(answer, lines)
    if (found.size >= enoughSlips) break
  }
  const usable = found.size >= 3 ? [...found.values()] : [...found.values(), ...spare.values()]
  if (usable.length > 0) return solution(calculation, rng.pick(usable))
  const last = calculation.lines[calculation.lines.length - 1] as Line
  const off = {
    name: `${last.name}_checked`,
    expression: `${last.name} + ${1 + rng.integer(9)}`,
    note: 'After a second look',
  }
  return solution(calculation, [...calculation.lines, off])
}
