/**
 * The configurations of a run, one after the other: what it began with, and what each resume changed. The journal keeps
 * them whole, as events; the earlier ones lie beside `config.yaml` as `config.1.yaml`, `config.2.yaml`, and the manifest
 * lists all of them.
 */
import { parse } from 'yaml'
import type { Json, JsonObject } from '../core/json.ts'
import type { RunManifest } from './manifest.ts'

export interface SettingChange {
  /** Dotted key, `training.learningRate`; `data.train (content)` where the file behind it changed. */
  readonly key: string
  readonly from: Json
  readonly to: Json
  /** It makes the steps before and after it incomparable, and was made all the same. */
  readonly isForced: boolean
}

export interface ConfigVersion {
  /** Steps that were done when it came to hold: it holds from the next one on. */
  readonly step: number
  readonly configHash: string
  readonly seed: number
  readonly datasets: RunManifest['datasets']
  /** Against the version before; empty for the first. */
  readonly changes: readonly SettingChange[]
  readonly yaml: string
}

/** Kind of the event that a version is. */
export const configEvent = 'config'

interface HistoryEvent {
  readonly kind: string
  readonly data: Json
}

/** Every version that was recorded, oldest first, steps as they stood then. */
export function recordedVersions(events: readonly HistoryEvent[]): ConfigVersion[] {
  return events.flatMap(({ kind, data }) => (kind === configEvent ? [data as unknown as ConfigVersion] : []))
}

/**
 * The versions that steps of the run were made with, oldest first, steps strictly ascending. A resume from an earlier
 * checkpoint makes steps again, with the newest version.
 */
export function heldVersions(events: readonly HistoryEvent[]): ConfigVersion[] {
  let held: ConfigVersion[] = []
  for (const { kind, data } of events) {
    if (kind === configEvent) held.push(data as unknown as ConfigVersion)
    if (kind === 'rewind') {
      const { step } = data as { step: number }
      held = held.map((version) => ({ ...version, step: Math.min(version.step, step) }))
    }
  }
  const used: ConfigVersion[] = []
  for (const version of held) {
    const last = used.at(-1)
    if (last === undefined || last.step < version.step) used.push(version)
    // The one before made no step: what it changed and what came after it are one change.
    else
      used[used.length - 1] = { ...version, changes: used.length === 1 ? [] : together(last.changes, version.changes) }
  }
  return used
}

/** The configuration that a step was made with; that of the run where its history was not recorded. */
export function configOfStep(
  run: { readonly config: JsonObject; configHistory(): readonly ConfigVersion[] },
  step: number,
): JsonObject {
  const held = run.configHistory().findLast((version) => version.step < step)
  return held === undefined ? run.config : (parse(held.yaml) as JsonObject)
}

function together(first: readonly SettingChange[], second: readonly SettingChange[]): SettingChange[] {
  const changes = new Map(first.map((change) => [change.key, change]))
  for (const { key, from, to, isForced } of second) {
    const earlier = changes.get(key)
    changes.set(key, { key, from: earlier?.from ?? from, to, isForced: isForced || (earlier?.isForced ?? false) })
  }
  return [...changes.values()].filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to))
}

/** The manifest with the newest version as its own and a list of all of them. */
export function manifestWith(manifest: RunManifest, versions: readonly ConfigVersion[]): RunManifest {
  const newest = versions.at(-1)
  if (newest === undefined || versions.length < 2) return manifest
  return {
    ...manifest,
    configHash: newest.configHash,
    seed: newest.seed,
    datasets: newest.datasets,
    configHistory: versions.map(({ step, configHash, changes }, i) => ({
      file: i === versions.length - 1 ? 'config.yaml' : earlierConfig(i + 1),
      fromStep: step + 1,
      configHash,
      changes,
    })),
  }
}

/** @param number 1 for the first. */
export function earlierConfig(number: number): string {
  return `config.${number}.yaml`
}
