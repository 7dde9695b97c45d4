import { policyEngineContract } from '../policy-engine-suite.ts'
import { tinyEngine, tinyModelFolder } from './testing/tiny-model.ts'

const skips = { 'cannot learn': 'it learns' }
const names = /model\.layers\.2\.input_layernorm\.weight/

policyEngineContract({
  name: 'embedded',
  skips,
  create: async (t) => ({
    engine: await tinyEngine(t),
    foreignCheckpoint: async () => ({ folder: tinyModelFolder(t, { layers: 3 }), names }),
  }),
})
