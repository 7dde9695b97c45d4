/**
 * Starts the server: opens what a server before it left in the folder, loads the base models, listens. One process a
 * folder at a time.
 */
import { accessSync, constants, existsSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { BatonError } from '../core/failure.ts'
import { listenFix } from '../core/inputs/listening.ts'
import { readChatTemplate } from '../engines/chat/index.ts'
import { openServer, type ServerPlace } from '../http/open-server.ts'
import { makeFolder, notWritable } from '../runs/index.ts'
import { openBatchedSampler } from './batched-sampler.ts'
import { createOperationQueues } from './operation-queues.ts'
import { createSampling } from './sampling.ts'
import { createServeApp } from './serve-app.ts'
import type { BaseModel, ServeContext } from './serve-context.ts'
import { folderFix, openServeDatabase } from './serve-database.ts'
import { noServerFaults, type ServerFaults } from './server-faults.ts'
import { createTrainers } from './trainers.ts'

export interface ServeOptions {
  /** Everything that is kept is here. */
  readonly folder: string
  readonly models: readonly { readonly name: string; readonly folder: string }[]
  readonly host?: string
  /** 0 takes a free one. */
  readonly port?: number
  /** Needed where `host` is not loopback. */
  readonly apiKey?: string | null
  readonly faults?: ServerFaults
  readonly seed?: number
  /** Processor threads of an engine; 0 chooses. */
  readonly threads?: number
  /** Models whose engines are held in memory at once. */
  readonly openModels?: number
  /** How long a poll waits for a result. */
  readonly holdMs?: number
  readonly log?: (line: string) => void
  /** Whether the process does nothing else (`openServer` says what for). */
  readonly isOwnProcess?: boolean
}

export interface RunningServer {
  /** `http://127.0.0.1:10610`: what goes into TINKER_BASE_URL. */
  readonly baseUrl: string
  readonly port: number
  close(): Promise<void>
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

export const honestMessage =
  'Baton serves its embedded engine: every weight is trained, whatever LoRA rank is asked for (the rank is remembered, not used).'

export async function startServe(options: ServeOptions): Promise<RunningServer> {
  const { host = '127.0.0.1', apiKey = null, threads = 0 } = options
  if (!loopback.has(host) && (apiKey === null || apiKey === '')) {
    throw new BatonError(`${host} can be reached from other machines, and no key is set.`, {
      boundary: 'config',
      code: 'serve-key',
      hint: 'Set BATON_SERVE_KEY in the environment, or stay on --host 127.0.0.1.',
    })
  }
  const folder = resolve(options.folder)
  const isNew = !existsSync(folder)
  makeServeFolder(folder)
  const closers: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const baseModels: BaseModel[] = []
    for (const model of options.models) {
      const modelFolder = resolve(model.folder)
      const room = await openBatchedSampler(modelFolder, { threads, heldWeights: 8 })
      closers.push(() => room.close())
      baseModels.push({ name: model.name, folder: modelFolder, room })
    }
    makeFolder(folder)
    const database = openServeDatabase(join(folder, 'serve.sqlite'))
    closers.push(() => database.close())
    const trainers = createTrainers({ threads, open: options.openModels ?? 4 })
    closers.push(() => trainers.close())
    const context: ServeContext = { database, folder, baseModels, trainers, now: Date.now }
    const queues = createOperationQueues(context)
    closers.push(() => queues.close())
    const app = createServeApp({
      parts: {
        context,
        queues,
        sampling: createSampling(context),
        holdMs: options.holdMs ?? 20_000,
        infoMessage: honestMessage,
        chatTemplateOf: readChatTemplate,
      },
      apiKey,
      faults: options.faults ?? noServerFaults,
      seed: options.seed ?? 1,
      log: options.log ?? (() => undefined),
    })
    const place = { host, port: options.port ?? 0, isOwnThread: options.isOwnProcess ?? false }
    const server = await openServer(app.fetch, place).catch((cause) => {
      throw listenError(place, cause)
    })
    closers.push(() => server.close())
    queues.recover()
    const { port } = server
    return { baseUrl: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port, close }
  } catch (error) {
    await close()
    // Nothing was served: a folder that was not there before is not left behind.
    if (isNew) rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

function makeServeFolder(folder: string): void {
  try {
    makeFolder(folder)
    accessSync(folder, constants.W_OK)
  } catch (error) {
    throw notWritable(folder, error, folderFix)
  }
}

function listenError({ host, port }: ServerPlace, cause: Error): BatonError {
  return new BatonError(`cannot listen at ${host}:${port} (${cause.message}).`, {
    boundary: 'engine',
    code: 'serve-listen',
    hint: listenFix((cause as NodeJS.ErrnoException).code ?? ''),
    cause,
  })
}

/** Name of a model that is given by its folder alone. */
export const modelNameOf = (folder: string): string => basename(resolve(folder))
