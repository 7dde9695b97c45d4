/** The Tinker client on Baton's own server over HTTP passes what every policy engine passes. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { policyEngineContract } from '../../src/engines/policy-engine-suite.ts'
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

policyEngineContract({
  name: 'tinker',
  skips: { 'cannot learn': 'it learns' },
  create: async (t) => {
    const engine = await createTinkerEngine(engineOptions(server.baseUrl))
    t.after(() => engine.close())
    const foreignCheckpoint = async () => {
      const folder = folders.serve()
      const record = { version: 1, path: 'tinker://x', step: 1, server: 'x', baseModel: 'another', loraRank: 8 }
      writeFileSync(join(folder, 'tinker-checkpoint.json'), JSON.stringify(record))
      return { folder, names: /another with rank 8, not of tiny with rank 0/ }
    }
    return { engine, foreignCheckpoint }
  },
})
