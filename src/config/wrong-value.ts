/** The message for a value that the schema refuses: what the key takes, what it got and where, and the value meant. */
import { stringify } from 'yaml'
import type { z } from 'zod'
import type { Refusal } from '../core/inputs/refusal.ts'
import type { Json } from '../core/json.ts'
import { type ConfigKey, describeKeys } from './keys.ts'
import { refusalOf } from './kinds.ts'
import { meantValue } from './meant-value.ts'
import type { ConfigProblem } from './rules.ts'
import { isLayerObject, type LayerObject, type LayerValue } from './yaml-layer.ts'

export interface WrongValueOptions {
  /** Where the value at a key was given: `my.yaml, line 3`. */
  readonly where?: (key: string) => string
  /** What preset, file and options give for a key; the last one wins: without the wrong one, an earlier one applies. */
  readonly given?: (key: string) => readonly LayerValue[]
  /** Of a schema that has none itself. */
  readonly defaults?: LayerObject
  /** Page that lists the keys. */
  readonly page?: string
}

/** Every wrong value, one problem a key. */
export function wrongValues(
  schema: z.ZodType,
  values: LayerObject,
  { where, given, defaults = {}, page = 'docs/config.md' }: WrongValueOptions = {},
): readonly ConfigProblem[] {
  const parsed = schema.safeParse(values)
  if (parsed.success) return []
  const byKey = new Map<string, z.core.$ZodIssue>()
  for (const issue of parsed.error.issues) {
    const key = keyOf(issue)
    if (!byKey.has(key)) byKey.set(key, issue)
  }
  return [...byKey].map(([key, issue]) => {
    const known = describeKeys(schema).find((one) => one.key === key)
    const got = valueAt(values, key)
    const refusal = refusalOf(issue) ?? refusalByType(known, got)
    const isAccepted = (meant: Json): boolean => {
      const again = schema.safeParse(withValue(values, key, meant))
      return again.success || !again.error.issues.some((other) => keyOf(other) === key)
    }
    const inForce = given?.(key).findLast((value) => isAccepted(value))
    const usual = inForce ?? (known?.default === undefined ? valueAt(defaults, key) : known.default)
    const lastResort =
      known === undefined || known.isSection
        ? 'Write its keys below it.'
        : usual === undefined
          ? `${page} lists the keys and what they take.`
          : `Set ${key}: ${flow(usual)}.`
    return problemAt({ key, known, got, where: where?.(key) ?? '', refusal, isAccepted, lastResort })
  })
}

/** The key that an issue's path leads to (list positions are dropped). */
function keyOf({ path }: z.core.$ZodIssue): string {
  return path.filter((part) => typeof part === 'string').join('.')
}

/** Where no kind says why: a guess by the type of the key. */
function refusalByType(known: ConfigKey | undefined, got: LayerValue | undefined): Refusal | null {
  if (known === undefined || got === undefined) return null
  const meant = meantValue(known.key, known.schema, got)
  if (meant !== undefined) return { why: '', meant }
  const isList = Array.isArray(got) && known.type.startsWith('path')
  return isList ? { why: 'one file is read', advice: joinFiles } : null
}

const joinFiles = 'Give one file; JSON lines can be joined: cat a.jsonl b.jsonl > c.jsonl'

interface WrongValue {
  readonly key: string
  readonly known: ConfigKey | undefined
  readonly got: LayerValue | undefined
  readonly where: string
  readonly refusal: Refusal | null
  isAccepted(meant: Json): boolean
  /** The hint where neither a value nor an advice is known. */
  readonly lastResort: string
}

function problemAt({ key, known, got, where, refusal, isAccepted, lastResort }: WrongValue): ConfigProblem {
  const place = [...(refusal?.isSecret === true ? [] : [`got ${shown(got)}`]), ...(where === '' ? [] : [where])]
  const why = refusal?.why ?? ''
  const said = why === '' ? `. ${known?.doc ?? ''}`.trimEnd() : `: ${why}.`
  const message = `${key} must be ${expectation(known)} (${place.join('; ')})${said}`
  if (refusal?.meant !== undefined && isAccepted(refusal.meant))
    return { message, hint: setTo(key, refusal.meant, where) }
  return { message, hint: refusal?.advice ?? lastResort }
}

/** A text that YAML would read as something else needs quotes, which a shell takes off unless they are quoted too. */
function setTo(key: string, meant: Json, where: string): string {
  const text = flow(meant)
  return where === '--set' && text.startsWith('"') ? `Write --set '${key}=${text}' for a text.` : `Set ${key}: ${text}.`
}

/** YAML on one line. */
function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim()
}

/** As JSON; NaN and Infinity, which JSON does not have, by their names. */
function shown(value: LayerValue | undefined): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

function expectation(known: ConfigKey | undefined): string {
  if (known === undefined) return 'something else'
  if (known.isSection) return 'a section with keys of its own'
  if (known.type.startsWith('`') && known.type.includes(', ')) return `one of ${known.type}`
  const parts = known.type.split(' or ').map((part) => {
    if (/^(?:`|text$)/.test(part)) return part
    return `${/^[aeiou]/.test(part) ? 'an' : 'a'} ${part}`
  })
  return parts.length < 3 ? parts.join(' or ') : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}`
}

function valueAt(values: LayerObject, key: string): LayerValue | undefined {
  return key
    .split('.')
    .reduce<LayerValue | undefined>((inner, part) => (isLayerObject(inner) ? inner[part] : undefined), values)
}

function withValue(values: LayerObject, key: string, value: LayerValue): LayerObject {
  const [name = '', ...rest] = key.split('.')
  const inner = values[name]
  if (rest.length === 0) return { ...values, [name]: value }
  return { ...values, [name]: withValue(isLayerObject(inner) ? inner : {}, rest.join('.'), value) }
}
