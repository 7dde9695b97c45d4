/** `baton report`: the report files of a run again, or some of its rollouts on the terminal, each with its trace. */
import { join } from 'node:path'
import { BatonError } from '../core/failure.ts'
import type { RolloutRecord } from '../core/records.ts'
import {
  exampleText,
  extremesOf,
  gatherReport,
  type RunReport,
  reportFiles,
  verdictLine,
  words,
} from '../reports/index.ts'
import { assertRunKind, openRun, type RunStore, readRun } from '../runs/index.ts'
import { noRollouts } from '../session/no-rollouts.ts'
import { spokenLanguage } from './language.ts'
import { countOption } from './option-values.ts'
import { writeOutputs } from './output-files.ts'
import { paint } from './paint.ts'
import { writeReports } from './run-summary.ts'
import { textWidth } from './text-width.ts'
import { evaluationWords } from './words/evaluation.ts'

export interface ReportOptions {
  readonly best?: string
  readonly worst?: string
  readonly label?: string
  readonly step?: string
  readonly problem?: string
  readonly out?: string
  readonly force?: boolean
}

export function reportCommand(folder: string, options: ReportOptions): void {
  const isFiltered = options.label !== undefined || options.step !== undefined || options.problem !== undefined
  const worst = options.worst === undefined ? 0 : countOption('--worst', options.worst)
  // Asked for by where they are, rollouts are shown best first.
  const best = options.best === undefined ? (isFiltered && worst === 0 ? 5 : 0) : countOption('--best', options.best)
  assertRunKind(folder, 'training')
  if (best > 0 || worst > 0) {
    printExamples(folder, options, { best, worst })
    return
  }
  const { report, paths } =
    options.out === undefined ? reportInRun(folder) : reportElsewhere(folder, options.out, options.force)
  process.stdout.write(`${[verdictLine(report, words[spokenLanguage()]), ...paths].join('\n')}\n`)
}

interface Written {
  readonly report: RunReport
  /** The HTML file in the run; elsewhere all files. */
  readonly paths: readonly string[]
}

function reportInRun(folder: string): Written {
  const store = openForReport(folder)
  try {
    const report = gatherReport(store)
    return { report, paths: [writeReports(store, report)] }
  } finally {
    store.close()
  }
}

/** Leaves the run alone: it may be at work, or somebody else's. */
function reportElsewhere(folder: string, out: string, isForced = false): Written {
  const run = readRun(folder)
  try {
    const report = gatherReport(run)
    const files = Object.entries(reportFiles(report, spokenLanguage())).map(
      ([name, text]) => [join(out, name), text] as const,
    )
    writeOutputs(Object.fromEntries(files), { isForced, setting: '--out' })
    return { report, paths: files.map(([path]) => path) }
  } finally {
    run.close()
  }
}

function openForReport(folder: string): RunStore {
  try {
    return openRun(folder)
  } catch (error) {
    if (!(error instanceof BatonError) || !['not-writable', 'run-locked'].includes(error.code)) throw error
    const hint = `Write the report elsewhere: baton report ${folder} --out <folder>`
    throw new BatonError(error.message, { boundary: 'runs', code: error.code, hint, cause: error })
  }
}

function printExamples(
  folder: string,
  options: ReportOptions,
  { best, worst }: { readonly best: number; readonly worst: number },
): void {
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
      const [title = '', ...lines] = exampleText(example, {
        width,
        language: spokenLanguage(),
        widthOf: textWidth,
      }).split('\n')
      process.stdout.write(
        `${bold(evaluationWords().example[name](i + 1, list.length, title))}\n${lines.join('\n')}\n\n`,
      )
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
