/** The value most likely meant by a wrong one, from what the schema takes at its key. The caller checks the guesses. */
import { meantClaim, meantNumber, meantNumbers, type Unit } from '../core/inputs/numbers.ts'
import type { Json } from '../core/json.ts'
import { nearestName } from '../core/spelling.ts'
import type { JsonSchema } from './keys.ts'

/** @returns undefined if nothing can be guessed. */
export function meantValue(key: string, schema: JsonSchema, got: Json): Json | undefined {
  if (schema.anyOf !== undefined) {
    const guesses = schema.anyOf.map((choice) => meantValue(key, choice, got))
    return guesses.find((guess) => guess !== undefined)
  }
  if (schema.enum !== undefined) return meantChoice(got, schema.enum.map(String))
  switch (schema.type) {
    case 'null':
      return /^(?:none|null|nil|off|no|unlimited|-)?$/i.test(String(got)) ? null : undefined
    case 'boolean':
      return meantClaim(got) ?? undefined
    case 'integer':
    case 'number':
      return meantAmount(key, schema, got)
    case 'array':
      return meantList(schema, got)
    case 'object':
      return meantMapping(schema, got)
    case 'string':
      return typeof got === 'number' || typeof got === 'boolean' ? String(got) : onlyItem(got)
    default:
      return undefined
  }
}

function meantChoice(got: Json, choices: readonly string[]): string | undefined {
  const text = String(got).trim().toLowerCase().replaceAll('-', '_')
  const plain = (choice: string): string => choice.toLowerCase().replaceAll('-', '_')
  const begun = choices.filter((choice) => text.length >= 3 && plain(choice).startsWith(text))
  return (
    choices.find((choice) => plain(choice) === text) ??
    (begun.length === 1 ? begun[0] : undefined) ??
    nearestName(text, choices) ??
    undefined
  )
}

function meantAmount(key: string, schema: JsonSchema, got: Json): number | undefined {
  const isWhole = schema.type === 'integer'
  const unit = unitOf(key, schema)
  const value = typeof got === 'string' ? meantNumber(got, unit) : typeof got === 'number' ? got : null
  if (value === null) return undefined
  if (unit === 'rate' && value > 1 && value <= 100) return value / 100
  return isWhole ? Math.round(value) : value
}

/** From the end of the key's name, which gives the unit (`timeoutMs`). */
function unitOf(key: string, { type, maximum }: JsonSchema): Unit {
  if (key.endsWith('Ms')) return 'ms'
  if (key.endsWith('Mb')) return 'MB'
  if (key.endsWith('Usd')) return 'USD'
  return type === 'number' && maximum === 1 ? 'rate' : 'count'
}

function meantList({ prefixItems, items }: JsonSchema, got: Json): Json | undefined {
  if (prefixItems !== undefined) {
    const numbers = meantNumbers(got, prefixItems.length) ?? undefined
    return numbers?.length === 2 ? [...numbers].sort((a, b) => a - b) : numbers
  }
  if (typeof got !== 'string' && !Array.isArray(got)) return undefined
  const parts = typeof got === 'string' ? got.split(/\s*[,;\s]\s*/).filter((part) => part !== '') : got.map(String)
  if (items?.enum === undefined) return items?.type === 'string' ? parts : undefined
  const choices = parts.map((part) => meantChoice(part, items.enum?.map(String) ?? []))
  return choices.every((choice) => choice !== undefined) ? choices : undefined
}

/** `4:3:3` for as many keys that are numbers; `name=0.1` for one of them. */
function meantMapping({ properties = {} }: JsonSchema, got: Json): Json | undefined {
  const names = Object.keys(properties)
  if (names.length === 0 || !Object.values(properties).every(({ type }) => type === 'number')) return undefined
  const numbers = meantNumbers(got, names.length)
  if (numbers !== null) return Object.fromEntries(names.map((name, i) => [name, numbers[i] as number]))
  const pairs = typeof got === 'string' ? got.split(/\s*[,;]\s*/).map((part) => part.split(/\s*[=:]\s*/)) : []
  const read = pairs.map(([name = '', value = '']) => [meantChoice(name, names), meantNumber(value, 'rate')] as const)
  const isRead = read.length > 0 && read.every(([name, value]) => name !== undefined && value !== null)
  return isRead ? (Object.fromEntries(read) as Json) : undefined
}

/** A list of one text, given where one text is wanted. */
function onlyItem(got: Json): string | undefined {
  return Array.isArray(got) && got.length === 1 && typeof got[0] === 'string' ? got[0] : undefined
}
