/** Opens the simulator's server in this thread. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BatonError } from '../../core/failure.ts'
import { listenFix } from '../../core/inputs/listening.ts'
import { defaultSkills } from '../solver/index.ts'
import type { SimulatorAnswer, SimulatorSettings } from './options.ts'
import { createRequestListener } from './request-listener.ts'

export interface ListeningSimulator {
  readonly port: number
  close(): Promise<void>
}

/** Clients keep connections for some seconds; one that is closed just as it is used again costs them an attempt. */
const keepAliveTimeoutMs = 60_000

export async function listen(settings: SimulatorSettings, answer: SimulatorAnswer): Promise<ListeningSimulator> {
  const server = createServer(createRequestListener(settings, answer, { ...defaultSkills, ...settings.skills }))
  server.keepAliveTimeout = keepAliveTimeoutMs
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.port, settings.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** @param code of the system's error, such as EADDRINUSE. */
export function cannotListen(settings: SimulatorSettings, code: string): BatonError {
  return new BatonError(`the simulator cannot listen on ${settings.host}:${settings.port} (${code}).`, {
    boundary: 'config',
    code: 'cannot-listen',
    hint: listenFix(code),
  })
}
