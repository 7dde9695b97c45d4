/** The server: the Tinker protocol, and an OpenAI-compatible endpoint, over the embedded engine. */

export { noFaults, type ServerFaults } from './server-faults.ts'
export { type OtherServer, otherManners, ownManners, type ServerManners } from './server-manners.ts'
export { modelNameOf, type RunningServer, type ServeOptions, startServe } from './start-serve.ts'
