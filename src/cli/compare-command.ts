/** `baton compare`: two runs on the same questions or problems, paired; refused where they did not do the same. */

import { realpathSync } from 'node:fs'
import { compareEvaluations, hasEvaluation, readEvaluation } from '../demonstrations/evaluation/index.ts'
import { compareRuns } from '../reports/index.ts'
import { assertRunKind, readRun, runKindOf } from '../runs/index.ts'
import { type Comparison, comparisonLines } from './comparison-lines.ts'
import { evaluationTitle } from './evaluation-lines.ts'
import { optionError } from './option-values.ts'
import { paint } from './paint.ts'
import { writeVerbatim } from './terminal-wrap.ts'
import { terminalWidth } from './text-table.ts'

export interface CompareOptions {
  readonly method?: string
  readonly otherMethod?: string
  readonly label?: string
  readonly otherLabel?: string
  readonly sampled?: boolean
  readonly json?: boolean
}

export function compareCommand(folderA: string, folderB: string, options: CompareOptions): void {
  const comparison = comparisonOf(folderA, folderB, options)
  if (options.json === true) {
    writeVerbatim(`${JSON.stringify({ version: 1, ...comparison }, null, 2)}\n`)
    return
  }
  process.stdout.write(`${comparisonLines(comparison, paint(process.stdout), terminalWidth()).join('\n')}\n`)
}

function comparisonOf(folderA: string, folderB: string, options: CompareOptions): Comparison {
  const folders = [folderA, folderB]
  const kinds = folders.map((folder) => (hasEvaluation(folder) ? 'evaluation' : runKindOf(folder)))
  const needed = kinds.includes('evaluation') ? 'evaluation' : 'training'
  for (const [i, folder] of folders.entries()) if (kinds[i] !== needed) assertRunKind(folder, needed)
  refuseOthers(folderA, needed, options)
  return needed === 'evaluation' ? ofEvaluations(folderA, folderB, options) : ofRuns(folderA, folderB, options)
}

/** Options of the other kind of run would be without effect. */
function refuseOthers(folder: string, kind: 'evaluation' | 'training', options: CompareOptions): void {
  const { method, otherMethod, label, otherLabel, sampled } = options
  const methods = { '--method': method, '--other-method': otherMethod }
  const labels = { '--label': label, '--other-label': otherLabel, '--sampled': sampled }
  const found = Object.entries(kind === 'training' ? methods : labels).find(([, value]) => value !== undefined)
  if (found === undefined) return
  const [name] = found
  throw kind === 'training'
    ? optionError(`${name}: ${folder} is a training run, which has no methods.`, 'Choose an evaluation with --label.')
    : optionError(
        `${name}: ${folder} is an evaluation of demonstrations, which has no labels.`,
        'Choose a method with --method.',
      )
}

function ofEvaluations(folderA: string, folderB: string, options: CompareOptions): Comparison {
  const otherMethod = options.otherMethod ?? options.method
  const found = compareEvaluations(readEvaluation(folderA), readEvaluation(folderB), {
    ...(options.method === undefined ? {} : { methodA: options.method }),
    ...(otherMethod === undefined ? {} : { methodB: otherMethod }),
  })
  return {
    a: `${folderA} (${found.methodA})`,
    b: `${folderB} (${found.methodB})`,
    isSelf: isSameFolder(folderA, folderB) && found.methodA === found.methodB,
    rowTitle: 'shots',
    rows: found.rows,
    leftOut: found.leftOut.reduce((sum, count) => sum + count, 0),
  }
}

function ofRuns(folderA: string, folderB: string, options: CompareOptions): Comparison {
  const [a, b] = [readRun(folderA), readRun(folderB)]
  const otherLabel = options.otherLabel ?? options.label
  try {
    const found = compareRuns(a, b, {
      ...(options.label === undefined ? {} : { labelA: options.label }),
      ...(otherLabel === undefined ? {} : { labelB: otherLabel }),
      decoding: options.sampled === true ? 'sampled' : 'greedy',
    })
    return {
      a: `${folderA} (${evaluationTitle(found.a)})`,
      b: `${folderB} (${evaluationTitle(found.b)})`,
      isSelf: isSameFolder(folderA, folderB) && found.a.label === found.b.label && found.a.step === found.b.step,
      rowTitle: 'problems',
      rows: found.rows,
      leftOut: found.leftOut,
    }
  } finally {
    a.close()
    b.close()
  }
}

function isSameFolder(a: string, b: string): boolean {
  return realpathSync(a) === realpathSync(b)
}
