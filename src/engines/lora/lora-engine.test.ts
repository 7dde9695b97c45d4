import { scratchFolder } from '../embedded/testing/tiny-model.ts'
import { policyEngineContract } from '../policy-engine-suite.ts'
import { loraEngine, loraModelFolder, tinyModels } from './testing/tiny-models.ts'

const skips = { 'cannot learn': 'it learns' }
const names = /model\.layers\.2\.self_attn\.q_proj\.lora_A\.weight/

for (const name of ['llama', 'gemma3']) {
  const config = tinyModels[name]
  if (config === undefined) throw new Error(`no tiny model is called ${name}`)
  policyEngineContract({
    name: `lora, ${name}`,
    skips,
    create: async (t) => ({
      engine: await loraEngine(t, { config }),
      foreignCheckpoint: async () => {
        const deeper = await loraEngine(t, { modelFolder: loraModelFolder(t, { ...config, layers: 5, sliding: null }) })
        const folder = scratchFolder(t)
        await deeper.save(folder)
        return { folder, names: name === 'llama' ? names : /model\.layers\.3\.self_attn\.q_proj\.lora_A\.weight/ }
      },
    }),
  })
}
