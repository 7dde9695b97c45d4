// Installs what is missing: the packages of the lock file and, where this Node is too old for TypeScript, Node 24 beside
// them. Plain JavaScript that Node 20 understands.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import module from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, 'node_modules')
const lock = join(root, 'package-lock.json')
const nodePackage = join(modules, 'node')
const ownNode = join(nodePackage, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

/**
 * Keeps what Node compiles in `.cache/compiled`: stripping the types of some 200 files is most of a start. Worker threads
 * and child processes read the variable; where it is set already, or where the folder cannot be written, it stays at that.
 */
export function keepCompiled() {
  process.env.NODE_COMPILE_CACHE ??= join(root, '.cache', 'compiled')
  module.enableCompileCache?.()
}

/** Does nothing where node_modules is as new as the lock file. */
export async function installPackages() {
  const installed = join(modules, '.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  const count = Object.keys(JSON.parse(readFileSync(lock, 'utf8')).packages).length - 1
  await runWithDots(`Setting up (once): ${count} packages`, root, 'npm', ['ci', '--no-audit', '--no-fund'])
}

/** @returns the path of a Node that runs TypeScript. */
export async function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24 && existsSync(process.execPath)) return process.execPath
  if (!existsSync(ownNode)) {
    // The package is a script that fetches the binary for this system. Install scripts are off (.npmrc): it is run here.
    await runWithDots('Setting up (once): Node 24', nodePackage, systemNode(), ['installArchSpecificPackage'])
  }
  return ownNode
}

/** The Node that runs this; where it stood in node_modules and the installation has replaced it, the one on the path. */
function systemNode() {
  if (existsSync(process.execPath)) return process.execPath
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? 'node'
}

/** Runs a script of this project and ends with its exit code. */
export function runScript(node, script, args) {
  const child = spawn(node, [script, ...args], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both; the child decides what to do with it.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 130))
}

/** A dot a second while it runs, then the seconds; where it fails, what it said and exit code 3. */
async function runWithDots(title, cwd, command, args) {
  process.stderr.write(`${title} `)
  const startedAt = Date.now()
  const dots = setInterval(() => process.stderr.write('.'), 1000)
  const child = spawn(command, args, {
    cwd,
    // npm's warnings are about packages of packages; onnxruntime-node would download files for GPUs.
    env: { ...process.env, npm_config_loglevel: 'error', ONNXRUNTIME_NODE_INSTALL: 'skip' },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32' && command === 'npm',
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const code = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', resolve)
  })
  clearInterval(dots)
  if (code === 0) {
    process.stderr.write(` ${Math.round((Date.now() - startedAt) / 1000)} s\n`)
    return
  }
  process.stderr.write(` failed (${code})\n${said}\n`)
  process.stderr.write(
    'error: the installation failed. Baton needs the npm registry once; check the network and run it again.\n',
  )
  process.exit(3)
}
