/** The server: the Tinker protocol, and an OpenAI-compatible endpoint, over the embedded engine. */

export { noServerFaults, type ServerFaults } from './server-faults.ts'
export { modelNameOf, type RunningServer, type ServeOptions, startServe } from './start-serve.ts'
