/** What the test runner prints. */
import { relative } from 'node:path'
import picocolors from 'picocolors'
import type { FileOutcome, RunningFile } from './run-test-file.ts'

const { green, red, yellow, dim } = picocolors

const seconds = (ms: number): string => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`)
const indent = (text: string): string => text.trimEnd().replaceAll(/^/gm, '    ')
const shown = (file: string): string => relative(process.cwd(), file)

/** @param isDetailed names the tests that passed as well, and shows what the file wrote though it passed. */
export function describeOutcome(outcome: FileOutcome, isDetailed: boolean): string {
  const { file, passed, failed, skipped, output, elapsedMs } = outcome
  const isPassed = failed.length === 0
  const counts = [
    `${passed.length} passed`,
    ...(isPassed ? [] : [red(`${failed.length} failed`)]),
    ...(skipped.length === 0 ? [] : [yellow(`${skipped.length} skipped`)]),
  ]
  const lines = [`${isPassed ? green('✔') : red('✖')} ${shown(file)}  ${counts.join(', ')}  ${dim(seconds(elapsedMs))}`]
  if (isDetailed) lines.push(...passed.map((path) => `  ${green('✔')} ${path}`))
  if (isDetailed) lines.push(...skipped.map(({ path, reason }) => `  ${yellow('-')} ${path}: ${reason}`))
  for (const { path, error } of failed) lines.push(`  ${red('✖')} ${path || 'the file itself'}`, indent(error))
  if (output !== '' && (isDetailed || !isPassed)) lines.push(dim('  it wrote:'), indent(output.slice(-20_000)))
  return lines.join('\n')
}

export function describeRunning(files: Iterable<RunningFile>): string {
  const lines = [...files].map((running) => {
    const tests = running.testsInProgress().map((path) => `"${path}"`)
    return `${shown(running.file)} (${seconds(Date.now() - running.startedAt)}${tests.length === 0 ? '' : `, in ${tests.join(', ')}`})`
  })
  return `… still running: ${lines.join(', ')}`
}

/** The failures once more, and the skipped tests by reason; empty where there are none. */
export function describeRest(outcomes: readonly FileOutcome[]): string {
  const failed = outcomes.flatMap(({ file, failed }) =>
    failed.map(({ path, error }) => `  ${shown(file)}: ${path || error.split('\n')[0]}`),
  )
  const reasons = new Map<string, number>()
  for (const { reason } of outcomes.flatMap(({ skipped }) => skipped)) {
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  const skipped = [...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => `  ${count} ${reason}`)
  const lines = [
    ...(failed.length === 0 ? [] : ['', red('failed:'), ...failed]),
    ...(skipped.length === 0 ? [] : ['', 'skipped:', ...skipped]),
  ]
  return lines.join('\n')
}
