import { type RunSummary, runFolders, summaryOf } from '../run-list.ts'
import { readRun } from '../runs.ts'

/** Runs below `root`, oldest first; what cannot be read is left out. */
export function listRuns(root: string): RunSummary[] {
  const summaries = runFolders(root).flatMap(({ folder, isServer }) => {
    if (isServer) return []
    try {
      const run = readRun(folder)
      try {
        return [summaryOf(run, folder)]
      } finally {
        run.close()
      }
    } catch {
      return []
    }
  })
  return summaries.sort((a, b) => (a.manifest.createdAt + a.name < b.manifest.createdAt + b.name ? -1 : 1))
}
