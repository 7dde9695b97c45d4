/** The Tinker client on Baton's own server over HTTP passes what every policy engine passes. */
import { after, before } from 'node:test'
import { policyEngineContract } from '../../src/engines/contract-suite.ts'
import { createTinkerEngine } from '../../src/engines/tinker/index.ts'
import { type RunningServer, startServe } from '../../src/tinker-server/index.ts'
import { engineOptions, serveOptions } from './served-engine.ts'
import { tinyFolders } from './tiny-folders.ts'

let server: RunningServer
const folders = tinyFolders()
before(async () => {
  server = await startServe(serveOptions(folders.serve(), folders.model))
})
after(async () => {
  await server.close()
  folders.remove()
})

policyEngineContract({ name: 'tinker', create: () => createTinkerEngine(engineOptions(server.baseUrl)) })
