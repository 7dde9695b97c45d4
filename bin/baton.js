#!/usr/bin/env node
// Starts the command line: built JavaScript in an installed package, the TypeScript sources in a checkout. Where the Node
// that runs a checkout is too old for TypeScript, the one beside the project's packages takes over.
import { existsSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const source = join(root, 'src', 'cli', 'main.ts')

if (existsSync(source)) await startCheckout()
else await startPackage()

async function startCheckout() {
  const { findNode, installPackages, keepCompiled, runScript } = await import('../scripts/setup.mjs')
  // Packages that are there stay: another Baton may be running on them.
  if (!existsSync(join(root, 'node_modules'))) await installPackages()
  keepCompiled()
  const node = await findNode()
  if (node === process.execPath) await import(pathToFileURL(source).href)
  else runScript(node, source, process.argv.slice(2))
}

async function startPackage() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 22 || (major === 22 && minor < 19)) {
    process.stderr.write(
      `error: Baton needs Node 22.19 or newer; this is ${process.versions.node} (${process.execPath}).\n` +
        '       Install a newer one, from nodejs.org or with your version manager.\n',
    )
    process.exit(2)
  }
  module.enableCompileCache?.()
  silenceExperimental('SQLite')
  await import(pathToFileURL(join(root, 'dist', 'cli', 'main.js')).href)
}

/** Node 22 warns of its SQLite on every start, which is not for the reader of a table. */
function silenceExperimental(subject) {
  const emitWarning = process.emitWarning
  process.emitWarning = (warning, ...rest) => {
    const isKnown = rest[0] === 'ExperimentalWarning' && String(warning).startsWith(subject)
    if (!isKnown) emitWarning.call(process, warning, ...rest)
  }
}
