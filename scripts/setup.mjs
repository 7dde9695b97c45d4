// Installs what is missing before `npm start` and `npm test`. Plain JavaScript that Node 20 understands: Node 24 is
// itself among the things it installs. Does nothing when node_modules is as new as the lock file.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const installed = join(root, 'node_modules', '.package-lock.json')
const lock = join(root, 'package-lock.json')

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  const count = Object.keys(JSON.parse(readFileSync(lock, 'utf8')).packages).length - 1
  process.stderr.write(`Setting up (once): Node 24 and ${count} packages ... `)
  const startedAt = Date.now()
  // onnxruntime-node would download CUDA files; its CPU binaries are in the package already.
  // `npm install` takes the lock file's versions too, and where the lock file lacks the binaries of another platform,
  // which `npm ci` refuses, it adds them.
  const result = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (result.status !== 0) {
    process.stderr.write(`failed\n${result.stdout ?? ''}${result.stderr ?? ''}\n`)
    process.stderr.write(
      'error: npm install failed. Baton needs the npm registry once; check the network and run it again.\n',
    )
    process.exit(3)
  }
  process.stderr.write(`${Math.round((Date.now() - startedAt) / 1000)} s\n`)
}
