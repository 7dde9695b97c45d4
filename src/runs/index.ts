/** Runs: the run folder, its journal, checkpoints and locks. The only writer of files in a run. */
export type { CallTotals } from './call-totals.ts'
export type { CheckpointStore, LatestCheckpoint, SkippedCheckpoint } from './checkpoints.ts'
export { fingerprint } from './files.ts'
export type { RolloutPlace } from './journal.ts'
export { makeFolder } from './make-folder.ts'
export { checkDatasets, type DatasetManifest, type RunManifest, type RunOrigin, withoutSecrets } from './manifest.ts'
export type { RolloutFilter, RunEvent, RunReader, RunStore } from './run-store.ts'
export { createRun, discardRun, listRuns, openRun, type RunSummary, readRun } from './runs.ts'
