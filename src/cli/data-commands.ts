/** `baton data`: makes and checks problem files. */
import { basename } from 'node:path'
import { auditSplits, loadProblems, writeSynthetic } from '../datasets/index.ts'
import { makeFolder } from '../runs/index.ts'
import { exitWith } from './errors.ts'
import { grouped } from './format.ts'
import { countOption, numberOption, optionError } from './numbers.ts'

export interface SynthOptions {
  readonly seed: string
  readonly out: string
  readonly train: string
  readonly validation: string
  readonly test: string
}

export function synthCommand(options: SynthOptions): void {
  makeOutputFolder(options.out)
  const written = writeSynthetic(options.out, {
    seed: numberOption('--seed', options.seed),
    train: countOption('--train', options.train),
    validation: countOption('--validation', options.validation),
    test: countOption('--test', options.test),
  })
  for (const { split, count, path } of written) {
    process.stdout.write(`${split.padEnd(10)} ${grouped(count).padStart(6)} problems  ${path}\n`)
  }
}

function makeOutputFolder(folder: string): void {
  try {
    makeFolder(folder)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw optionError(`--out: the folder ${folder} cannot be made: ${reason}.`, 'Name a folder that can be written.')
  }
}

/** Exit code 4 when the audit found something. */
export async function auditCommand(files: readonly string[]): Promise<void> {
  const splits = await Promise.all(
    files.map(async (path) => ({
      name: basename(path),
      problems: (await loadProblems(path, { skipBadRows: false })).problems,
    })),
  )
  const report = auditSplits(Object.fromEntries(splits.map(({ name, problems }) => [name, problems])))
  for (const { name, problems } of splits) process.stdout.write(`${name}: ${grouped(problems.length)} problems\n`)
  for (const finding of report.findings) process.stdout.write(`${finding.kind}: ${finding.message}\n`)
  process.stdout.write(report.findings.length === 0 ? 'nothing found\n' : `${report.findings.length} findings\n`)
  if (report.findings.length > 0) exitWith(4)
}
