/** `baton simulate`: the offline model simulator as a server of its own. */
import { startSimulator } from '../llm/index.ts'
import { numberOption, optionError } from './numbers.ts'

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
    port: numberOption('--port', options.port),
    host: options.host,
    skill: numberOption('--skill', options.skill),
    latencyMs: numberOption('--latency', options.latency),
    faults: readFaults(options.fault),
    seed: numberOption('--seed', options.seed),
    model: 'simulator',
  })
  process.stdout.write(
    `The model simulator answers at ${simulator.baseUrl} (model "${simulator.model}"). It is no language model: it reads\nthe shipped problem families and works them out, with seeded errors (docs/simulator.md). Ctrl-C stops it.\n`,
  )
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await simulator.close()
}

function readFaults(list: readonly string[]): Partial<Record<(typeof faultNames)[number], number>> {
  const faults: Partial<Record<(typeof faultNames)[number], number>> = {}
  for (const text of list) {
    const [name = '', rate = ''] = text.split('=')
    const known = faultNames.find((fault) => fault === name)
    if (known === undefined) {
      throw optionError(`--fault ${text}: there is no fault "${name}".`, `Faults are ${faultNames.join(', ')}.`)
    }
    const value = numberOption(`--fault ${name}`, rate)
    if (value > 1) throw optionError(`--fault ${text}: a rate lies in 0..1.`, `For example --fault ${name}=0.13.`)
    faults[known] = value
  }
  return faults
}
