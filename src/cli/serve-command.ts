/** `baton serve`: the Tinker protocol and an OpenAI-compatible endpoint over the embedded engine. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { locateInput } from '../config/index.ts'
import { assertRunKind, runKindOf } from '../runs/index.ts'
import { modelNameOf, noServerFaults, type ServerFaults, startServe } from '../tinker-server/index.ts'
import { untilStopped } from './interrupt.ts'
import {
  faultsOption,
  hostOption,
  numberOption,
  optionError,
  portOption,
  rateOption,
  seedOption,
  wholeOption,
} from './option-values.ts'
import { labelled } from './text-width.ts'
import { serverWords } from './words/servers.ts'

export interface ServeCommandOptions {
  readonly host: string
  readonly port: string
  readonly folder: string
  readonly model: readonly string[]
  readonly dropReplies: string
  readonly latency: string
  readonly fault: readonly string[]
  readonly seed: string
  readonly threads: string
  readonly hold: string
}

/** The environment variable that holds the server's key. */
const keyVariable = 'BATON_SERVE_KEY'

export async function serveCommand(options: ServeCommandOptions): Promise<void> {
  const kind = runKindOf(options.folder)
  if (kind !== null) assertRunKind(options.folder, 'serve')
  const apiKey = process.env[keyVariable] || null
  const models = readModels(options.model)
  const server = await startServe({
    isOwnProcess: true,
    folder: options.folder,
    models,
    host: hostOption(options.host),
    port: portOption(options.port),
    apiKey,
    faults: readFaults(options),
    seed: seedOption(options.seed),
    threads: wholeOption('--threads', options.threads, { most: 256 }),
    holdMs: numberOption('--hold', options.hold, { unit: 's' }) * 1000,
    log: (line) => process.stderr.write(`${line}\n`),
  })
  const words = serverWords()
  const lines = [
    words.serving(server.baseUrl),
    `  ${labelled(words.models, models.map(({ name, folder }) => `${name} (${folder})`).join(', '))}`,
    `  ${labelled('', words.everyWeight)}`,
    `  ${labelled(words.key, apiKey === null ? words.noKey : `$${keyVariable}`)}`,
    `  ${labelled(words.keptIn, words.keptText(options.folder))}`,
    `  ${labelled(words.openAi, `${server.baseUrl}/v1`)}`,
    '',
    `  export TINKER_BASE_URL=${server.baseUrl} TINKER_API_KEY=tml-local`,
    words.stop,
  ]
  // Before the address is printed: its reader may stop the server immediately.
  const stopped = untilStopped()
  process.stdout.write(`${lines.join('\n')}\n`)
  await stopped
  await server.close()
}

function readModels(list: readonly string[]): { name: string; folder: string }[] {
  const models = (list.length === 0 ? ['models/conductor'] : list).map((text) => {
    const [name, folder] = text.includes('=') ? splitOnce(text) : [modelNameOf(text), text]
    if (name === '') throw optionError(`--model ${text} has no name.`, `For example --model small=${folder}.`)
    return { name, folder: modelFolder(folder) }
  })
  const twice = models.find(({ name }, i) => models.findIndex((model) => model.name === name) !== i)
  if (twice !== undefined) {
    throw optionError(`--model: two models are named "${twice.name}".`, 'Name them: --model small=<folder>.')
  }
  return models
}

function modelFolder(given: string): string {
  const folder = locateInput('--model', given)
  if (existsSync(join(folder, 'config.json'))) return folder
  throw optionError(
    `--model: ${given} is no model: it has no config.json.`,
    'Name a folder with config.json, tokenizer.json and model.safetensors, such as models/conductor.',
  )
}

function splitOnce(text: string): [string, string] {
  const place = text.indexOf('=')
  return [text.slice(0, place), text.slice(place + 1)]
}

function readFaults({ dropReplies, latency, fault }: ServeCommandOptions): ServerFaults {
  const { '429': rateLimit = 0, '503': serverError = 0 } = faultsOption(fault, ['429', '503'])
  return {
    ...noServerFaults,
    rateLimit,
    serverError,
    dropReplies: rateOption('--drop-replies', dropReplies),
    latencyMs: numberOption('--latency', latency, { unit: 'ms' }),
  }
}
