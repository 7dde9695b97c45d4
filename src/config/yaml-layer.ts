/**
 * YAML read into a configuration layer: plain values, and the line number of every key, so that an error can say where
 * it is. Does not know which keys exist.
 */
import { type Document, isAlias, isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import { configError } from './failures.ts'

export type LayerValue = null | boolean | number | string | readonly LayerValue[] | LayerObject
export interface LayerObject {
  readonly [key: string]: LayerValue
}

/** Values from one place: the defaults, a preset, a file or the command line. */
export interface Layer {
  readonly values: LayerObject
  /** Says where the value at a dotted path (or the nearest path above it) was given: `my.yaml, line 12`. */
  where(path: string): string
}

export function isLayerObject(value: LayerValue | undefined): value is LayerObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @param name how the file is called in messages. */
export function readYamlLayer(text: string, name: string): Layer {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, uniqueKeys: true })
  const problem = document.errors[0]
  if (problem !== undefined) {
    const line = lineCounter.linePos(problem.pos[0]).line
    const what = problem.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '')
    throw configError(
      'malformed-yaml',
      `${name}, line ${line}: ${what}.`,
      'Fix the YAML: keys and values are written `key: value`, nested by indentation.',
    )
  }
  const values = plainValue(document, name) ?? {}
  if (!isLayerObject(values)) {
    throw configError(
      'not-a-mapping',
      `${name} holds no keys: a configuration is a YAML mapping.`,
      'Write keys and values, such as `training: {steps: 60}`.',
    )
  }
  const lines = new Map<string, number>()
  collectLines(document.contents, '', { counter: lineCounter, lines })
  return {
    values,
    where: (path) => {
      for (let key = path; key !== ''; key = key.slice(0, Math.max(0, key.lastIndexOf('.')))) {
        const line = lines.get(key)
        if (line !== undefined) return `${name}, line ${line}`
      }
      return name
    },
  }
}

/** An alias (`*.jsonl`) must have its anchor, and aliases must not unfold without end. */
function plainValue(document: Document, name: string): LayerValue {
  try {
    return (document.toJS({ maxAliasCount: 100 }) ?? null) as LayerValue
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    throw configError(
      'malformed-yaml',
      `${name}: ${what.replace(/\.+$/, '')}.`,
      'Put a text that begins with "*" or "&" into quotes.',
    )
  }
}

function collectLines(
  node: Node | null,
  path: string,
  { counter, lines }: { readonly counter: LineCounter; readonly lines: Map<string, number> },
): void {
  if (!isMap(node) || isAlias(node)) return
  for (const pair of node.items) {
    if (!isPair(pair) || !isScalar(pair.key)) continue
    const key = path === '' ? String(pair.key.value) : `${path}.${pair.key.value}`
    const offset = pair.key.range?.[0]
    if (offset !== undefined) lines.set(key, counter.linePos(offset).line)
    collectLines(pair.value as Node | null, key, { counter, lines })
  }
}

/**
 * One `--set a.b=value` as a layer; the value is YAML (`8`, `true`, `null`, `[-1, 1]`, `{math: 4}`).
 */
export function readSetting(setting: string): Layer {
  const equals = setting.indexOf('=')
  const path = setting.slice(0, Math.max(0, equals)).trim()
  if (equals < 1 || path.split('.').some((part) => part === '')) {
    throw configError(
      'malformed-setting',
      `--set ${path || setting} is not of the form key=value.`,
      'Write it as --set training.groupSize=8.',
    )
  }
  const value = settingValue(setting.slice(equals + 1))
  const values = path.split('.').reduceRight<LayerValue>((inner, part) => ({ [part]: inner }), value)
  return { values: values as LayerObject, where: () => '--set' }
}

/**
 * YAML if it is a complete value; otherwise the text itself: here `*.jsonl` is not an alias, `#1` not a comment and
 * `...` not an end.
 */
function settingValue(text: string): LayerValue {
  const document = parseDocument(text)
  const isValue = document.errors.length === 0 && !/(?:^|\s)[#*]|^\s*(?:---|\.\.\.)/.test(text)
  return isValue ? plainValue(document, '--set') : text
}

/** Mappings are merged key by key; anything else in `upper` replaces what `lower` has. */
export function mergeLayers(lower: LayerObject, upper: LayerObject): LayerObject {
  const merged: Record<string, LayerValue> = { ...lower }
  for (const [key, value] of Object.entries(upper)) {
    const below = merged[key]
    merged[key] = isLayerObject(below) && isLayerObject(value) ? mergeLayers(below, value) : value
  }
  return merged
}
