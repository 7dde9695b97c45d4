/** `baton data`: makes and checks problem files. */

import { existsSync, realpathSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { grouped } from '../core/grouped.ts'
import { auditSplits, loadProblems } from '../datasets/index.ts'
import { type SynthesisOptions, shippedOptions, splitFileNames, syntheticFiles } from '../simulation/index.ts'
import { exitWith } from './errors.ts'
import { said } from './language.ts'
import { countOption, optionError, seedOption } from './option-values.ts'
import { assertOutputs, writeOutputs } from './output-files.ts'
import { levelLabel } from './translated.ts'
import { workflowWords } from './words/workflow.ts'

export interface SynthOptions {
  readonly seed: string
  readonly out: string
  readonly train: string
  readonly validation: string
  readonly test: string
  /** Names separated by commas, or `all`. */
  readonly families?: string
  readonly force?: boolean
}

export function synthCommand(options: SynthOptions): void {
  const synthesis = {
    seed: seedOption(options.seed),
    train: countOption('--train', options.train),
    validation: countOption('--validation', options.validation),
    test: countOption('--test', options.test),
    ...familiesOption(options.families),
  }
  const output = { isForced: options.force === true, setting: '--out' }
  const names = splitFileNames(synthesis)
  assertOutputs(
    names.map((name) => join(options.out, name)),
    output,
  )
  const files = syntheticFiles(synthesis).map((file) => ({ ...file, path: join(options.out, file.name) }))
  writeOutputs(Object.fromEntries(files.map(({ path, text }) => [path, text])), output)
  for (const { split, count, path } of files) {
    process.stdout.write(`${workflowWords().problemsIn(split, grouped(count), path)}\n`)
  }
}

function familiesOption(value: string | undefined): Pick<SynthesisOptions, 'families'> {
  if (value === undefined) return { families: shippedOptions.families }
  if (value.trim() === 'all') return {}
  return { families: value.split(',').map((name) => name.trim()) }
}

/** A file against itself would be nothing but duplicates, or nothing at all. */
function refuseTwice(files: readonly string[]): void {
  const places = files.map((path) => (existsSync(path) ? realpathSync(path) : resolve(path)))
  const twice = files.find((_, i) => places.indexOf(places[i] as string) !== i)
  if (twice === undefined) return
  throw optionError(
    `${twice} is given twice.`,
    'Give each split once: the file to train on, and the one to measure on.',
  )
}

export interface AuditOptions {
  readonly skipBadRows?: boolean
}

/** Exit code 4 when the audit found something. */
export async function auditCommand(files: readonly string[], { skipBadRows = false }: AuditOptions): Promise<void> {
  refuseTwice(files)
  const names = files.map((path) => basename(path))
  const splits = await Promise.all(
    files.map(async (path, i) => {
      const { problems, skipped } = await loadProblems(path, { skipBadRows })
      const isShared = names.some((name, j) => j !== i && name === names[i])
      return { name: isShared ? path : basename(path), problems, skipped }
    }),
  )
  for (const { name, skipped } of splits) {
    if (skipped.length > 0)
      process.stderr.write(`${levelLabel('note', (label) => label)}${workflowWords().badRows(name, skipped.length)}\n`)
  }
  const report = auditSplits(Object.fromEntries(splits.map(({ name, problems }) => [name, problems])))
  for (const { name, problems } of splits)
    process.stdout.write(`${workflowWords().problems(name, grouped(problems.length))}\n`)
  for (const finding of report.findings) process.stdout.write(`${finding.kind}: ${said(finding.message)}\n`)
  const { nothingFound, findings } = workflowWords()
  process.stdout.write(`${report.findings.length === 0 ? nothingFound : findings(report.findings.length)}\n`)
  if (report.findings.length > 0) exitWith(4)
}
