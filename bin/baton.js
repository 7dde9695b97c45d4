#!/usr/bin/env node
// Starts the TypeScript command line. Where the Node that runs this is too old for TypeScript, the one among the
// project's own packages takes over.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const main = join(root, 'src', 'cli', 'main.ts')

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(main)
} else {
  const node = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  if (!existsSync(node)) {
    process.stderr.write(
      'error: Baton needs Node 24. Run "npm start" or "npm test" once: both install it beside the project.\n',
    )
    process.exit(2)
  }
  const result = spawnSync(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exit(result.status ?? 130)
}
