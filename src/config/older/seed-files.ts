/**
 * The seeds' own files, read unchanged: `training.yaml` and, beside it, `aflow_llm.yaml`. They are recognised by their
 * keys. Everything mapped and everything ignored is reported in a note; nothing is dropped silently, and a real model
 * is never silently replaced by the simulator.
 */
import { configError } from '../failures.ts'
import { describeConfig, nearestKey } from '../keys.ts'
import { isDummyKey, secretError } from '../secrets.ts'
import { isLayerObject, type Layer, type LayerObject, type LayerValue, mergeLayers } from '../yaml-layer.ts'
import { seedTrainingKeys } from './seed-training-keys.ts'

export interface SeedReading {
  readonly layers: readonly Layer[]
  readonly notes: readonly string[]
}

/** Whether a file is one of the seeds' and not one of ours. */
export function isSeedFile(values: LayerObject): boolean {
  if (isModelList(values)) return true
  const sections = new Set(describeConfig().flatMap(({ key, isSection }) => (isSection ? [key] : [])))
  const names = Object.keys(values)
  return !names.some((name) => sections.has(name)) && names.some((name) => name !== 'seed' && name in seedTrainingKeys)
}

/**
 * @param training the file given, of either kind. @param llm an `aflow_llm.yaml` beside it.
 * @param isExecutorSet whether the command line names a server.
 */
export function readSeedFiles(files: {
  training: Layer | undefined
  llm: Layer | undefined
  isExecutorSet: boolean
}): SeedReading {
  const { training, llm } = files
  if (training !== undefined && isModelList(training.values)) return readModels(training, undefined)
  const own = training === undefined ? { layers: [], notes: [] } : readTraining(training)
  const executor = training?.values.aflow_executor_model
  if (llm === undefined) {
    if (executor === undefined || files.isExecutorSet) return own
    throw configError(
      'missing-llm-config',
      `aflow_executor_model names ${String(executor)} (${training?.where('aflow_executor_model')}), but there is no aflow_llm.yaml beside it that says where this model is.`,
      'Give the file with --llm-config, or the server with --set llm.executor.baseUrl=http://localhost:8002/v1 --set llm.executor.model=NAME.',
    )
  }
  const models = readModels(llm, typeof executor === 'string' ? executor : undefined)
  return { layers: [...own.layers, ...models.layers], notes: [...own.notes, ...models.notes] }
}

function isModelList(values: LayerObject): boolean {
  const { models } = values
  return isLayerObject(models) && Object.values(models).some((model) => isLayerObject(model) && 'base_url' in model)
}

function readTraining(layer: Layer): SeedReading {
  const mapped: string[] = []
  const notes: string[] = []
  const origins = new Map<string, string>()
  let values: LayerObject = {}
  for (const [name, value] of Object.entries(layer.values)) {
    const read = seedTrainingKeys[name]
    if (read === undefined) {
      notes.push(unusedNote(layer, name))
      continue
    }
    const mapping = read(value, layer.values)
    if (mapping.kind === 'ignored') {
      notes.push(`${layer.where(name)}: ${name} is left aside: ${mapping.reason}.`)
      continue
    }
    for (const [key, setting] of Object.entries(mapping.sets)) {
      values = mergeLayers(values, nest(key, setting))
      origins.set(key, name)
      mapped.push(`${name} -> ${key}: ${JSON.stringify(setting)}`)
    }
  }
  if (mapped.length > 0) notes.unshift(`${layer.where('')} is a seed's training.yaml; read as ${mapped.join(', ')}.`)
  return { layers: [withOrigins(values, layer, origins)], notes }
}

/** An unknown key: a misspelling of a known one is an error, anything else is reported and ignored. */
function unusedNote(layer: Layer, name: string): string {
  const meant = nearestKey(name, Object.keys(seedTrainingKeys))
  if (meant !== null) {
    throw configError('unknown-key', `${name} is not a known key (${layer.where(name)}).`, `Did you mean ${meant}?`)
  }
  return `${layer.where(name)}: ${name} is left aside: this trainer has no such setting.`
}

function readModels(layer: Layer, wanted: string | undefined): SeedReading {
  const models = Object.entries(isLayerObject(layer.values.models) ? layer.values.models : {})
  const names = models.map(([name]) => name)
  const isWanted = ([name, model]: [string, LayerValue]): boolean =>
    wanted === undefined
      ? models.length === 1
      : name === wanted || (isLayerObject(model) && model.model_name === wanted)
  const chosen = models.find(isWanted)
  if (chosen === undefined || !isLayerObject(chosen[1])) {
    throw configError(
      'unknown-model',
      wanted === undefined
        ? `${layer.where('models')} lists ${names.length} models and nothing says which one is the executor.`
        : `aflow_executor_model is ${wanted}, but ${layer.where('models')} has no such model.`,
      `It has: ${names.join(', ')}. Set aflow_executor_model in training.yaml to one of them.`,
    )
  }
  return readModel(layer, chosen[0], chosen[1])
}

const modelKeys: Readonly<Record<string, string>> = {
  base_url: 'baseUrl',
  model_name: 'model',
  temperature: 'temperature',
  top_p: 'topP',
  max_tokens: 'maxTokens',
}

const modelReasons: Readonly<Record<string, string>> = {
  api_type: 'every server is spoken to as OpenAI-compatible',
  no_proxy: 'no proxy is used',
}

function readModel(layer: Layer, name: string, model: LayerObject): SeedReading {
  const at = (key: string): string => `models.${name}.${key}`
  if (model.api_type !== undefined && model.api_type !== 'openai') {
    throw configError(
      'unsupported-api',
      `api_type ${String(model.api_type)} of ${name} is not supported (${layer.where(at('api_type'))}).`,
      'Give an OpenAI-compatible server, api_type: openai.',
    )
  }
  const executor: Record<string, LayerValue> = {
    model: name,
    apiKeyEnvironment: readKey(layer, at('api_key'), model.api_key),
  }
  const origins = new Map([['llm.executor', `models.${name}`]])
  const notes: string[] = []
  for (const [key, value] of Object.entries(model)) {
    const ours = modelKeys[key]
    if (ours !== undefined) {
      executor[ours] = value
      origins.set(`llm.executor.${ours}`, at(key))
    } else if (key === 'timeout' && typeof value === 'number') {
      executor.attemptTimeoutMs = Math.round(value * 1000)
    } else if (key !== 'api_key') {
      notes.push(`${layer.where(at(key))}: ${key} is left aside: ${modelReasons[key] ?? 'calls have no such setting'}.`)
    }
  }
  const settings = Object.entries(executor).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
  notes.unshift(
    `${layer.where(`models.${name}`)}: executor and judge are ${name} (llm.executor ${settings.join(', ')}).`,
  )
  return { layers: [withOrigins({ llm: { executor } }, layer, origins)], notes }
}

/** A placeholder means that the server needs no key; `$NAME` names a variable; a real key is refused. */
function readKey(layer: Layer, path: string, value: LayerValue | undefined): string | null {
  if (value === undefined || value === null || (typeof value === 'string' && isDummyKey(value))) return null
  const variable = typeof value === 'string' ? /^\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?$/.exec(value)?.[1] : undefined
  if (variable !== undefined) return variable
  throw secretError(`${path} holds a secret (${layer.where(path)}); write api_key: $MY_API_KEY instead`, 'llm.executor')
}

function withOrigins(values: LayerObject, layer: Layer, origins: ReadonlyMap<string, string>): Layer {
  return {
    values,
    where: (path) => {
      for (let key = path; key !== ''; key = key.slice(0, Math.max(0, key.lastIndexOf('.')))) {
        const origin = origins.get(key)
        if (origin !== undefined) return layer.where(origin)
      }
      return layer.where('')
    },
  }
}

function nest(path: string, value: LayerValue): LayerObject {
  return path.split('.').reduceRight<LayerValue>((inner, part) => ({ [part]: inner }), value) as LayerObject
}
