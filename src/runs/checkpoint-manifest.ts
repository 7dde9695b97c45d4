/** The manifest of a checkpoint: what files it has, how long they are and what their bytes hash to. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../core/json.ts'

export const manifestName = 'manifest.json'
export const stateName = 'state.json'

export interface CheckpointManifest {
  readonly version: 1
  readonly step: number
  readonly createdAt: string
  /** By path within the folder, `/` between parts, sorted. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>
}

export type CheckpointReading =
  | { readonly kind: 'valid'; readonly manifest: CheckpointManifest; readonly state: Json }
  | { readonly kind: 'invalid'; readonly reason: string }

/** Hashes everything in `folder`. */
export function describeFolder(folder: string, step: number, createdAt: string): CheckpointManifest {
  const files: Record<string, { bytes: number; sha256: string }> = {}
  for (const path of filesIn(folder)) {
    files[path] = { bytes: statSync(join(folder, path)).size, sha256: hashFile(join(folder, path)) }
  }
  return { version: 1, step, createdAt, files }
}

/** The manifest's text; it contains its own hash, so that a flipped bit in the manifest shows too. */
export function manifestText(manifest: CheckpointManifest): string {
  return `${JSON.stringify({ ...manifest, sha256: hashText(JSON.stringify(manifest)) }, null, 2)}\n`
}

/** Reads and checks every byte of a checkpoint. */
export function readCheckpoint(folder: string): CheckpointReading {
  const manifest = readManifest(folder)
  if (typeof manifest === 'string') return { kind: 'invalid', reason: manifest }
  for (const [path, expected] of Object.entries(manifest.files)) {
    const reason = checkFile(folder, path, expected)
    if (reason !== null) return { kind: 'invalid', reason }
  }
  const state = JSON.parse(readFileSync(join(folder, stateName), 'utf8')) as Json
  return { kind: 'valid', manifest, state }
}

function readManifest(folder: string): CheckpointManifest | string {
  let text: string
  try {
    text = readFileSync(join(folder, manifestName), 'utf8')
  } catch {
    return `${manifestName} is missing: it was not finished`
  }
  try {
    const { sha256, ...manifest } = JSON.parse(text) as CheckpointManifest & { sha256: string }
    if (hashText(JSON.stringify(manifest)) !== sha256) return `${manifestName} is damaged`
    return manifest
  } catch {
    return `${manifestName} is damaged`
  }
}

function checkFile(
  folder: string,
  path: string,
  expected: { readonly bytes: number; readonly sha256: string },
): string | null {
  try {
    const { size } = statSync(join(folder, path))
    if (size !== expected.bytes) return `${path} has ${size} bytes instead of ${expected.bytes}`
    if (hashFile(join(folder, path)) !== expected.sha256) return `${path} is damaged: its sha256 differs`
    return null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return `${path} is missing`
    return `${path} cannot be read: ${(error as Error).message}`
  }
}

/** Files below `folder` but for the manifest, sorted. */
function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => path !== manifestName)
    .sort()
}

function hashFile(path: string): string {
  const hash = createHash('sha256')
  const chunk = Buffer.allocUnsafe(1 << 20)
  const descriptor = openSync(path, 'r')
  try {
    for (let length = readSync(descriptor, chunk); length > 0; length = readSync(descriptor, chunk)) {
      hash.update(chunk.subarray(0, length))
    }
  } finally {
    closeSync(descriptor)
  }
  return hash.digest('hex')
}

function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
