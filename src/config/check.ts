/** From merged layers to a checked configuration: unknown keys, wrong types and ranges, each with its place and its fix. */
import { configError } from './failures.ts'
import { type ConfigKey, describeConfig, nearestKey } from './keys.ts'
import { otherNames } from './other-names.ts'
import type { ConfigProblem } from './rules.ts'
import { type Config, configSchema } from './schema.ts'
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
    'Mend them and start again.',
  )
}

/** Keys of a layer that the schema does not have. */
export function unknownKeys(layer: Layer): ConfigProblem[] {
  const keys = describeConfig().map(({ key }) => key)
  const known = new Set(keys)
  const problems: ConfigProblem[] = []
  const walk = (values: LayerObject, prefix: string): void => {
    for (const [name, value] of Object.entries(values)) {
      const path = prefix === '' ? name : `${prefix}.${name}`
      if (!known.has(path)) {
        const meant = otherNames[name] ?? nearestKey(path, keys)
        problems.push({
          message: `${path} is not a known key (${layer.where(path)}).`,
          hint: meant === null ? 'docs/config.md lists every key.' : `Did you mean ${meant}?`,
        })
      } else if (isLayerObject(value)) walk(value, path)
    }
  }
  walk(layer.values, '')
  return problems
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
export function parseConfig(values: LayerObject, where: (path: string) => string): Config {
  const parsed = configSchema.safeParse(values)
  if (parsed.success) return parsed.data
  const paths = [...new Set(parsed.error.issues.map((issue) => keyOf(issue.path)))]
  const problems = paths.map((path) => problemAt(path, values, where(path)))
  throwProblems('bad-value', problems)
  throw parsed.error
}

/** The known key that an issue's path leads to (list positions are dropped). */
function keyOf(path: readonly PropertyKey[]): string {
  return path.filter((part) => typeof part === 'string').join('.')
}

function problemAt(path: string, values: LayerObject, where: string): ConfigProblem {
  const known = describeConfig().find(({ key }) => key === path)
  const got = path
    .split('.')
    .reduce<LayerValue | undefined>((inner, part) => (isLayerObject(inner) ? inner[part] : undefined), values)
  return {
    message: `${path} must be ${expectation(known)} (got ${shown(got)}; ${where}). ${known?.doc ?? ''}`.trim(),
    hint:
      known === undefined || known.isSection
        ? 'Write its keys below it.'
        : `Set ${path}: ${JSON.stringify(known.default)}.`,
  }
}

/** As JSON; NaN and Infinity, which JSON does not have, by their names. */
function shown(value: LayerValue | undefined): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

function expectation(known: ConfigKey | undefined): string {
  if (known === undefined) return 'something else'
  if (known.isSection) return 'a section with keys of its own'
  if (known.type.startsWith('`') && known.type.includes(', ')) return `one of ${known.type}`
  return /^(whole number|number|list|mapping|URL)/.test(known.type) ? `a ${known.type}` : known.type
}
