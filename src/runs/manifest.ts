/**
 * What a run is made with: versions, seed, configuration hash, dataset fingerprints. Written last of all, and again when a
 * resume changes the settings.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatasetManifest, SettingChange } from '../core/run-events.ts'
import { runError } from './failures.ts'

export interface ConfigHistoryEntry {
  readonly file: string
  /** First step that was made with it. */
  readonly fromStep: number
  readonly configHash: string
  readonly changes: readonly SettingChange[]
}

export type RunKind = 'training' | 'demonstrations-training' | 'collection' | 'evaluation' | 'serve'

export interface RunManifest {
  readonly version: 1
  readonly name: string
  /** Absent in runs that were made before kinds were recorded: `runKindOf` recognises them. */
  readonly kind?: RunKind
  readonly createdAt: string
  readonly configHash: string
  readonly seed: number
  readonly batonVersion: string
  readonly nodeVersion: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly datasets: Readonly<Record<string, DatasetManifest>>
  /** Of a run whose settings changed when it was resumed: every configuration, oldest first, the newest last. */
  readonly configHistory?: readonly ConfigHistoryEntry[]
  /** Command line without secrets. */
  readonly argv: readonly string[]
}

/** The part of the manifest that the caller knows; the store adds the rest. */
export type RunOrigin = Pick<RunManifest, 'configHash' | 'seed' | 'datasets' | 'argv'>

/** Versions of Baton, Node and the packages that Baton names. */
export function currentVersions(): Pick<RunManifest, 'batonVersion' | 'nodeVersion' | 'dependencies'> {
  const root = join(import.meta.dirname, '..', '..')
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string
    dependencies: Record<string, string>
  }
  return { batonVersion: own.version, nodeVersion: process.versions.node, dependencies: own.dependencies }
}

const secretName = /(api[-_]?key|token|secret|password|authorization)$/i
const secretValue = /\b(sk|hf|gsk|xai|AIza|ghp|tml)[-_][A-Za-z0-9_-]{8,}/

/** The command line with whatever looks like a secret replaced by `***`. */
export function withoutSecrets(argv: readonly string[]): string[] {
  let isNextSecret = false
  return argv.map((argument) => {
    if (isNextSecret) {
      isNextSecret = false
      return '***'
    }
    const equals = argument.indexOf('=')
    if (equals > 0 && secretName.test(argument.slice(0, equals))) return `${argument.slice(0, equals)}=***`
    if (argument.startsWith('-') && secretName.test(argument)) isNextSecret = true
    return argument.replace(/(\/\/)[^/\s]+@/, '$1***@').replace(new RegExp(secretValue, 'g'), '***')
  })
}

/**
 * Refuses to continue a run on other data than it began with.
 * @param isForced continue all the same.
 * @returns the names of the datasets that differ (empty unless forced).
 */
export function checkDatasets(
  recorded: RunManifest['datasets'],
  current: RunManifest['datasets'],
  isForced = false,
): string[] {
  const changed = Object.keys({ ...recorded, ...current })
    .filter((name) => recorded[name]?.fingerprint !== current[name]?.fingerprint)
    .sort()
  if (changed.length === 0 || isForced) return changed
  const details = changed.map((name) => {
    const before = recorded[name]
    const after = current[name]
    if (before === undefined) return `${name} (${after?.path}) was not part of the run`
    if (after === undefined) return `${name} (${before.path}) is no longer given`
    return `${name} (${after.path}) has ${after.rows} rows and another fingerprint than the ${before.rows} rows that the run began with`
  })
  throw runError(
    'dataset-changed',
    `the data are not those of the run: ${details.join('; ')}.`,
    'Bring the old data back, start a new run, or continue on the new data with --force.',
  )
}
