/**
 * The keys of the configuration, read off the schema: type, default, range and doc of each, in the schema's order.
 * Docs, `--help`, unknown-key suggestions and the saved configuration's order all come from here.
 */
import { z } from 'zod'
import { spellingDistance } from '../core/spelling.ts'
import { configSchema } from './schema.ts'

export interface ConfigKey {
  /** Dotted path, `training.groupSize`. */
  readonly key: string
  /** A section holds other keys and has no value of its own. */
  readonly isSection: boolean
  /** For people: `whole number >= 2`. */
  readonly type: string
  /** Absent for sections, and for keys that the schema gives no default. */
  readonly default: unknown
  readonly doc: string
  readonly schema: JsonSchema
}

/** What is read of a JSON schema; `kind` comes from the kinds of text (`kinds.ts`). */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly anyOf?: readonly JsonSchema[]
  readonly prefixItems?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly kind?: string
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

const described = new WeakMap<z.ZodType, readonly ConfigKey[]>()

/** Every key of a schema, sections before their keys. */
export function describeKeys(schema: z.ZodType): readonly ConfigKey[] {
  const known = described.get(schema) ?? keysOf(z.toJSONSchema(schema) as JsonSchema, '')
  described.set(schema, known)
  return known
}

/** Every key of the configuration. */
export function describeConfig(): readonly ConfigKey[] {
  return describeKeys(configSchema)
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
      schema: property,
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
  if (schema.items !== undefined)
    return `list of ${schema.items.type === 'string' && schema.items.enum === undefined ? 'texts' : typeText(schema.items)}`
  if (schema.kind !== undefined) return schema.kind
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

/**
 * The known key that an unknown one most likely means, or null when none is close.
 * @param limit largest distance; absent: a third of the name's letters.
 */
export function nearestKey(unknownKey: string, candidates: readonly string[], limit?: number): string | null {
  const scored = candidates.map((candidate) => {
    const whole = distance(unknownKey, candidate)
    const name = lastPart(unknownKey).toLowerCase()
    const other = lastPart(candidate).toLowerCase()
    const isShortened = name.length >= 4 && other.startsWith(name) && other !== name
    const last = isShortened ? 1 : distance(name, other)
    const isSameParent = parentOf(unknownKey) === parentOf(candidate)
    const isPart =
      candidate.toLowerCase().endsWith(`.${unknownKey.toLowerCase()}`) ||
      (parentOf(unknownKey) !== '' && candidate.startsWith(`${parentOf(unknownKey)}.`))
    // The right name under the wrong section is nearer than another name.
    return { candidate, score: Math.min(whole, last + (isSameParent ? 0 : isPart ? 0.25 : 0.5)) }
  })
  const depth = (key: string): number => key.split('.').length
  const best = scored.sort((a, b) => a.score - b.score || depth(a.candidate) - depth(b.candidate))[0]
  const most = limit ?? Math.max(1.5, lastPart(unknownKey).length / 3)
  return best !== undefined && best.score <= most ? best.candidate : null
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1)
}

function parentOf(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('.')))
}

/** snake_case and camelCase count as the same. */
function distance(left: string, right: string): number {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[_-]/g, '')
  return spellingDistance(plain(left), plain(right))
}
