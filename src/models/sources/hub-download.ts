/**
 * A model's files from the Hugging Face hub into a folder: the tokenizer, or all of it. The token for gated models comes
 * from the environment (HF_TOKEN) and is sent to the hub's own address only.
 */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BatonError } from '../../core/failure.ts'
import { downloadFile, type ProxyEnvironment } from '../../http/index.ts'
import { weightFiles } from '../safetensors-source.ts'

export interface HubDownload {
  /** `Qwen/Qwen2.5-7B-Instruct`. */
  readonly model: string
  /** Branch, tag or commit; default `main`. */
  readonly revision?: string
  /** Where the files go; those that are there are not fetched again. */
  readonly folder: string
  /** Default https://huggingface.co, or HF_ENDPOINT. */
  readonly endpoint?: string
  readonly token?: string
  /** Where the proxy variables are read. Default: the process's environment. */
  readonly environment?: ProxyEnvironment
  readonly onProgress?: DownloadProgress
}

/** @param file that comes. @param bytes of it so far. @param totalBytes null where the server does not say. */
export type DownloadProgress = (file: string, bytes: number, totalBytes: number | null) => void

/** Files of a tokenizer, and what a chat needs beside it. */
const tokenizerFiles = { needed: ['tokenizer.json', 'tokenizer_config.json'], optional: ['chat_template.jinja'] }
const settings = ['generation_config.json', 'config.json']

/** Whether the text reads as owner/model. */
export function isHubName(model: string): boolean {
  return /^[\w.-]+\/[\w.-]+$/.test(model) && !model.includes('..')
}

/** Tokenizer and chat template, weights not. @throws BatonError naming the file and the fix. */
export async function downloadTokenizer(options: HubDownload): Promise<string> {
  const { needed, optional } = tokenizerFiles
  await downloadFiles(options, needed, [...optional, ...settings])
  return options.folder
}

/** Everything that a model is imported from: weights in one file or in shards. @throws BatonError as `downloadTokenizer`. */
export async function downloadModel(options: HubDownload): Promise<string> {
  const { folder } = options
  await downloadFiles(
    options,
    ['config.json', 'tokenizer.json'],
    [
      ...tokenizerFiles.optional,
      'tokenizer_config.json',
      'generation_config.json',
      'README.md',
      'model.safetensors.index.json',
    ],
  )
  const isSharded = existsSync(join(folder, 'model.safetensors.index.json'))
  await downloadFiles(options, isSharded ? await weightFiles(folder) : ['model.safetensors'], [])
  return folder
}

async function downloadFiles(
  options: HubDownload,
  needed: readonly string[],
  optional: readonly string[],
): Promise<void> {
  const { model, folder, revision = 'main' } = options
  if (!isHubName(model)) {
    throw hubError(`"${model}" is no model of the hub`, 'Name it owner/model, e.g. Qwen/Qwen2.5-7B-Instruct.')
  }
  await mkdir(folder, { recursive: true })
  for (const name of [...needed, ...optional]) {
    if (existsSync(join(folder, name))) continue
    const isThere = await fetchFile(options, revision, name)
    if (!isThere && needed.includes(name)) {
      throw hubError(`${model} has no ${name} on the hub`, "Give a folder with the model's files instead.")
    }
  }
}

/** @returns whether the hub has such a file. */
async function fetchFile(options: HubDownload, revision: string, name: string): Promise<boolean> {
  const { model, endpoint = 'https://huggingface.co', token, environment, onProgress } = options
  const url = `${endpoint.replace(/\/$/, '')}/${model}/resolve/${encodeURIComponent(revision)}/${name}`
  const outcome = await downloadFile({
    url,
    path: join(options.folder, name),
    apiKey: token,
    environment,
    onProgress: (bytes, totalBytes) => onProgress?.(name, bytes, totalBytes),
  })
  if (outcome.kind === 'file') return true
  if (outcome.kind !== 'refused') {
    throw hubError(
      `${url} cannot be reached: ${outcome.message}`,
      'Download the files elsewhere and give their folder.',
    )
  }
  const { status } = outcome
  if (status === 404) return false
  if (status === 401 || status === 403) {
    throw hubError(`${model} is not open to you`, 'Accept its licence on the hub and set HF_TOKEN in the environment.')
  }
  throw hubError(`${url} was answered ${status}`, 'Try again later, or give a local folder.')
}

function hubError(message: string, hint: string): BatonError {
  return new BatonError(message, { boundary: 'engine', code: 'hub-download', exitCode: 3, hint })
}
