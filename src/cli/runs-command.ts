/** `baton runs`: a line for each run in a folder. */
import { evaluationName, isOfTraining } from '../core/evaluation-labels.ts'
import type { EvaluationRecord } from '../core/records.ts'
import { evaluationRow } from '../reports/index.ts'
import { listRuns, readRun } from '../runs/index.ts'
import { accuracyText } from './evaluation-lines.ts'
import { dollars } from './format.ts'

export function runsCommand(folder: string): void {
  const runs = listRuns(folder)
  if (runs.length === 0) {
    process.stdout.write(`no runs in ${folder}; start one with: npm start\n`)
    return
  }
  const width = Math.max(...runs.map((run) => run.name.length))
  for (const run of runs) {
    const reader = readRun(run.folder)
    const last = newestOf(reader.evaluations())
    reader.close()
    const columns = [
      run.name.padEnd(width),
      run.manifest.createdAt.slice(0, 16).replace('T', ' '),
      `seed ${run.manifest.seed}`,
      `step ${run.lastStep}`,
      dollars(run.costUsd),
      ...(last === undefined
        ? []
        : [`${evaluationName(last)}: ${last.decoding}, ${accuracyText(evaluationRow(last))}`]),
      ...(run.isRunning ? ['running'] : []),
    ]
    process.stdout.write(`${columns.join('  ')}\n`)
  }
}

/** The newest result of the policy, greedy before sampled. */
function newestOf(evaluations: readonly EvaluationRecord[]): EvaluationRecord | undefined {
  const own = evaluations.filter(isOfTraining)
  const step = Math.max(...own.map((evaluation) => evaluation.step))
  const newest = own.filter((evaluation) => evaluation.step === step)
  // At one step the result stands after the course.
  return newest.findLast(({ decoding }) => decoding === 'greedy') ?? newest.at(-1)
}
