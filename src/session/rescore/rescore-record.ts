/** Records of rescorings: `rescored-<label>.json` beside the run's own files, which stay as they are. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BatonError } from '../../core/failure.ts'
import { writeWhole } from '../../runs/index.ts'
import type { Rescored } from './rescored.ts'

const fileOf = (folder: string, label: string): string => join(folder, `rescored-${label}.json`)

/** @returns the path. @throws BatonError where the label is taken: a record is never replaced. */
export function writeRescored(
  folder: string,
  rescored: Rescored,
  { label, version, now }: { readonly label: string | null; readonly version: string; readonly now: Date },
): string {
  const name = label ?? freeLabel(folder)
  const path = fileOf(folder, name)
  if (existsSync(path)) {
    throw new BatonError(`${path} is there already.`, {
      boundary: 'config',
      code: 'option',
      exitCode: 2,
      hint: `Give another --label, such as ${freeLabel(folder)}.`,
    })
  }
  const record = { version: 1, label: name, createdAt: now.toISOString(), batonVersion: version, ...rescored }
  writeWhole(path, `${JSON.stringify(record, null, 1)}\n`)
  return path
}

function freeLabel(folder: string): string {
  for (let number = 1; ; number++) if (!existsSync(fileOf(folder, String(number)))) return String(number)
}
