/** `baton simulate`: the offline model simulator as a server of its own. */

import { startSimulator } from '../simulation/index.ts'
import { untilStopped } from './interrupt.ts'
import { faultsOption, hostOption, numberOption, portOption, seedOption } from './option-values.ts'
import { serverWords } from './words/servers.ts'

const faultNames = [
  'emptyContent',
  'nullContent',
  'truncated',
  'rateLimit',
  'serverError',
  'loading',
  'reset',
  'garbage',
  'slow',
] as const

export interface SimulateOptions {
  readonly port: string
  readonly host: string
  readonly skill: string
  readonly latency: string
  readonly fault: readonly string[]
  readonly seed: string
}

export async function simulateCommand(options: SimulateOptions): Promise<void> {
  const simulator = await startSimulator({
    port: portOption(options.port),
    host: hostOption(options.host),
    skill: numberOption('--skill', options.skill, { most: 10 }),
    latencyMs: numberOption('--latency', options.latency, { most: 600_000, unit: 'ms' }),
    faults: faultsOption(options.fault, faultNames),
    seed: seedOption(options.seed),
    model: 'simulator',
  })
  // Before the address is printed: its reader may stop the server immediately.
  const stopped = untilStopped()
  process.stdout.write(`${serverWords().simulating(simulator.baseUrl, simulator.model)}\n`)
  await stopped
  await simulator.close()
}
