/** Values given as options: read, or refused with the value that was probably meant. */

import { isIP } from 'node:net'
import { BatonError } from '../core/failure.ts'
import { type AddressKind, refuseAddress } from '../core/inputs/address.ts'
import { refuseRunName, refuseVariableName } from '../core/inputs/names.ts'
import { meantNumber, type Unit } from '../core/inputs/numbers.ts'
import type { Refusal } from '../core/inputs/refusal.ts'
import { nearestName } from '../core/spelling.ts'

/** More than anybody means; an array of it still fits into memory. */
const largestCount = 1_000_000

export interface NumberRange {
  readonly least?: number
  readonly most?: number
  readonly unit?: Unit
  /** What the hint gives if nothing can be guessed. */
  readonly example?: number
  /** Between the option and its value: `=` after `--fault name`. */
  readonly separator?: ' ' | '='
}

/** A whole number of at least 1. */
export function countOption(name: string, text: string, range: NumberRange = {}): number {
  return wholeOption(name, text, { least: 1, most: largestCount, ...range })
}

export function wholeOption(name: string, text: string, range: NumberRange = {}): number {
  return numberIn(name, text, { range, isWhole: true })
}

/** Any number of at least 0, or of the range. */
export function numberOption(name: string, text: string, range: NumberRange = {}): number {
  return numberIn(name, text, { range, isWhole: false })
}

/** A share, 0 to 1. */
export function rateOption(name: string, text: string, separator: ' ' | '=' = ' '): number {
  return numberIn(name, text, { range: { most: 1, unit: 'rate', example: 0.1, separator }, isWhole: false })
}

export function portOption(text: string): number {
  return numberIn('--port', text, { range: { most: 65535, example: 8090 }, isWhole: true })
}

/** The seeds that the random number generator distinguishes. */
export function seedOption(text: string): number {
  return numberIn('--seed', text, { range: { most: 2 ** 32 - 1 }, isWhole: true })
}

function numberIn(
  name: string,
  text: string,
  { range, isWhole }: { readonly range: NumberRange; readonly isWhole: boolean },
): number {
  const { least = 0, most = Number.POSITIVE_INFINITY, unit = 'count', separator = ' ' } = range
  const isIn = (value: number): boolean =>
    Number.isFinite(value) && value >= least && value <= most && (!isWhole || Number.isInteger(value))
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (isIn(value)) return value
  const guess = Number.isFinite(value) ? value : meantNumber(text, unit)
  const rounded = guess === null ? null : isWhole ? Math.round(guess) : guess
  const example = rounded !== null && isIn(rounded) ? rounded : (range.example ?? Math.max(1, least))
  const bounds = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`
  throw optionError(
    `${name} must be a ${isWhole ? 'whole number' : 'number'} ${bounds} (got ${shown(text)}).`,
    `For example ${name}${separator}${example}.`,
  )
}

/** One of several words. */
export function oneOf<Name extends string>(name: string, text: string, names: readonly Name[]): Name {
  const found = names.find((one) => one === text)
  if (found !== undefined) return found
  const meant = names.find((one) => one === text.toLowerCase()) ?? nearestName(text, names)
  const hint = `It is one of ${names.join(', ')}.`
  throw optionError(`${name} ${shown(text)} is not known.`, meant === null ? hint : `Did you mean ${meant}? ${hint}`)
}

/** Counts between commas, ascending and each once; `1-4` means all from 1 to 4. */
export function countsOption(name: string, text: string, example: string): number[] {
  const counts = partsOf(text).flatMap((part) => {
    const [, first, last] = /^(\d+)(?:-|\.\.|:)(\d+)$/.exec(part) ?? []
    if (first === undefined || last === undefined) return [part]
    const meant = Array.from({ length: Math.min(100, Number(last) - Number(first) + 1) }, (_, i) => Number(first) + i)
    throw optionError(
      `${name} takes numbers between commas (got ${shown(text)}).`,
      `For example ${name} ${meant.length > 1 ? meant.join(',') : example}.`,
    )
  })
  if (counts.length === 0) throw optionError(`${name} is empty.`, `For example ${name} ${example}.`)
  const numbers = counts.map((part) => countOption(name, part, { example: Number(example.split(',')[0]) }))
  return [...new Set(numbers)].sort((a, b) => a - b)
}

function partsOf(text: string): string[] {
  return text
    .split(/[,\s]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** `name=rate` of each text, by name; every other fault is 0. */
export function faultsOption<Name extends string>(
  texts: readonly string[],
  names: readonly Name[],
): Partial<Record<Name, number>> {
  const faults: Partial<Record<Name, number>> = {}
  for (const text of texts) {
    const [, name = '', rate = ''] = /^([^=:\s]*)[=:\s]?(.*)$/s.exec(text) ?? []
    if (name === '') throw optionError('--fault is empty.', `For example --fault ${names[0]}=0.1.`)
    const known = oneOf('--fault', name, names)
    faults[known] = rateOption(`--fault ${known}`, rate, '=')
  }
  const sum = Object.values<number | undefined>(faults).reduce<number>((total, rate) => total + (rate ?? 0), 0)
  if (sum <= 1 + 1e-9) return faults
  throw optionError(
    `the rates of --fault add up to ${Number(sum.toFixed(6))}, above 1.`,
    'Lower them until they add up to 1 at most.',
  )
}

/** What a server listens at: a name or an address of this machine, without scheme and port. */
export function hostOption(text: string): string {
  const isAddress = isIP(text) !== 0
  if (isAddress || /^(?!\d+(?:\.\d+)*$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text)) return text
  const [, host, port] = /^(?:\w+:\/\/)?\[?([A-Za-z0-9.-]+)\]?(?::(\d+))?(?:\/.*)?$/.exec(text) ?? []
  const isMeant = host !== undefined && host !== text
  throw optionError(
    `--host must be a name or an address of this machine (got ${shown(text)}).`,
    `For example --host ${isMeant ? host : '127.0.0.1'}${isMeant && port !== undefined ? ` --port ${port}` : ''}.`,
  )
}

/** @param words what may be given instead of an address. */
export function addressOption(
  name: string,
  text: string,
  { kind, words = [] }: { readonly kind: AddressKind; readonly words?: readonly string[] | undefined },
): string {
  const what = [...words.map((word) => `"${word}"`), 'an address'].join(' or ')
  return accepted(name, text, { what, refusal: refuseAddress(text, kind, words) })
}

export function runNameOption(name: string, text: string): string {
  return accepted(name, text, { what: 'a run name', refusal: refuseRunName(text) })
}

/** The value of an environment variable that an option names; undefined where the option is not given. */
export function keyOption(
  name: string,
  variable: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (variable === undefined) return undefined
  accepted(name, variable, { what: 'the name of an environment variable', refusal: refuseVariableName(variable) })
  const key = environment[variable]
  if (key !== undefined && key !== '') return key
  throw optionError(`${name} names ${variable}, which is not set.`, `Set it: export ${variable}=...`)
}

/** What embeds questions. */
export function encoderOption(text: string): string {
  if (/^clip:.+/s.test(text)) return text
  if (/^clip:?$/.test(text)) {
    throw optionError(
      '--encoder clip needs the folder of its model.',
      'For example --encoder clip:models/clip-vit-b32.',
    )
  }
  return oneOf('--encoder', text, ['ngrams', 'sentences', 'clip:<folder>'])
}

function accepted(
  name: string,
  text: string,
  { what, refusal }: { readonly what: string; readonly refusal: Refusal | null },
): string {
  if (refusal === null) return text
  const got = refusal.isSecret === true ? '' : ` (got ${shown(text)})`
  const hint = refusal.meant === undefined ? (refusal.advice ?? '') : `For example ${name} ${refusal.meant}.`
  throw optionError(`${name} must be ${what}${got}: ${refusal.why}.`, hint)
}

/** As it was typed; what would not be seen in quotes. */
function shown(text: string): string {
  return /^\S+$/.test(text) ? text : JSON.stringify(text)
}

export function optionError(message: string, hint: string): BatonError {
  return new BatonError(message, { boundary: 'config', code: 'option', hint })
}
