/** `baton report`: the report files of a run anew, or some of its rollouts on the terminal, each with its trace. */
import type { RolloutRecord } from '../core/records.ts'
import { exampleText, extremesOf, gatherReport, type RunReport, verdictLine, words } from '../reports/index.ts'
import { openRun, readRun } from '../runs/index.ts'
import { noRollouts } from './no-rollouts.ts'
import { countOption } from './option-values.ts'
import { paint } from './paint.ts'
import { writeReports } from './run-summary.ts'

export interface ReportOptions {
  readonly best?: string
  readonly worst?: string
  readonly label?: string
  readonly step?: string
  readonly problem?: string
}

export function reportCommand(folder: string, options: ReportOptions): void {
  const isFiltered = options.label !== undefined || options.step !== undefined || options.problem !== undefined
  const worst = options.worst === undefined ? 0 : countOption('--worst', options.worst)
  // Asked for by where they are, rollouts are shown best first.
  const best = options.best === undefined ? (isFiltered && worst === 0 ? 5 : 0) : countOption('--best', options.best)
  if (best > 0 || worst > 0) {
    printExamples(folder, options, best, worst)
    return
  }
  const store = openRun(folder)
  try {
    const report: RunReport = gatherReport(store)
    process.stdout.write(`${verdictLine(report, words.en)}\n${writeReports(store, report)}\n`)
  } finally {
    store.close()
  }
}

function printExamples(folder: string, options: ReportOptions, best: number, worst: number): void {
  const { bold } = paint(process.stdout)
  const rollouts = rolloutsOf(folder, options)
  const extremes = extremesOf(rollouts, Math.max(best, worst))
  const width = process.stdout.isTTY === true ? process.stdout.columns : 160
  const lists = [
    ['best', extremes.best.slice(0, best)],
    ['worst', extremes.worst.slice(0, worst)],
  ] as const
  for (const [name, list] of lists) {
    list.forEach((example, i) => {
      const [title = '', ...lines] = exampleText(example, width).split('\n')
      process.stdout.write(`${bold(`${name} ${i + 1} of ${list.length}: ${title}`)}\n${lines.join('\n')}\n\n`)
    })
  }
}

/** Of training, or of the evaluation named by `--label`. */
function rolloutsOf(folder: string, { label, step, problem }: ReportOptions): RolloutRecord[] {
  const run = readRun(folder)
  try {
    const rollouts = run.rollouts({
      ...(label === undefined ? { phase: 'train' } : { phase: 'evaluation', label }),
      ...(step === undefined ? {} : { step: countOption('--step', step) }),
      ...(problem === undefined ? {} : { problemId: problem }),
    })
    if (rollouts.length > 0) return rollouts
    throw noRollouts(run, folder, {
      label,
      problem,
      step: step === undefined ? undefined : countOption('--step', step),
    })
  } finally {
    run.close()
  }
}
