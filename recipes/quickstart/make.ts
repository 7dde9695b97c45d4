/**
 * `npm run quickstart:seeds`: the quickstart on seeds 1, 2 and 3, and what the README says of it. Runs that are complete are
 * kept, others are begun or continued; then the tables and pictures of the README are made from the recorded runs, through
 * the same report data as their reports.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '../../src/config/index.ts'
import {
  choicesPicture,
  frontierFilePicture,
  gatherReport,
  learningCurve,
  type RunReport,
  words,
} from '../../src/reports/index.ts'
import { writeWhole } from '../../src/runs/files.ts'
import { readRun } from '../../src/runs/index.ts'
import { type SeedSummary, seedTables, summaryOf, withMarkedPart } from './seed-summary.ts'

const root = join(import.meta.dirname, '..', '..')
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    preset: { type: 'string', default: 'quickstart' },
    set: { type: 'string', multiple: true, default: [] },
    runs: { type: 'string', default: 'runs' },
    out: { type: 'string', default: root },
  },
})

const made = values.seeds.split(',').map((seed) => makeRun(Number(seed)))
const recorded = join(values.out, 'recipes', 'quickstart', 'recorded')
const images = join(values.out, 'docs', 'images')
for (const folder of [recorded, images]) mkdirSync(folder, { recursive: true })
const summaries = made.map(({ summary }) => summary)
const tables = seedTables(summaries)
const readme = join(values.out, 'README.md')
writeWhole(join(recorded, 'seeds.json'), `${JSON.stringify(summaries, null, 1)}\n`)
writeWhole(readme, withMarkedPart(readFileSync(readme, 'utf8'), tables))
const [first] = made
if (first !== undefined) {
  for (const [name, picture] of [
    ['learning-curve', learningCurve(first.report, words.en)],
    ['frontier', frontierFilePicture(first.report, words.en)],
    ['choices', choicesPicture(first.report, words.en)],
  ] as const)
    if (picture !== '') writeWhole(join(images, `${name}.svg`), `${picture}\n`)
}
process.stdout.write(`${tables}\n`)

/** Trains the seed's run unless it is there and complete. */
function makeRun(seed: number): { readonly report: RunReport; readonly summary: SeedSummary } {
  const name = `${values.preset}-seed-${seed}`
  const folder = join(values.runs, name)
  const set = [...values.set, `seed=${seed}`, `run.name=${name}`, `run.folder=${values.runs}`]
  const { hash } = loadConfig({ preset: values.preset, set, environment: process.env })
  if (existsSync(folder)) {
    requireSameConfiguration(folder, hash)
    baton(['train', '--resume', folder])
  } else baton(['train', '--preset', values.preset, ...set.flatMap((setting) => ['--set', setting])])
  const run = readRun(folder)
  try {
    const report = gatherReport(run)
    return { report, summary: summaryOf(report, run.manifest.configHash) }
  } finally {
    run.close()
  }
}

/** A run with other settings would be in the table beside runs that it cannot be compared with. */
function requireSameConfiguration(folder: string, hash: string): void {
  const run = readRun(folder)
  run.close()
  if (run.manifest.configHash === hash) return
  process.stderr.write(
    `error: ${folder} was made with another configuration. Move it away, or give another folder: --runs\n`,
  )
  process.exit(2)
}

function baton(argv: readonly string[]): void {
  const main = join(root, 'src', 'cli', 'main.ts')
  const { status } = spawnSync(process.execPath, [main, ...argv], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
