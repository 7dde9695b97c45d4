/**
 * A model's tokenizer files from the Hugging Face hub into a folder, weights not. The token for gated models comes from
 * the environment (HF_TOKEN) and is sent to the hub's own address only.
 */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BatonError } from '../../core/failure.ts'
import { downloadFile, type ProxyEnvironment } from '../../http/index.ts'

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
}

const needed = ['tokenizer.json', 'tokenizer_config.json'] as const
const optional = ['chat_template.jinja', 'generation_config.json', 'config.json'] as const

/** Whether the text reads as owner/model. */
export function isHubName(model: string): boolean {
  return /^[\w.-]+\/[\w.-]+$/.test(model) && !model.includes('..')
}

/** @throws BatonError naming the file and the fix. */
export async function downloadTokenizer(options: HubDownload): Promise<string> {
  const { model, folder, revision = 'main' } = options
  if (!isHubName(model)) {
    throw hubError(`"${model}" is no model of the hub`, 'Name it owner/model, e.g. Qwen/Qwen2.5-7B-Instruct.')
  }
  await mkdir(folder, { recursive: true })
  for (const name of [...needed, ...optional]) {
    if (existsSync(join(folder, name))) continue
    const isThere = await fetchFile(options, revision, name)
    if (!isThere && (needed as readonly string[]).includes(name)) {
      throw hubError(`${model} has no ${name} on the hub`, "Give a folder with the model's files instead.")
    }
  }
  return folder
}

/** @returns whether the hub has such a file. */
async function fetchFile(options: HubDownload, revision: string, name: string): Promise<boolean> {
  const { model, endpoint = 'https://huggingface.co', token, environment } = options
  const url = `${endpoint.replace(/\/$/, '')}/${model}/resolve/${encodeURIComponent(revision)}/${name}`
  const outcome = await downloadFile({ url, path: join(options.folder, name), apiKey: token, environment })
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
