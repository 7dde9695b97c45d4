/**
 * The command line of the jail: bubblewrap around a Python of the system. Inside there are its own installation and `/usr`,
 * read-only, an empty network, no other processes, no environment, and nothing that can be written.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { BatonError } from '../../core/failure.ts'
import { seccompFilter } from './seccomp-filter.ts'

export interface JailCommand {
  readonly command: string
  readonly args: readonly string[]
  /** Goes to the child's fourth descriptor. */
  readonly filter: Buffer
}

const isolation = ['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL']

/** What is on the host's root as a link is a link there too. */
const rootFolders = ['/bin', '/sbin', '/lib', '/lib32', '/lib64']

const askAboutItself =
  'import json, sys; print(json.dumps([sys.executable, sys.prefix, sys.base_prefix, *sys.version_info[:2]]))'

/**
 * Looks for both programs and tries them, in some 0.1 s; the Python is asked about itself inside of bubblewrap.
 * @param python command or path.
 * @throws BatonError where one is missing or does not work.
 */
export function findJail(python: string, bubblewrap = 'bwrap'): JailCommand {
  const filter = process.platform === 'linux' ? seccompFilter() : null
  if (filter === null) throw cannotJail(`there is no jail for ${process.platform} on ${process.arch}`)
  const tried = spawnSync(bubblewrap, [...isolation, '--ro-bind', '/', '/', '/usr/bin/env', 'true'], {
    encoding: 'utf8',
  })
  if (tried.error !== undefined) throw cannotJail(`${bubblewrap} was not found`)
  if (tried.status !== 0) throw cannotJail(`${bubblewrap} does not work: ${tried.stderr.trim().slice(0, 200)}`)
  const path = process.env['PATH'] ?? '/usr/bin'
  const environment = ['--setenv', 'PATH', path, '--setenv', 'HOME', process.env['HOME'] ?? '/']
  const inside = [...isolation, ...environment, '--ro-bind', '/', '/', '--dev', '/dev', python, '-c', askAboutItself]
  const asked = spawnSync(bubblewrap, inside, { encoding: 'utf8' })
  if (asked.status !== 0) throw cannotJail(`${python} does not run: ${asked.stderr.trim().slice(0, 200)}`)
  const [executable, prefix, basePrefix, major, minor] = JSON.parse(asked.stdout)
  if (major !== 3 || minor < 10) throw cannotJail(`${python} is Python ${major}.${minor}; 3.10 or later is needed`)
  const mounts = [...rootMounts(), ...[prefix, basePrefix].flatMap(readOnly)]
  const rest = ['--dev', '/dev', '--remount-ro', '/', '--chdir', '/', '--seccomp', '3']
  const variables = { PYTHONHASHSEED: '0', OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', LC_ALL: 'C.UTF-8' }
  const settings = Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value])
  return { command: bubblewrap, args: [...isolation, ...mounts, ...rest, ...settings, executable, '-s', '-B'], filter }
}

function rootMounts(): string[] {
  const roots = rootFolders.filter(existsSync).flatMap((folder) => {
    return lstatSync(folder).isSymbolicLink() ? ['--symlink', readlinkSync(folder), folder] : readOnly(folder)
  })
  return ['--ro-bind', '/usr', '/usr', ...roots, '--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache']
}

function readOnly(folder: string): string[] {
  return folder === '/usr' || folder.startsWith('/usr/') ? [] : ['--ro-bind', folder, folder]
}

function cannotJail(reason: string): BatonError {
  return new BatonError(`code cannot run on the system's Python: ${reason}.`, {
    boundary: 'sandbox',
    code: 'no-jail',
    hint: 'Install bubblewrap (Debian: apt-get install bubblewrap) and allow user namespaces, or leave sandbox.systemPython at null: code then runs without NumPy and SymPy.',
    exitCode: 2,
  })
}
