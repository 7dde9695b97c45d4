/** What kind of run a folder is, and the error where a command needs another kind: it says what fits. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parse } from 'yaml'
import type { BatonError } from '../core/failure.ts'
import { nearestName } from '../core/spelling.ts'
import { runError } from './failures.ts'
import type { RunKind, RunManifest } from './manifest.ts'

const descriptions: Readonly<Record<RunKind, { readonly noun: string; fits(folder: string): string }>> = {
  training: {
    noun: 'a training run',
    fits: (folder) =>
      `baton show ${folder}, baton report ${folder}, baton eval ${folder}, baton train --resume ${folder}`,
  },
  'demonstrations-training': {
    noun: 'a training of demonstrations by an older version',
    fits: (folder) =>
      `baton demos eval --selector ${join(folder, 'selector.safetensors')}, baton demos train --start ${join(folder, 'selector.safetensors')}`,
  },
  collection: {
    noun: 'a collection of demonstrations',
    fits: (folder) => `baton demos collect --resume ${folder}, baton demos train --collection ${folder}`,
  },
  evaluation: {
    noun: 'an evaluation of demonstrations',
    fits: (folder) => `${join(folder, 'report.html')} is its report; baton compare ${folder} <another evaluation>`,
  },
  serve: {
    noun: 'the folder of a server',
    fits: (folder) => `baton serve --folder ${folder}`,
  },
}

/**
 * @returns null for a folder that is not a run.
 * Runs of before kinds were recorded are recognised by their configuration.
 */
export function runKindOf(folder: string): RunKind | null {
  if (existsSync(join(folder, 'serve.sqlite'))) return 'serve'
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Partial<RunManifest>
    return manifest.kind ?? kindOfConfig(parse(readFileSync(join(folder, 'config.yaml'), 'utf8')))
  } catch {
    return null
  }
}

function kindOfConfig(config: unknown): RunKind | null {
  if (typeof config !== 'object' || config === null) return null
  if ('policy' in config) return 'training'
  if ('stages' in config) return 'demonstrations-training'
  if ('plan' in config) return 'collection'
  return 'shots' in config || 'recipe' in config ? 'evaluation' : null
}

/** @throws BatonError where there is no run, or one of another kind. */
export function assertRunKind(folder: string, needed: RunKind): void {
  if (!existsSync(join(folder, 'manifest.json')) && !existsSync(join(folder, 'serve.sqlite'))) throw noRun(folder)
  const kind = runKindOf(folder)
  // Damaged runs have errors of their own, which say what is damaged.
  if (kind === null || kind === needed) return
  const { noun, fits } = descriptions[kind]
  throw runError('run-kind', `${folder} is ${noun}, not ${descriptions[needed].noun}.`, `What fits: ${fits(folder)}.`)
}

/** There is no run: names the one that may be meant, and the newest. */
function noRun(folder: string): BatonError {
  const isFolder = existsSync(folder) && statSync(folder).isDirectory()
  const inside = isFolder ? newestRuns(folder) : []
  if (inside.length > 0)
    return runError('no-run', `${folder} is a folder of runs.`, `Give one of them: ${few(inside)}.`)
  const roots = [...new Set([dirname(folder), 'runs'])]
  const runs = roots.flatMap(newestRuns)
  const names = runs.map((run) => basename(run))
  const meant = names.includes(basename(folder)) ? basename(folder) : nearestName(basename(folder), names)
  const what = isFolder ? `${folder} is not a run: it has no manifest.json.` : `there is no run ${folder}.`
  if (runs.length === 0)
    return runError('no-run', what, `There are no runs in ${roots.join(' or ')}; npm start makes one.`)
  const hint = meant === null ? 'The newest are' : `Did you mean ${runs[names.indexOf(meant)]}? The newest are`
  return runError('no-run', what, `${hint} ${few(runs)}; "baton runs" lists them all.`)
}

const few = (runs: readonly string[]): string => `${runs.slice(0, 3).join(', ')}${runs.length > 3 ? ', ...' : ''}`

/** Runs below `root`, those that began last first. */
function newestRuns(root: string): string[] {
  if (!existsSync(root) || !statSync(root).isDirectory()) return []
  return readdirSync(root)
    .map((name) => join(root, name))
    .filter((folder) => existsSync(join(folder, 'manifest.json')) && existsSync(join(folder, 'journal.sqlite')))
    .map((folder) => ({ folder, madeAt: statSync(join(folder, 'manifest.json')).mtimeMs }))
    .sort((a, b) => b.madeAt - a.madeAt)
    .map(({ folder }) => folder)
}
