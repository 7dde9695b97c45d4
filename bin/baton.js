#!/usr/bin/env node
// Starts the TypeScript command line. Where the Node that runs this is too old for TypeScript, the one beside the
// project's packages takes over.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { findNode, installPackages, keepCompiled, runScript } from '../scripts/setup.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const main = join(root, 'src', 'cli', 'main.ts')

// Packages that are there stay: another Baton may be running on them.
if (!existsSync(join(root, 'node_modules'))) await installPackages()
keepCompiled()
const node = await findNode()
if (node === process.execPath) await import(pathToFileURL(main).href)
else runScript(node, main, process.argv.slice(2))
