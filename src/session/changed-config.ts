/** The settings of a resumed run against those that it was made with: what is refused, and what is recorded. */
import { differencesOf, type LoadedConfig, parseResolved, refuseIncomparable } from '../config/index.ts'
import type { ConfigVersion, SettingChange } from '../core/run-events.ts'
import { checkDatasets, type RunStore } from '../runs/index.ts'
import type { RunProblems } from './run-problems.ts'

/** What a new run begins with. */
export function firstConfig({ config, hash, resolvedYaml }: LoadedConfig, { manifest }: RunProblems): ConfigVersion {
  return { step: 0, configHash: hash, seed: config.seed, datasets: manifest, changes: [], yaml: resolvedYaml }
}

/**
 * @returns the configuration to record, or null where nothing changed.
 * @throws BatonError for a change that would make the run's steps incomparable, unless forced.
 */
export function changedConfig(
  store: RunStore,
  loaded: LoadedConfig,
  problems: RunProblems,
  isForced: boolean,
): ConfigVersion | null {
  const recorded = store.configHistory().at(-1)
  // A run of an older version has no record but its file.
  const before =
    recorded === undefined
      ? parseResolved(JSON.stringify(store.config), 'config.yaml')
      : parseResolved(recorded.yaml, 'the recorded configuration')
  const differences = differencesOf(before, loaded.config)
  if (!isForced) refuseIncomparable(differences)
  const { datasets } = store.manifest
  const contents = checkDatasets(datasets, problems.manifest, isForced)
  const changes: SettingChange[] = [
    ...differences.map(({ key, from, to, changeClass }) => ({ key, from, to, isForced: changeClass !== 'free' })),
    ...contents.map((split) => ({
      key: `data.${split} (content)`,
      from: datasets[split]?.fingerprint ?? null,
      to: problems.manifest[split]?.fingerprint ?? null,
      isForced: true,
    })),
  ]
  if (changes.length === 0) return null
  return { ...firstConfig(loaded, problems), step: store.checkpoints.latest()?.step ?? 0, changes }
}
