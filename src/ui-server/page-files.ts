/** The page's own files, built by `npm run build:ui` and kept in the repository. Few and small: they stay in memory. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

export interface PageFile {
  readonly content: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly etag: string
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export const builtPage = join(import.meta.dirname, '..', '..', 'ui', 'built')

/** By path from the root of the page: `/app.js`. */
export function readPageFiles(folder: string = builtPage): ReadonlyMap<string, PageFile> {
  return new Map(
    readdirSync(folder).flatMap((name): [string, PageFile][] => {
      const type = types[extname(name)]
      if (type === undefined) return []
      const content = new Uint8Array(readFileSync(join(folder, name)))
      return [[`/${name}`, { content, type, etag: `"${createHash('sha256').update(content).digest('base64url')}"` }]]
    }),
  )
}
