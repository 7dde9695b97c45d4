/** Model folders with random weights in the shapes of published models. */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { randomFor } from '../src/core/random.ts'
import { expectedTensors, formatModelConfig, llamaConfig, type ModelConfig } from '../src/models/index.ts'

const common = { contextLength: 2048, normEpsilon: 1e-5, endOfTextId: 2, padId: 0 }

const configs = {
  '135M': llamaConfig({
    ...common,
    hiddenSize: 576,
    intermediateSize: 1536,
    layers: 30,
    heads: 9,
    keyValueHeads: 3,
    vocabularySize: 49_152,
    ropeTheta: 100_000,
  }),
  '0.5B': {
    ...llamaConfig({
      ...common,
      hiddenSize: 896,
      intermediateSize: 4864,
      layers: 24,
      heads: 14,
      keyValueHeads: 2,
      vocabularySize: 151_936,
      ropeTheta: 1_000_000,
    }),
    architecture: 'qwen2',
    hasQueryKeyValueBias: true,
  },
} as const satisfies Record<string, ModelConfig>

/** Writes config.json, tokenizer.json and model.safetensors, tensor by tensor. */
export function writeRandomModel(folder: string, shape: keyof typeof configs): void {
  const config = configs[shape]
  const tensors = expectedTensors(config)
  const header: Record<string, unknown> = {}
  let size = 0
  for (const { name, shape: extents } of tensors) {
    const bytes = 4 * extents.reduce((product, extent) => product * extent, 1)
    header[name] = { dtype: 'F32', shape: extents, data_offsets: [size, size + bytes] }
    size += bytes
  }
  const text = JSON.stringify(header)
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  const file = openSync(join(folder, 'model.safetensors'), 'w')
  writeSync(file, Buffer.concat([length, padded]))
  const rng = randomFor('bench')
  const numbers = Float32Array.from({ length: 2 ** 18 }, () => rng.normal())
  for (const { name, shape: extents } of tensors) {
    const deviation = name.includes('embed') ? 0.02 : 1 / Math.sqrt(extents.at(-1) as number)
    const values = extents.length === 1 ? numbers.map(() => 1) : numbers.map((value) => value * deviation)
    let left = extents.reduce((product, extent) => product * extent, 1)
    for (; left > 0; left -= values.length) {
      writeSync(file, new Uint8Array(values.buffer, 0, 4 * Math.min(left, values.length)))
    }
  }
  closeSync(file)
  writeFileSync(join(folder, 'config.json'), formatModelConfig(config))
  const vocab = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`w${i}`, i]))
  const model = { type: 'WordLevel', vocab, unk_token: 'w0' }
  const rest = { version: '1.0', added_tokens: [], normalizer: null, post_processor: null, decoder: null }
  const tokenizer = { ...rest, pre_tokenizer: { type: 'WhitespaceSplit' }, model }
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer))
}
