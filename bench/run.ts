/**
 * `npm run bench`: every benchmark, or those whose names are given (`npm run bench -- engine client`). Prints the
 * machine and the versions first: figures of different machines are not comparable, ratios within one run are.
 */
import { availableParallelism, cpus, totalmem } from 'node:os'
import type { BenchRow } from './bench-row.ts'

const benches: Readonly<Record<string, () => Promise<readonly BenchRow[]>>> = {
  startup: async () => (await import('./startup.ts')).startupBench(),
  tinker: async () => (await import('./tinker.ts')).tinkerBench(),
  client: async () => (await import('./client.ts')).clientBench(),
  analysis: async () => (await import('./analysis.ts')).analysisBench(),
  sandbox: async () => (await import('./sandbox.ts')).sandboxBench(),
  rollouts: async () => (await import('./rollouts.ts')).rolloutsBench(),
  journal: async () => (await import('./journal.ts')).journalBench(),
  engine: async () => (await import('./engine.ts')).engineBench(),
  lora: async () => (await import('./lora.ts')).loraBench(),
  pointer: async () => (await import('./pointer.ts')).pointerBench(),
  ui: async () => (await import('./ui.ts')).uiBench(),
  scorers: async () => (await import('./scorers.ts')).scorersBench(),
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in benches))
if (unknown.length > 0) {
  console.error(`error: no bench is called ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`,
)
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`\n${name}`)
  for (const row of await bench()) {
    const value = row.value >= 100 ? Math.round(row.value).toLocaleString('en-US') : row.value.toPrecision(3)
    const beside = [row.baseline, row.note].filter((text) => text !== undefined).join('; ')
    console.log(`  ${row.name.padEnd(52)} ${value.padStart(10)} ${row.unit}${beside === '' ? '' : `  (${beside})`}`)
  }
}
process.exit(0)
