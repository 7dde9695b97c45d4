/**
 * A network of its own, with nothing in it, for each sandbox process: `unshare` of util-linux, where the system has it and
 * lets us. A further wall behind those in `interpreter/`; elsewhere the sandbox runs without it.
 */
import { spawnSync } from 'node:child_process'

const candidates: readonly (readonly string[])[] = [
  ['unshare', '--net', '--ipc', '--uts'],
  ['unshare', '--user', '--map-root-user', '--net', '--ipc', '--uts'],
]

let found: readonly string[] | undefined

/** What to put before a command, or nothing. Tried once, in some 5 ms. */
export function networkNamespacePrefix(): readonly string[] {
  found ??= process.platform === 'linux' ? (candidates.find(works) ?? []) : []
  return found
}

function works([command = '', ...args]: readonly string[]): boolean {
  return spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0
}
