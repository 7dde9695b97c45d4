/** The heartbeat of a session, in a thread of its own (`heartbeat-worker.ts`). */
import { Worker } from 'node:worker_threads'
import { siblingModule } from '../../../core/sibling-module.ts'
import { proxyVariables } from '../../../http/index.ts'

export interface HeartbeatArgument {
  /** As that of the transport. */
  readonly baseUrl: string
  readonly sessionId: string
  readonly apiKey: string | undefined
  readonly intervalMs: number
  readonly timeoutMs: number
  /** How long without success before it says so. */
  readonly warnAfterMs: number
}

export type HeartbeatMessage = { readonly kind: 'lost' } | { readonly kind: 'silent'; readonly forMs: number }

export interface HeartbeatListener {
  /** The server no longer knows the session. */
  readonly onLost: () => void
  readonly onSilence: (forMs: number) => void
}

/** @returns what stops it. It keeps no process alive. */
export function startHeartbeat(argument: HeartbeatArgument, listener: HeartbeatListener): () => Promise<void> {
  // Of the environment the thread sees the proxies alone, and no other key.
  const worker = new Worker(siblingModule(import.meta.url, './heartbeat-worker'), {
    workerData: argument,
    env: proxyVariables(process.env),
  })
  worker.unref()
  worker.on('message', (message: HeartbeatMessage) => {
    if (message.kind === 'lost') listener.onLost()
    else listener.onSilence(message.forMs)
  })
  worker.on('error', () => listener.onSilence(0))
  return async () => {
    worker.removeAllListeners()
    await worker.terminate()
  }
}
