/** `baton report`: the report files of a run anew, or its best and worst workflows on the terminal. */
import { gatherReport, type RunReport, verdictLine, type WorkflowExample, words } from '../reports/index.ts'
import { openRun, readRun } from '../runs/index.ts'
import { countOption } from './numbers.ts'
import { writeReports } from './run-summary.ts'

export function reportCommand(folder: string, options: { readonly best?: string; readonly worst?: string }): void {
  const best = options.best === undefined ? 0 : countOption('--best', options.best)
  const worst = options.worst === undefined ? 0 : countOption('--worst', options.worst)
  if (best > 0 || worst > 0) {
    const run = readRun(folder)
    try {
      const report = gatherReport(run, Math.max(best, worst))
      printExamples('best', report.best.slice(0, best))
      printExamples('worst', report.worst.slice(0, worst))
    } finally {
      run.close()
    }
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

function printExamples(name: string, examples: readonly WorkflowExample[]): void {
  examples.forEach(({ rollout, reward }, i) => {
    const reason = rollout.score.kind === 'scored' ? rollout.score.reason : ''
    process.stdout.write(
      `# ${name} ${i + 1}: ${rollout.problemType}, ${rollout.problemId}, step ${rollout.step}, reward ${reward.toFixed(2)} (${reason})\n${rollout.text.trimEnd()}\n\n`,
    )
  })
}
