/**
 * Loads a configuration: defaults, then a preset, then a file, then `--set`. Nothing else is read or started before all
 * of it has been checked. Files of the seeds (`older/seed-files.ts`) are read unchanged.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { parseConfig, throwProblems, unknownKeys, withoutEmptySections } from './check.ts'
import { configError } from './failures.ts'
import { readInput } from './input-files.ts'
import { describeConfig } from './keys.ts'
import { isSeedFile, readSeedFiles } from './older/seed-files.ts'
import { readPreset } from './presets.ts'
import { brokenRules, missingVariables, remarks } from './rules.ts'
import type { Config } from './schema.ts'
import { refuseSecrets } from './secrets.ts'
import {
  isLayerObject,
  type Layer,
  type LayerObject,
  type LayerValue,
  mergeLayers,
  readSetting,
  readYamlLayer,
} from './yaml-layer.ts'

export interface LoadConfigOptions {
  /** A configuration file, or a seed's `training.yaml` or `aflow_llm.yaml`. */
  readonly file?: string
  /** A seed's `aflow_llm.yaml` when it is not beside its `training.yaml`. */
  readonly llmFile?: string
  readonly preset?: string
  /** `key=value`, the value in YAML; later ones win. */
  readonly set?: readonly string[]
  /** Where API keys are looked up; if omitted, they are not looked up. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

export interface LoadedConfig {
  readonly config: Config
  /** The whole configuration as YAML; loaded as a file it gives the same configuration. */
  readonly resolvedYaml: string
  /** `sha256:...` of all but the `run` section. */
  readonly hash: string
  /** By dotted key: `default`, `preset quickstart, line 3`, `my.yaml, line 12` or `--set`. */
  readonly origin: Readonly<Record<string, string>>
  /** What the user should know: how a seed's file was read, settings with a side effect. */
  readonly notes: readonly string[]
}

export function loadConfig(options: LoadConfigOptions = {}): LoadedConfig {
  const notes: string[] = []
  const settings = (options.set ?? []).map(readSetting)
  const own = [...readFileLayers(options, settings, notes), ...settings]
  const preset = options.preset === undefined ? [] : [ownProblemsOnly(readPreset(options.preset), own, notes)]
  const layers: Layer[] = [...preset, ...own].map((layer) => ({ ...layer, values: withoutEmptySections(layer.values) }))
  for (const layer of layers) refuseSecrets(layer)
  throwProblems('unknown-key', layers.flatMap(unknownKeys))

  const merged = layers.reduce<LayerObject>((lower, layer) => mergeLayers(lower, layer.values), {})
  const where = (path: string): string =>
    layers.findLast((layer) => valueAt(layer.values, path) !== undefined)?.where(path) ?? 'default'
  const given = (path: string): LayerValue[] =>
    layers.map((layer) => valueAt(layer.values, path)).filter((value) => value !== undefined)
  const config = parseConfig(merged, { where, given })
  throwProblems(
    'conflict',
    brokenRules(config, (key) => where(key) !== 'default'),
  )
  if (options.environment !== undefined)
    throwProblems('missing-variable', missingVariables(config, options.environment))
  const leaves = describeConfig().filter(({ isSection }) => !isSection)
  return {
    config: freeze(config),
    resolvedYaml: stringify(config, { lineWidth: 0 }),
    hash: hashConfig(config),
    origin: Object.fromEntries(leaves.map(({ key }) => [key, where(key)])),
    notes: [...notes, ...remarks(config)],
  }
}

/**
 * The files of a preset belong together: a run that trains or chooses on other problems is not measured on the preset's
 * test problems unless they are asked for.
 */
function ownProblemsOnly(preset: Layer, own: readonly Layer[], notes: string[]): Layer {
  const test = valueAt(preset.values, 'data.test')
  const isSet = (key: string): boolean => own.some(({ values }) => valueAt(values, key) !== undefined)
  const given = ['data.train', 'data.validation'].filter(isSet)
  if (typeof test !== 'string' || given.length === 0 || isSet('data.test')) return preset
  notes.push(
    `${given.join(' and ')} given, so the preset's data.test (${test}) is left out: the result is measured on data.validation. Set data.test to measure it on a third file.`,
  )
  return { ...preset, values: mergeLayers(preset.values, { data: { test: null } }) }
}

/** A complete configuration as a run keeps it. @param name what it is called in messages. */
export function parseResolved(text: string, name: string): Config {
  const layer = readYamlLayer(text, name)
  return freeze(parseConfig(withoutEmptySections(layer.values), { where: layer.where }))
}

function readFileLayers(options: LoadConfigOptions, settings: readonly Layer[], notes: string[]): Layer[] {
  const { file, llmFile } = options
  if (file === undefined && llmFile === undefined) return []
  const own = file === undefined ? undefined : readLayer('the configuration file', file)
  if (own !== undefined && !isSeedFile(own.values)) {
    if (llmFile === undefined) return [own]
    throw configError(
      'unexpected-llm-config',
      `${file} is a configuration of Baton, which names its models itself.`,
      'Leave --llm-config out, and set llm.executor.baseUrl and llm.executor.model.',
    )
  }
  const beside = file === undefined ? undefined : join(dirname(file), 'aflow_llm.yaml')
  const llmPath = llmFile ?? (beside !== undefined && existsSync(beside) ? beside : undefined)
  const llm = llmPath === undefined || llmPath === file ? undefined : readLayer('the LLM configuration', llmPath)
  const isExecutorSet = settings.some(({ values }) => valueAt(values, 'llm.executor.baseUrl') !== undefined)
  const seed = readSeedFiles({ training: own, llm, isExecutorSet })
  notes.push(...seed.notes)
  return [...seed.layers]
}

function readLayer(what: string, path: string): Layer {
  return readYamlLayer(readInput(what, path, /\.ya?ml$/), basename(path))
}

function valueAt(values: LayerObject, path: string): LayerValue | undefined {
  return path
    .split('.')
    .reduce<LayerValue | undefined>((inner, part) => (isLayerObject(inner) ? inner[part] : undefined), values)
}

function hashConfig({ run: _, ...rest }: Config): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(rest)).digest('hex')}`
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}
