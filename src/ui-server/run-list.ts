/** The list of runs. A run that has not changed since it was last looked at is not read again. */
import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { evaluationName } from '../core/evaluation-labels.ts'
import { BatonError } from '../core/failure.ts'
import { healthEpisodes } from '../core/health/watch.ts'
import { type Json, member } from '../core/json.ts'
import { type RunReader, runFolders } from '../runs/index.ts'
import { damagedRow, type RunRow, runRow, serverRow } from '../session/run-rows.ts'
import type { RunListItem } from './api.ts'
import type { OpenRuns } from './open-runs.ts'
import { sparklineOf } from './series.ts'

export type RunLister = () => RunListItem[]

export function createRunLister(runs: OpenRuns): RunLister {
  const known = new Map<string, { readonly stamp: string; readonly item: RunListItem }>()
  return () =>
    runFolders(runs.root).map(({ folder, isServer }) => {
      const stamp = stampOf(folder)
      const before = known.get(folder)
      // A run that is being written may die without a trace in its files.
      if (before?.stamp === stamp && before.item.state.state !== 'running') return before.item
      const item = isServer ? itemOf(serverRow(folder), null) : trainingItem(runs, folder)
      known.set(folder, { stamp, item })
      return item
    })
}

function trainingItem(runs: OpenRuns, folder: string): RunListItem {
  try {
    const opened = runs.open(basename(folder))
    if (opened === null) throw new BatonError('it is no longer there.', { boundary: 'runs', code: 'no-run' })
    return itemOf(runRow(opened.run, folder), opened.run)
  } catch (error) {
    if (!(error instanceof BatonError)) throw error
    return itemOf(damagedRow(folder, error), null)
  }
}

function itemOf(row: RunRow, run: RunReader | null): RunListItem {
  const { folder: _, accuracy, ...facts } = row
  const steps = run?.steps() ?? []
  return {
    ...facts,
    accuracy: accuracy === null ? null : { ...rateOf(accuracy), what: measuredText(accuracy) },
    tags: run === null ? [] : tagsOf(run),
    warnings:
      run === null
        ? 0
        : healthEpisodes(steps, run.evaluations()).filter(
            ({ finding, to }) => to === null && finding.level === 'warning',
          ).length,
    reward: sparklineOf(steps, 'reward'),
    training: sparklineOf(steps, 'accuracy'),
  }
}

type Accuracy = NonNullable<RunRow['accuracy']>

function rateOf({ value, low, high, n }: Accuracy): Pick<Accuracy, 'value' | 'low' | 'high' | 'n'> {
  return { value, low, high, n }
}

function measuredText(accuracy: Accuracy): string {
  return 'method' in accuracy
    ? `${accuracy.method} ${accuracy.shots}`
    : `${evaluationName(accuracy)}${accuracy.decoding === 'sampled' ? ' (sampled)' : ''}`
}

/** What tells runs apart, from their configuration. */
export function tagsOf({ config }: RunReader): string[] {
  const text = (...path: readonly string[]): string => {
    const value = path.reduce<Json | undefined>(
      (node, key) => (node === undefined ? undefined : member(node, key)),
      config,
    )
    return typeof value === 'string' ? value : ''
  }
  const executor = text('llm', 'executor', 'baseUrl') === 'simulator' ? 'simulator' : text('llm', 'executor', 'model')
  const engine = text('policy', 'engine')
  const environment = text('environment') || (engine === '' ? '' : 'workflows')
  return [environment, engine, text('training', 'loss', 'type'), executor].filter((tag) => tag !== '')
}

/** Changes whenever the run is written to. */
function stampOf(folder: string): string {
  return ['journal.sqlite', 'journal.sqlite-wal', 'serve.sqlite', 'manifest.json', 'run.owner.json']
    .map((name) => {
      const found = statSync(join(folder, name), { throwIfNoEntry: false })
      return found === undefined ? '-' : `${found.size} ${found.mtimeMs}`
    })
    .join(' ')
}
