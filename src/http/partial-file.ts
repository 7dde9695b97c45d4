/**
 * The beginning of a download, kept beside the file that it becomes: `NAME.<version>.<process>.part`. The version is the
 * server's entity tag: only the same version is continued. The process that writes owns it until that process has ended.
 */
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

export interface PartialFile {
  readonly path: string
  readonly etag: string
  /** At least 1. */
  readonly bytes: number
}

/** Longer ones make names that file systems refuse. */
const longestEtag = 100

/** @returns the part's name; '' for a server that names no version that could be relied on. */
export function partialPath(path: string, etag: string): string {
  return `${path}.${Buffer.from(etag).toString('base64url')}.${process.pid}.part`
}

/** '' for a weak tag or none: what it names may differ in its bytes. */
export function usableEtag(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && /^"[^"]+"$/.test(header) && header.length <= longestEtag ? header : ''
}

/** Takes over what an ended process left, or this one; removes what cannot be continued. @returns null for nothing. */
export function claimPartialFile(path: string): PartialFile | null {
  let claimed: PartialFile | null = null
  const start = `${basename(path)}.`
  for (const name of readdirSync(dirname(path))) {
    const [, version = '', owner = ''] = /^([\w-]*)\.(\d+)\.part$/.exec(name.slice(start.length)) ?? []
    if (!name.startsWith(start) || owner === '' || isOther(Number(owner))) continue
    const found = join(dirname(path), name)
    const etag = Buffer.from(version, 'base64url').toString()
    const { size: bytes = 0 } = statSync(found, { throwIfNoEntry: false }) ?? {}
    if (claimed !== null || etag === '' || bytes === 0) rmSync(found, { force: true })
    else claimed = claim(found, { path: partialPath(path, etag), etag, bytes })
  }
  return claimed
}

/** Another process may be faster. */
function claim(found: string, part: PartialFile): PartialFile | null {
  try {
    renameSync(found, part.path)
    return part
  } catch {
    return null
  }
}

/** Whether another process of this number is running. */
function isOther(owner: number): boolean {
  if (owner === process.pid) return false
  try {
    process.kill(owner, 0)
    return true
  } catch (error) {
    return (error as { code?: unknown }).code === 'EPERM'
  }
}
