/**
 * A published model becomes a checked folder in Hugging Face's form: `config.json`, `model.safetensors`, the tokenizer and
 * `baton-model.json`. It is written beside under another name and renamed: it is whole or not there.
 */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { checkTokenizer } from './check-tokenizer.ts'
import { modelFileError } from './model-file-error.ts'
import { configText, tensorsToWrite, writeFolder } from './model-folder.ts'
import { type ModelManifest, manifestFile } from './model-manifest.ts'
import { type OpenModel, openModel } from './open-model.ts'
import { fileHash } from './sources/file-hash.ts'
import type { LocatedModel } from './sources/locate-model.ts'
import type { StoredType } from './stored-numbers.ts'
import { writeSafetensors } from './write-safetensors.ts'

export interface ImportOptions {
  /** As the user named it. */
  readonly address: string
  readonly located: LocatedModel
  /** Must not exist unless `isForced`. */
  readonly folder: string
  readonly isForced: boolean
  /** `auto`: as the file has it; what was quantised becomes F32, which alone holds its values exactly. */
  readonly storedType: StoredType | 'auto'
  readonly onProgress: (bytes: number, totalBytes: number) => void
}

/** @throws BatonError where the model is damaged, of an unknown kind, or does not fit its configuration. */
export async function importModel(options: ImportOptions): Promise<void> {
  const { located, folder, isForced } = options
  if (existsSync(folder) && !isForced) {
    throw modelFileError(`${folder} exists already`, 'Give another --out, or write over it with --force.')
  }
  const model = await openModel(located.path)
  try {
    checkTokenizer(model.files['tokenizer.json'] ?? '', model.config, located.path)
    await writeFolder(folder, (making) => writeModel(making, model, options))
  } finally {
    await model.weights.close()
  }
}

async function writeModel(making: string, model: OpenModel, options: ImportOptions): Promise<void> {
  const { config, weights, files } = model
  const tensors = tensorsToWrite(config, weights, options.storedType)
  await writeSafetensors(join(making, 'model.safetensors'), tensors, options.onProgress)
  const sources = model.weightPaths.map(async (path) => ({ name: basename(path), sha256: await fileHash(path) }))
  const manifest: ModelManifest = {
    version: 1,
    source: { kind: options.located.kind, address: options.address, files: await Promise.all(sources) },
    license: model.license,
  }
  const texts: Record<string, string> = { ...files, [manifestFile]: `${JSON.stringify(manifest, null, 2)}\n` }
  texts['config.json'] = configText(files['config.json'] ?? '', tensors)
  for (const [name, text] of Object.entries(texts)) await writeFile(join(making, name), text)
}
