/** Runs: the run folder, its journal, checkpoints and locks. The only writer of files in a run. */
export type { CallTotals } from './call-totals.ts'
export type { CheckpointStore, LatestCheckpoint, SkippedCheckpoint } from './checkpoints.ts'
export { configOfStep } from './config-history.ts'
export type { EventListener, EventQuery } from './event-log.ts'
export { notWritable } from './failures.ts'
export { fingerprint, writePart, writeWhole } from './files.ts'
export { makeFolder } from './make-folder.ts'
export {
  checkDatasets,
  type RunKind,
  type RunManifest,
  type RunOrigin,
  withoutSecrets,
} from './manifest.ts'
export { plannedStepsOf } from './planned-steps.ts'
export type { FoundRollouts, RolloutFacet, RolloutFacets, RolloutOrder, RolloutSearch } from './rollout-search.ts'
export type { RolloutFilter, RolloutPage } from './rollouts.ts'
export { assertRunKind, runKindOf } from './run-kind.ts'
export { folderBytes, runFolders, serverSummary, summaryOf } from './run-list.ts'
export type { RunReader } from './run-reader.ts'
export { type RunState, recordEnding, runStateOf, runStateText, stateKinds, withEnding } from './run-state.ts'
export type { RunStore } from './run-store.ts'
export { createRun, discardRun, openRun, readRun } from './runs.ts'
