/** Start-up of the command line as a whole process. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { BenchRow } from './bench-row.ts'
import { median } from './median.ts'

const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')

export async function startupBench(): Promise<BenchRow[]> {
  const timed = (args: readonly string[]): number => {
    const startedAt = performance.now()
    spawnSync(process.execPath, args)
    return performance.now() - startedAt
  }
  timed([main, '--help'])
  const rounds = Array.from({ length: 9 }, () => ({ help: timed([main, '--help']), bare: timed(['-e', '0']) }))
  const bareMs = median(rounds.map((round) => round.bare))
  return [
    {
      name: 'baton --help',
      value: median(rounds.map((round) => round.help)),
      unit: 'ms',
      baseline: `aim: under 200; an empty Node process takes ${bareMs.toFixed(0)}`,
      note: 'median of 9',
    },
  ]
}
