/** Reads the tensors of a model folder one at a time: one `model.safetensors`, or shards with an index. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BatonError } from '../../core/failure.ts'
import { expectedTensors, type ModelConfig } from '../../models/index.ts'
import { type HostTensor, type OpenSafetensors, openSafetensors } from '../../tensor/index.ts'

const modelFile = 'model.safetensors'
const indexFile = 'model.safetensors.index.json'

/** @param use gets a reader of tensors by name; the files are closed after it. */
export function withModelFiles<T>(
  folder: string,
  config: ModelConfig,
  use: (read: (name: string) => HostTensor) => T,
): T {
  const files: OpenSafetensors[] = []
  try {
    for (const name of fileNames(folder)) files.push(openRequired(join(folder, name)))
    const fileOf = (name: string): OpenSafetensors | undefined => files.find(({ specs }) => specs.has(name))
    const wrong = expectedTensors(config).flatMap(({ name, shape }) => {
      const found = fileOf(name)?.specs.get(name)
      if (found === undefined) return [`${name} is missing`]
      return found.shape.join() === shape.join()
        ? []
        : [`${name} is [${found.shape.join(', ')}], not [${shape.join(', ')}]`]
    })
    if (wrong.length > 0) {
      const more = wrong.length > 3 ? `, and ${wrong.length - 3} more` : ''
      throw modelFileError(
        `the tensors in ${folder} do not fit its config.json: ${wrong.slice(0, 3).join(', ')}${more}`,
      )
    }
    return use((name) => (fileOf(name) as OpenSafetensors).read(name))
  } finally {
    for (const file of files) file.close()
  }
}

function fileNames(folder: string): string[] {
  const index = join(folder, indexFile)
  if (!existsSync(index)) return [modelFile]
  try {
    const { weight_map: map } = JSON.parse(readFileSync(index, 'utf8')) as { weight_map: Record<string, string> }
    return [...new Set(Object.values(map))]
  } catch (cause) {
    throw modelFileError(`${index} names no files`, cause)
  }
}

function openRequired(path: string): OpenSafetensors {
  try {
    return openSafetensors(path)
  } catch (cause) {
    if (cause instanceof BatonError) throw cause
    throw modelFileError(`${path} cannot be read`, cause)
  }
}

function modelFileError(message: string, cause?: unknown): BatonError {
  return new BatonError(message, {
    boundary: 'engine',
    code: 'model-file',
    hint: 'Point policy.model at a folder with config.json, tokenizer.json and model.safetensors.',
    cause,
  })
}
