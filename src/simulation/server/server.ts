/**
 * Starts the simulator: an OpenAI-compatible server on this machine that works out the shipped problem families. It is
 * not a language model, and says so in its list of models. By default it runs in a thread of its own.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { siblingModule } from '../../core/sibling-module.ts'
import type { OpenServer } from '../../http/open-server.ts'
import type { SimulatorAnswer, SimulatorOptions, SimulatorSettings } from './options.ts'
import { simulatorSettings } from './options.ts'
import type { WorkerReport } from './simulator-worker.ts'

export interface StartOptions extends SimulatorOptions {
  /** Default true. In this thread its thinking and the caller's work wait for each other. */
  readonly inWorker?: boolean
  /** Answers instead of the simulator's own solver; such a function cannot cross into a worker, so it runs in this thread. */
  readonly answer?: SimulatorAnswer
}

export interface Simulator {
  /** Up to and with `/v1`. */
  readonly baseUrl: string
  readonly port: number
  readonly model: string
  close(): Promise<void>
}

/** Throws BatonError where the port is taken or a fault rate is none. */
export async function startSimulator(options: StartOptions = {}): Promise<Simulator> {
  const settings = simulatorSettings(options)
  const isHere = options.inWorker === false || options.answer !== undefined
  const { port, close } = isHere ? await listenHere(settings, options.answer) : await listenInWorker(settings)
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host
  return { baseUrl: `http://${host}:${port}/v1`, port, model: settings.model, close }
}

async function listenHere(settings: SimulatorSettings, given: SimulatorAnswer | undefined): Promise<OpenServer> {
  const { cannotListen, listen } = await import('./listen.ts')
  const answer = given ?? (await import('./answer-chat.ts')).answerChat
  try {
    return await listen(settings, answer)
  } catch (error) {
    throw cannotListen(settings, (error as NodeJS.ErrnoException).code ?? String(error))
  }
}

async function listenInWorker(settings: SimulatorSettings): Promise<OpenServer> {
  const worker = new Worker(siblingModule(import.meta.url, './simulator-worker'), { workerData: settings })
  const [report] = (await once(worker, 'message')) as [WorkerReport]
  if (report.kind !== 'listening') {
    await worker.terminate()
    const { cannotListen } = await import('./listen.ts')
    throw cannotListen(settings, report.code)
  }
  return {
    port: report.port,
    close: async () => {
      await worker.terminate()
    },
  }
}
