/** The simulator's own thread: training does not wait for its thinking, nor it for training. */
import { parentPort, workerData } from 'node:worker_threads'
import { answerChat } from './answer-chat.ts'
import { listen } from './listen.ts'
import type { SimulatorSettings } from './options.ts'

/** What this thread reports to the one that started it. */
export type WorkerReport =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'failed'; readonly code: string }

const report = (message: WorkerReport): void => parentPort?.postMessage(message)

try {
  const { port } = await listen(workerData as SimulatorSettings, answerChat)
  report({ kind: 'listening', port })
} catch (error) {
  report({ kind: 'failed', code: (error as NodeJS.ErrnoException).code ?? String(error) })
}
