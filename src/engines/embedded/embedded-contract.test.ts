import { policyEngineContract } from '../contract-suite.ts'
import { createEmbeddedEngine } from './create-embedded-engine.ts'
import { tinyModelFolder } from './testing/tiny-model.ts'

policyEngineContract({
  name: 'embedded',
  create: (t) => createEmbeddedEngine({ modelFolder: tinyModelFolder(t), threads: 1 }),
})
