/**
 * The configurations of a run, one after the other: what it began with, and what each resume changed. The journal keeps
 * them whole, as events; the earlier ones are beside `config.yaml` as `config.1.yaml`, `config.2.yaml`, and the
 * manifest lists all of them.
 */
import { parse } from 'yaml'
import type { JsonObject } from '../core/json.ts'
import type { ConfigVersion, EventKind, RecordedEvent, SettingChange } from '../core/run-events.ts'
import type { RunManifest } from './manifest.ts'

/** Kinds of events that the configurations of a run are read from. */
export const historyKinds = ['config', 'rewind'] as const satisfies readonly EventKind[]

/** Every version that was recorded, oldest first, steps as they stood then. */
export function recordedVersions(events: readonly RecordedEvent[]): ConfigVersion[] {
  return events.flatMap((event) => (event.kind === 'config' ? [versionOf(event)] : []))
}

function versionOf(event: Extract<RecordedEvent, { kind: 'config' }>): ConfigVersion {
  const { id: _, at: __, kind: ___, ...version } = event
  return version
}

/**
 * The versions that steps of the run were made with, oldest first, steps strictly ascending. A resume from an earlier
 * checkpoint makes steps again, with the newest version.
 */
export function heldVersions(events: readonly RecordedEvent[]): ConfigVersion[] {
  let held: ConfigVersion[] = []
  for (const event of events) {
    if (event.kind === 'config') held.push(versionOf(event))
    if (event.kind === 'rewind') {
      const { step } = event
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
