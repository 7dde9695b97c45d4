/** `baton runs`: the runs of a folder as a table, or for programs. */
import { existsSync } from 'node:fs'
import { nearestName } from '../core/spelling.ts'
import { visibleText } from '../core/visible-text.ts'
import { runStateText } from '../runs/index.ts'
import { type RunRow, runRows } from '../session/run-rows.ts'
import { bytes, dollars, localMinute, rateText } from './format.ts'
import { said } from './language.ts'
import { optionError } from './option-values.ts'
import { paint } from './paint.ts'
import { brokenLines } from './show/side-by-side.ts'
import { writeVerbatim } from './terminal-wrap.ts'
import { type TextColumn, terminalWidth, textTable } from './text-table.ts'
import { evaluationWords } from './words/evaluation.ts'
import { type RunsWords, runsWords } from './words/runs.ts'

export interface RunsOptions {
  readonly sort: string
  readonly json?: boolean
}

type Order = (a: RunRow, b: RunRow) => number

const newestFirst: Order = (a, b) => compareText(b.createdAt, a.createdAt)
const byText =
  (of: (row: RunRow) => string): Order =>
  (a, b) =>
    compareText(of(a), of(b))
const largestFirst =
  (of: (row: RunRow) => number): Order =>
  (a, b) =>
    of(b) - of(a)

const orders: Readonly<Record<string, Order>> = {
  when: newestFirst,
  name: byText(({ name }) => name),
  state: byText(({ state }) => runStateText(state)),
  kind: byText(({ kind }) => kind ?? ''),
  step: largestFirst(({ step }) => step ?? -1),
  accuracy: largestFirst(({ accuracy }) => accuracy?.value ?? -1),
  cost: largestFirst(({ costUsd }) => costUsd ?? -1),
  size: largestFirst(({ sizeBytes }) => sizeBytes),
}

/** Before the first run it is not there. */
const defaultFolder = 'runs'

export function runsCommand(folder: string, options: RunsOptions): void {
  const order = Object.hasOwn(orders, options.sort) ? orders[options.sort] : undefined
  if (order === undefined) {
    const names = Object.keys(orders)
    const meant = nearestName(options.sort, names)
    throw optionError(
      `--sort must be one of ${names.join(', ')} (got ${options.sort}).`,
      meant === null ? 'For example --sort cost.' : `Did you mean --sort ${meant}?`,
    )
  }
  if (folder !== defaultFolder && !existsSync(folder)) {
    throw optionError(`there is no folder ${folder}.`, 'Give the folder that holds the runs, such as runs.')
  }
  const words = runsWords()
  const rows = runRows(folder).sort((a, b) => order(a, b) || newestFirst(a, b) || compareText(a.name, b.name))
  if (options.json === true) {
    writeVerbatim(`${JSON.stringify({ version: 1, folder, runs: rows }, null, 2)}\n`)
    return
  }
  if (rows.length === 0) {
    process.stdout.write(`${words.noRuns(visibleText(folder))}\n`)
    return
  }
  const width = terminalWidth()
  const cells = rows.map((row) => cellsOf(row, words))
  const [titles = '', ...lines] = textTable(columnsOf(words), cells, width)
  const messages = rows.flatMap(({ name, state }) =>
    'message' in state ? [visibleText(words.message(name, said(state.message))).replaceAll('\n', ' ')] : [],
  )
  const why = messages.length === 0 ? [] : ['', ...messages.flatMap((message) => brokenLines(message, width))]
  process.stdout.write(`${[paint(process.stdout).bold(titles), ...lines, ...why].join('\n')}\n`)
}

function columnsOf({ columns }: RunsWords): TextColumn[] {
  return [
    { title: columns.run, side: 'left', rank: 0 },
    { title: columns.state, side: 'left', rank: 0 },
    { title: columns.kind, side: 'left', rank: 2 },
    { title: columns.step, side: 'right', rank: 0 },
    { title: columns.accuracy, side: 'left', rank: 0 },
    { title: columns.cost, side: 'right', rank: 3 },
    { title: columns.size, side: 'right', rank: 4 },
    { title: columns.begun, side: 'left', rank: 1 },
  ]
}

function cellsOf(row: RunRow, words: RunsWords): string[] {
  const { name, kind, state, step, plannedSteps, accuracy, costUsd, sizeBytes, createdAt } = row
  return [
    visibleText(name),
    'code' in state ? words.why(words.states[state.state], state.code) : words.states[state.state],
    kind === null ? '–' : words.kinds[kind],
    step === null ? '–' : plannedSteps === null ? String(step) : `${step}/${plannedSteps}`,
    accuracy === null ? '–' : accuracyText(accuracy, words),
    costUsd === null ? '–' : dollars(costUsd),
    bytes(sizeBytes),
    createdAt === '' ? '–' : localMinute(createdAt),
  ]
}

function accuracyText(accuracy: NonNullable<RunRow['accuracy']>, words: RunsWords): string {
  const rate = rateText(accuracy)
  const { title, evaluation, decodings } = evaluationWords()
  return 'method' in accuracy
    ? `${rate} ${words.shots(visibleText(accuracy.method), accuracy.shots)}`
    : `${rate} ${title(visibleText(evaluation(accuracy.label)), decodings[accuracy.decoding], '')}`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
