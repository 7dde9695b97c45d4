/** Folders that a user names. */
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder with all that is missing above it, one at a time: Node's own recursive `mkdir` never ends where the
 * system says that nothing can be there (below /proc).
 * @throws the system's error where a folder cannot be made.
 */
export function makeFolder(path: string): void {
  const missing: string[] = []
  let there = resolve(path)
  for (; !existsSync(there); there = dirname(there)) missing.push(there)
  if (!statSync(there).isDirectory()) missing.push(there)
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder)
    } catch (error) {
      const wasMadeMeanwhile = existsSync(folder) && statSync(folder).isDirectory()
      if (!wasMadeMeanwhile) throw error
    }
  }
}
