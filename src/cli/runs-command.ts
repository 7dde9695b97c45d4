/** `baton runs`: a line for each run in a folder. */
import { listRuns, readRun } from '../runs/index.ts'
import { dollars } from './format.ts'
import { accuracy } from './progress.ts'

export function runsCommand(folder: string): void {
  const runs = listRuns(folder)
  if (runs.length === 0) {
    process.stdout.write(`no runs in ${folder}; start one with: npm start\n`)
    return
  }
  const width = Math.max(...runs.map((run) => run.name.length))
  for (const run of runs) {
    const reader = readRun(run.folder)
    const last = reader.evaluations().at(-1)
    reader.close()
    const columns = [
      run.name.padEnd(width),
      run.manifest.createdAt.slice(0, 16).replace('T', ' '),
      `seed ${run.manifest.seed}`,
      `step ${run.lastStep}`,
      dollars(run.costUsd),
      ...(last === undefined ? [] : [`${last.label}: ${accuracy(last.metrics)}`]),
      ...(run.isRunning ? ['running'] : []),
    ]
    process.stdout.write(`${columns.join('  ')}\n`)
  }
}
