/**
 * The keys of the configuration, read off the schema: type, default, range and doc of each, in the schema's order.
 * Docs, `--help`, unknown-key suggestions and the saved configuration's order all come from here.
 */
import { z } from 'zod'
import { configSchema } from './schema.ts'

export interface ConfigKey {
  /** Dotted path, `training.groupSize`. */
  readonly key: string
  /** A section holds other keys and has no value of its own. */
  readonly isSection: boolean
  /** For people: `whole number >= 2`. */
  readonly type: string
  readonly default: unknown
  readonly doc: string
}

interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly anyOf?: readonly JsonSchema[]
  readonly prefixItems?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

let known: readonly ConfigKey[] | undefined

/** Every key, sections before their keys. */
export function describeConfig(): readonly ConfigKey[] {
  known ??= keysOf(z.toJSONSchema(configSchema) as JsonSchema, '')
  return known
}

function keysOf(schema: JsonSchema, prefix: string): ConfigKey[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const key = prefix === '' ? name : `${prefix}.${name}`
    const object = [property, ...(property.anyOf ?? [])].find((candidate) => candidate.properties !== undefined)
    const isSection = property.properties !== undefined
    const own: ConfigKey = {
      key,
      isSection,
      type: isSection ? 'section' : typeText(property),
      default: isSection ? undefined : property.default,
      doc: property.description ?? '',
    }
    return [own, ...(object === undefined ? [] : keysOf(object, key))]
  })
}

function typeText(schema: JsonSchema): string {
  const choices = schema.anyOf?.map(typeText)
  if (choices !== undefined) return [...new Set(choices)].join(' or ')
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ')
  if (Array.isArray(schema.type)) {
    return schema.type.map((type) => typeText({ ...schema, type })).join(' or ')
  }
  if (schema.prefixItems !== undefined) return `list of ${schema.prefixItems.length} numbers`
  if (schema.items !== undefined) return `list of ${typeText(schema.items)}`
  if (schema.format === 'uri') return 'URL'
  const names: Record<string, string> = {
    integer: 'whole number',
    number: 'number',
    string: 'text',
    boolean: '`true` or `false`',
    null: '`null`',
    object: 'mapping',
  }
  const type = names[schema.type as string] ?? 'value'
  return schema.type === 'integer' || schema.type === 'number' ? type + rangeText(schema) : type
}

function rangeText(schema: JsonSchema): string {
  const isReal = (value: number | undefined): value is number =>
    value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  if (isReal(minimum) && isReal(maximum)) return ` from ${minimum} to ${maximum}`
  const parts = [
    isReal(minimum) ? `>= ${minimum}` : isReal(exclusiveMinimum) ? `> ${exclusiveMinimum}` : '',
    isReal(maximum) ? `<= ${maximum}` : isReal(exclusiveMaximum) ? `< ${exclusiveMaximum}` : '',
  ].filter((part) => part !== '')
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`
}

/** The known key that an unknown one most likely means, or null when none is close. */
export function nearestKey(unknownKey: string, candidates: readonly string[]): string | null {
  const scored = candidates.map((candidate) => {
    const whole = editDistance(unknownKey.toLowerCase(), candidate.toLowerCase())
    const name = lastPart(unknownKey).toLowerCase()
    const isShortened = name.length >= 4 && lastPart(candidate).toLowerCase().startsWith(name)
    const last = isShortened ? 1 : editDistance(name, lastPart(candidate).toLowerCase())
    const isSameParent = parentOf(unknownKey) === parentOf(candidate)
    // The right name under the wrong section is nearer than another name.
    return { candidate, score: Math.min(whole, last + (isSameParent ? 0 : 0.5)) }
  })
  const best = scored.sort((a, b) => a.score - b.score || a.candidate.length - b.candidate.length)[0]
  return best !== undefined && best.score <= Math.max(1.5, lastPart(unknownKey).length / 3) ? best.candidate : null
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1)
}

function parentOf(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('.')))
}

/** Levenshtein distance; snake_case and camelCase count as the same. */
function editDistance(left: string, right: string): number {
  const a = left.replaceAll(/[_-]/g, '')
  const b = right.replaceAll(/[_-]/g, '')
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substituted, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
