/** Opens the simulator's server in this thread. */
import { isMainThread } from 'node:worker_threads'
import { BatonError } from '../../core/failure.ts'
import { listenFix } from '../../core/inputs/listening.ts'
import { type OpenServer, openServer } from '../../http/open-server.ts'
import { defaultSkills } from '../solver/index.ts'
import type { SimulatorAnswer, SimulatorSettings } from './options.ts'
import { createSimulatorApp } from './simulator-app.ts'

export function listen(settings: SimulatorSettings, answer: SimulatorAnswer): Promise<OpenServer> {
  const app = createSimulatorApp(settings, answer, { ...defaultSkills, ...settings.skills })
  return openServer(app.fetch, { host: settings.host, port: settings.port, isOwnThread: !isMainThread })
}

/** @param code of the system's error, such as EADDRINUSE. */
export function cannotListen(settings: SimulatorSettings, code: string): BatonError {
  return new BatonError(`the simulator cannot listen on ${settings.host}:${settings.port} (${code}).`, {
    boundary: 'config',
    code: 'cannot-listen',
    hint: listenFix(code),
  })
}
