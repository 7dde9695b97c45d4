/** What is known of a model's folder, for people and programs. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { checkLayout, parameterCount } from './check-layout.ts'
import { type ModelManifest, readManifest } from './model-manifest.ts'
import { openModel } from './open-model.ts'

export interface ModelDescription {
  readonly folder: string
  readonly architecture: string
  readonly parameters: number
  readonly layers: number
  readonly hiddenSize: number
  readonly heads: number
  readonly keyValueHeads: number
  readonly headSize: number
  readonly vocabularySize: number
  readonly contextLength: number
  readonly tiesEmbeddings: boolean
  /** Each type that tensors have, the most frequent first. */
  readonly storedTypes: readonly string[]
  readonly weightBytes: number
  readonly hasChatTemplate: boolean
  readonly license: string | null
  readonly source: ModelManifest['source'] | null
}

/** @param path of a model's folder or of a GGUF file. @throws BatonError where it is not a whole model. */
export async function describeModel(path: string): Promise<ModelDescription> {
  const { config, weights, files, weightPaths, license } = await openModel(path)
  await weights.close()
  const tensors = checkLayout(config, weights)
  const counts = new Map<string, number>()
  for (const { name } of tensors) {
    const type = weights.tensors.get(name)?.storedType ?? ''
    counts.set(type, (counts.get(type) ?? 0) + 1)
  }
  const manifest = path.endsWith('.gguf') ? null : readManifest(path)
  const template = files['tokenizer_config.json']?.includes('"chat_template"') === true
  return {
    folder: path,
    architecture: config.architecture,
    parameters: parameterCount(config),
    layers: config.layers,
    hiddenSize: config.hiddenSize,
    heads: config.heads,
    keyValueHeads: config.keyValueHeads,
    headSize: config.headSize,
    vocabularySize: config.vocabularySize,
    contextLength: config.contextLength,
    tiesEmbeddings: config.tiesEmbeddings,
    storedTypes: [...counts].sort(([, a], [, b]) => b - a).map(([type]) => type),
    weightBytes: weightPaths.reduce((total, file) => total + statSync(file).size, 0),
    hasChatTemplate: template || files['chat_template.jinja'] !== undefined,
    license: manifest?.license ?? license,
    source: manifest?.source ?? null,
  }
}

/** Folders of models directly below `parent`, by name. */
export function modelFolders(parent: string): string[] {
  if (!existsSync(parent)) return []
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && existsSync(join(parent, entry.name, 'config.json')))
    .map(({ name }) => join(parent, name))
    .sort()
}
