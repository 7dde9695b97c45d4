/** Tiny models of every architecture for tests: each has what sets its architecture apart, with numbers that show it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomFor } from '../../../core/random.ts'
import { expectedTensors, formatModelConfig, llamaConfig, type ModelConfig } from '../../../models/index.ts'
import { elementCount, encodeSafetensors, float32Tensor } from '../../../tensor/index.ts'
import type { Cleanup } from '../../../testing/contract.ts'
import { scratchFolder, wordTokenizer } from '../../embedded/testing/tiny-model.ts'
import { type LoraOptions, loraTargets } from '../adapter.ts'
import { createLoraEngine, type LoraEngine, type LoraEngineOptions } from '../create-lora-engine.ts'

const llama = llamaConfig({
  hiddenSize: 32,
  intermediateSize: 48,
  layers: 2,
  heads: 4,
  keyValueHeads: 2,
  vocabularySize: 48,
  contextLength: 96,
  normEpsilon: 1e-6,
  ropeTheta: 10000,
  endOfTextId: 1,
  padId: 0,
})

export const tinyModels: Readonly<Record<string, ModelConfig>> = {
  llama,
  'llama with scaled rope and its own head': {
    ...llama,
    tiesEmbeddings: false,
    rope: {
      theta: 10000,
      scaling: {
        kind: 'llama3',
        factor: 8,
        lowFrequencyFactor: 1,
        highFrequencyFactor: 4,
        originalContextLength: 16,
      },
    },
  },
  qwen2: { ...llama, architecture: 'qwen2', hasQueryKeyValueBias: true },
  // Wider heads than the residual stream has room for.
  qwen3: { ...llama, architecture: 'qwen3', hasQueryKeyNorm: true, headSize: 16, attentionScale: 1 / 4 },
  gemma3: {
    ...llama,
    architecture: 'gemma3',
    layers: 3,
    normGain: '1 + weight',
    hasPostNorms: true,
    hasQueryKeyNorm: true,
    activation: 'gelu-tanh',
    rope: { theta: 100_000, scaling: null },
    sliding: { window: 6, rope: { theta: 1000, scaling: null }, layers: [true, false, true] },
    attentionScale: 12 ** -0.5,
    embeddingScale: Math.sqrt(llama.hiddenSize),
  },
}

export const tinyLora: LoraOptions = { rank: 4, alpha: 8, targets: loraTargets }

/** A folder with a random model, biases and norms included, that goes with the test. */
export function loraModelFolder(t: Cleanup, config: ModelConfig = llama): string {
  const folder = scratchFolder(t)
  const tensors = new Map(
    expectedTensors(config).map(({ name, shape }) => {
      const rng = randomFor('tiny-lora', name)
      const isNorm = name.includes('norm')
      const offset = isNorm && config.normGain === 'weight' ? 1 : 0
      const deviation = shape.length === 1 ? 0.2 : name.includes('embed') ? 0.3 : 1 / Math.sqrt(shape[1] as number)
      const data = Float32Array.from({ length: elementCount(shape) }, () => offset + deviation * rng.normal())
      return [name, float32Tensor(data, shape)]
    }),
  )
  writeFileSync(join(folder, 'model.safetensors'), encodeSafetensors({ tensors, metadata: { format: 'pt' } }))
  writeFileSync(join(folder, 'config.json'), formatModelConfig(config))
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(wordTokenizer(config.vocabularySize)))
  return folder
}

/** An engine on a random model; closed with the test. */
export async function loraEngine(
  t: Cleanup,
  options: Partial<LoraEngineOptions> & { readonly config?: ModelConfig } = {},
): Promise<LoraEngine> {
  const { config, ...rest } = options
  const modelFolder = rest.modelFolder ?? loraModelFolder(t, config)
  const engine = await createLoraEngine({ lora: tinyLora, threads: 1, ...rest, modelFolder })
  t.after(() => engine.close())
  return engine
}
