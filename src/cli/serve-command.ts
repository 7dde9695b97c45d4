/** `baton serve`: the Tinker protocol and an OpenAI-compatible endpoint over the embedded engine. */
import {
  modelNameOf,
  noFaults,
  otherManners,
  ownManners,
  type ServerFaults,
  type ServerManners,
  startServe,
} from '../server/index.ts'
import { numberOption, optionError } from './numbers.ts'

export interface ServeCommandOptions {
  readonly host: string
  readonly port: string
  readonly folder: string
  readonly model: readonly string[]
  readonly imitate?: string
  readonly strictSeq?: boolean
  readonly protoOnly?: boolean
  readonly jsonOnly?: boolean
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
  const manners = mannersOf(options)
  const apiKey = process.env[keyVariable] || null
  const models = readModels(options.model)
  const server = await startServe({
    folder: options.folder,
    models,
    host: options.host,
    port: wholeOption('--port', options.port, 65535),
    apiKey,
    manners,
    faults: readFaults(options),
    seed: wholeOption('--seed', options.seed, 2 ** 32 - 1),
    threads: wholeOption('--threads', options.threads, 256),
    holdMs: numberOption('--hold', options.hold) * 1000,
    log: (line) => process.stderr.write(`${line}\n`),
  })
  const lines = [
    `Baton serves the Tinker protocol at ${server.baseUrl}`,
    `  models     ${models.map(({ name, folder }) => `${name} (${folder})`).join(', ')}`,
    '             every weight is trained, whatever LoRA rank is asked for (docs/serve.md)',
    `  key        ${apiKey === null ? 'none asked for (loopback only)' : `$${keyVariable}`}`,
    `  kept in    ${options.folder}: start it again here and its clients go on`,
    `  OpenAI API ${server.baseUrl}/v1`,
    ...(options.imitate === undefined ? [] : [`  manners    of ${options.imitate}, as its public code has them`]),
    '',
    `  export TINKER_BASE_URL=${server.baseUrl} TINKER_API_KEY=tml-local`,
    'Ctrl-C stops it.',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await server.close()
}

function mannersOf({ imitate, strictSeq, protoOnly, jsonOnly }: ServeCommandOptions): ServerManners {
  if (protoOnly === true && jsonOnly === true) {
    throw optionError('--proto-only and --json-only exclude each other.', 'Take one of them, or neither for both.')
  }
  const other = Object.entries(otherManners).find(([name]) => name === imitate)?.[1]
  if (imitate !== undefined && other === undefined) {
    throw optionError(
      `--imitate ${imitate}: there is no such server.`,
      `Take one of ${Object.keys(otherManners).join(', ')}.`,
    )
  }
  return {
    ...(other ?? ownManners),
    ...(strictSeq === true ? { isStrictSequence: true } : {}),
    ...(protoOnly === true ? { requestForms: ['protobuf'] } : {}),
    ...(jsonOnly === true ? { requestForms: ['json'], answersProtobuf: false } : {}),
  }
}

function readModels(list: readonly string[]): { name: string; folder: string }[] {
  const models = (list.length === 0 ? ['models/conductor'] : list).map((text) => {
    const [name, folder] = text.includes('=') ? splitOnce(text) : [modelNameOf(text), text]
    return { name, folder }
  })
  const twice = models.find(({ name }, i) => models.findIndex((model) => model.name === name) !== i)
  if (twice !== undefined) {
    throw optionError(`--model: two models are named "${twice.name}".`, 'Name them: --model small=<folder>.')
  }
  return models
}

function splitOnce(text: string): [string, string] {
  const place = text.indexOf('=')
  return [text.slice(0, place), text.slice(place + 1)]
}

const faultNames: Readonly<Record<string, keyof ServerFaults>> = { 429: 'rateLimit', 503: 'serverError' }

function readFaults({ dropReplies, latency, fault }: ServeCommandOptions): ServerFaults {
  const faults: Record<keyof ServerFaults, number> = {
    ...noFaults,
    dropReplies: rateOption('--drop-replies', dropReplies),
    latencyMs: numberOption('--latency', latency),
  }
  for (const text of fault) {
    const [name, rate] = splitOnce(text.includes('=') ? text : `${text}=`)
    const known = faultNames[name]
    if (known === undefined) {
      throw optionError(`--fault ${text}: there is no fault "${name}".`, 'Faults are 429 and 503: --fault 429=0.1.')
    }
    faults[known] = rateOption(`--fault ${name}`, rate)
  }
  return faults
}

function rateOption(name: string, text: string): number {
  const value = numberOption(name, text)
  if (value > 1) throw optionError(`${name} ${text}: a rate lies in 0..1.`, `For example ${name} 0.1.`)
  return value
}

function wholeOption(name: string, text: string, most: number): number {
  const value = numberOption(name, text)
  if (!Number.isInteger(value) || value > most) {
    throw optionError(`${name} ${text}: a whole number from 0 to ${most} is needed.`, `For example ${name} 1.`)
  }
  return value
}
