/** From merged layers to a checked configuration: unknown keys, wrong types and ranges, each with its place and its fix. */

import { nearestName } from '../core/spelling.ts'
import { configError } from './failures.ts'
import { describeConfig, nearestKey } from './keys.ts'
import { otherNames } from './other-names.ts'
import type { ConfigProblem } from './rules.ts'
import { type Config, configSchema } from './schema.ts'
import { type WrongValueOptions, wrongValues } from './wrong-value.ts'
import { isLayerObject, type Layer, type LayerObject, type LayerValue } from './yaml-layer.ts'

/** One problem reads as message and hint; several as a list, all at once. */
export function throwProblems(code: string, problems: readonly ConfigProblem[]): void {
  const [first] = problems
  if (first === undefined) return
  if (problems.length === 1) throw configError(code, first.message, first.hint)
  const list = problems.map(({ message, hint }) => `- ${message} ${hint}`).join('\n')
  throw configError(
    code,
    `${problems.length} things in the configuration are wrong:\n${list}`,
    'Fix them and start again.',
  )
}

/** Keys of a layer that the configuration does not have. */
export function unknownKeys(layer: Layer): ConfigProblem[] {
  const keys = describeConfig()
  const known = new Set(keys.map(({ key }) => key))
  /** A mapping whose names are a person's own (`rewards.weights`) has no keys below it. */
  const isOpen = (path: string): boolean =>
    keys.some(({ key, type }) => key === path && type.includes('mapping')) &&
    !keys.some(({ key }) => key.startsWith(`${path}.`))
  const problems: ConfigProblem[] = []
  const walk = (values: LayerObject, prefix: string): void => {
    for (const [name, value] of Object.entries(values)) {
      const path = prefix === '' ? name : `${prefix}.${name}`
      if (!known.has(path)) {
        const whole = `${path}${onlyLeaf(value)}`
        problems.push({ message: `${whole} is not a known key (${layer.where(path)}).`, hint: unknownKeyHint(whole) })
      } else if (isLayerObject(value) && !isOpen(path)) walk(value, path)
    }
  }
  walk(layer.values, '')
  return problems
}

/** `.beta1` of `adam: {beta1: 0.9}`: where an unknown section holds one key, that key was meant. */
function onlyLeaf(value: LayerValue): string {
  const [first, ...others] = isLayerObject(value) ? Object.entries(value) : []
  return first === undefined || others.length > 0 ? '' : `.${first[0]}${onlyLeaf(first[1])}`
}

/** By our keys, also those of other sections, and by the names that older and other trainers have for them. */
function unknownKeyHint(path: string): string {
  const keys = describeConfig().map(({ key }) => key)
  const name = path.slice(path.lastIndexOf('.') + 1)
  const other = Object.hasOwn(otherNames, name) ? name : nearestName(name, Object.keys(otherNames))
  const exact = nearestKey(path, keys, other === name ? 0 : 1)
  const meant = exact ?? (other === null ? nearestKey(path, keys) : (otherNames[other] ?? null))
  if (meant === null) return 'docs/config.md lists every key.'
  return exact === null && other !== null && other !== name
    ? `Did you mean ${other}, a key of other trainers? Here it is ${meant}.`
    : `Did you mean ${meant}?`
}

/** A section left empty in YAML (`training:`) is null there; it means "no keys". */
export function withoutEmptySections(values: LayerObject): LayerObject {
  const sections = new Set(describeConfig().flatMap(({ key, isSection }) => (isSection ? [key] : [])))
  const clean = (object: LayerObject, prefix: string): LayerObject =>
    Object.fromEntries(
      Object.entries(object).flatMap(([name, value]): [string, LayerValue][] => {
        const path = prefix === '' ? name : `${prefix}.${name}`
        if (value === null && sections.has(path)) return []
        return [[name, isLayerObject(value) ? clean(value, path) : value]]
      }),
    )
  return clean(values, '')
}

/** Fills in the defaults and checks every type and range. */
export function parseConfig(values: LayerObject, sources: Pick<WrongValueOptions, 'where' | 'given'>): Config {
  const parsed = configSchema.safeParse(values)
  if (parsed.success) return parsed.data
  throwProblems('bad-value', wrongValues(configSchema, values, sources))
  throw parsed.error
}
