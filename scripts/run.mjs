// `npm start`, `npm test` and their like: installs what is missing, then runs the script with a Node that knows TypeScript.
// node scripts/run.mjs <script> [arguments]
import { findNode, installPackages, keepCompiled, runScript } from './setup.mjs'

const [script, ...args] = process.argv.slice(2)
keepCompiled()
await installPackages()
runScript(await findNode(), script, args)
