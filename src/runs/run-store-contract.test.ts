import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callCacheContract } from '../core/call-cache-suite.ts'
import type { Cleanup } from '../testing/contract.ts'
import { createRun, openRun, type RunStore, readRun } from './index.ts'
import { openJournal } from './journal.ts'
import { readPendingCalls } from './pending-calls.ts'
import { runStoreContract } from './run-store-suite.ts'
import { Statements } from './statements.ts'

const origin = { configHash: 'sha256:0', seed: 1, datasets: {}, argv: ['train'] }

function newRun(cleanup: Cleanup): RunStore {
  const root = mkdtempSync(join(tmpdir(), 'baton-store-'))
  const store = createRun({ root, name: 'run', resolvedYaml: 'seed: 1\n', origin })
  cleanup.after(() => {
    store.close()
    rmSync(root, { recursive: true })
  })
  return store
}

runStoreContract({
  name: 'run folder',
  create: async (cleanup) => {
    const store = newRun(cleanup)
    let { folder } = store
    return {
      store,
      read: () => readRun(folder),
      reopen: () => {
        const opened = openRun(folder)
        cleanup.after(() => opened.close())
        return opened
      },
      killInWrite: () => {
        // The files of an open run are what a killed process leaves.
        folder = join(store.folder, '..', 'killed')
        cpSync(store.folder, folder, { recursive: true })
        const lines = join(folder, 'metrics.jsonl')
        truncateSync(lines, readFileSync(lines).length - 5)
      },
    }
  },
})

callCacheContract({
  name: 'journal of a run',
  create: async (cleanup) => {
    const { calls, folder } = newRun(cleanup)
    const pending = (): string[] => {
      const database = openJournal(join(folder, 'journal.sqlite'), 'read')
      const keys = readPendingCalls(new Statements(database)).map(({ key }) => key)
      database.close()
      return keys
    }
    return { cache: calls, pending }
  },
})
