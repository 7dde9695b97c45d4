/**
 * The worker module of the heartbeat: reports to the server every few seconds that the session is alive, from a thread of its
 * own, so that no busy loop of the client can starve it. Beats are never repeated; a failure waits for the next beat.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { createTinkerTransport } from '../requests/transport.ts'
import type { HeartbeatArgument, HeartbeatMessage } from './heartbeat.ts'

const { baseUrl, sessionId, apiKey, intervalMs, timeoutMs, warnAfterMs } = workerData as HeartbeatArgument

const transport = createTinkerTransport({ baseUrl, apiKey })

const post = (message: HeartbeatMessage): void => parentPort?.postMessage(message)

/** @returns the status, null without an answer. */
async function beat(): Promise<number | null> {
  const body = JSON.stringify({ session_id: sessionId, type: 'session_heartbeat' })
  const exchange = await transport.exchange({ path: '/session_heartbeat', body, timeoutMs })
  return exchange.kind === 'response' ? exchange.status : null
}

let lastSuccess = Date.now()
for (;;) {
  await wait(intervalMs)
  const status = await beat()
  if (status !== null && status >= 200 && status < 300) lastSuccess = Date.now()
  else if (status === 404) {
    post({ kind: 'lost' })
    break
  } else if (Date.now() - lastSuccess > warnAfterMs) {
    post({ kind: 'silent', forMs: Date.now() - lastSuccess })
    lastSuccess = Date.now()
  }
}
