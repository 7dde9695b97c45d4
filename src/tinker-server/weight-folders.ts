/** Folders of weights: copied whole or not at all, never written to afterwards. */
import { constants, existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const modelFiles = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'] as const
const optimizerFile = 'optimizer.safetensors'

/** Copies a model, with its optimizer's state where asked for and there. What stood at `to` is replaced. */
export async function copyWeights(from: string, to: string, withOptimizer: boolean): Promise<void> {
  await fillFolder(to, async (folder) => {
    for (const name of [...modelFiles, ...(withOptimizer ? [optimizerFile] : [])]) {
      const source = join(from, name)
      if (existsSync(source)) await copyFile(source, join(folder, name), constants.COPYFILE_FICLONE)
    }
  })
}

/** @param fill writes into an empty folder, which takes its name once it is whole. */
export async function fillFolder(to: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const partial = `${to}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  await fill(partial)
  await rm(to, { recursive: true, force: true })
  await mkdir(dirname(to), { recursive: true })
  await rename(partial, to)
}

export async function dropOptimizer(folder: string): Promise<void> {
  await rm(join(folder, optimizerFile), { force: true })
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}

/** Bytes of a folder's files. */
export async function weightBytes(folder: string): Promise<number> {
  let bytes = 0
  for (const name of await readdir(folder)) bytes += (await stat(join(folder, name))).size
  return bytes
}
