/** Export, then import: what comes back is the model, within the rounding of the format. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Tokenizer } from '@huggingface/tokenizers'
import { expectedTensors } from './expected-tensors.ts'
import { adaptedModules, mergedWeights, openAdapter } from './export/adapter.ts'
import { exportGguf, exportGgufAdapter, exportPeft, exportSafetensors } from './export/export-model.ts'
import { openGguf } from './gguf/read-header.ts'
import { importModel } from './import-model.ts'
import { architectures, type ModelConfig } from './model-config.ts'
import { readManifest } from './model-manifest.ts'
import { openModel } from './open-model.ts'
import { parseModelConfig } from './parse-model-config.ts'
import type { TensorSource } from './tensor-source.ts'
import { hashedValues, modelScratch, tinyFolder, tinyModelConfig } from './testing/tiny-models.ts'
import { writeSafetensors } from './write-safetensors.ts'

const noProgress = (): void => {}

async function imported(t: TestContext, path: string, storedType: 'auto' | 'BF16' = 'auto'): Promise<string> {
  const folder = join(modelScratch(t), 'imported')
  const located = { kind: path.endsWith('.gguf') ? 'gguf' : 'folder', path } as const
  await importModel({ address: path, located, folder, isForced: false, storedType, onProgress: noProgress })
  return folder
}

async function withModel<T>(path: string, use: (weights: TensorSource, config: ModelConfig) => Promise<T>): Promise<T> {
  const { weights, config } = await openModel(path)
  try {
    return await use(weights, config)
  } finally {
    await weights.close()
  }
}

/** Largest difference over all tensors, relative to the largest number of each. */
async function difference(first: string, second: string): Promise<number> {
  return withModel(first, (a, config) =>
    withModel(second, async (b) => {
      let most = 0
      for (const { name } of expectedTensors(config)) {
        const [left, right] = [await a.read(name), await b.read(name)]
        assert.equal(left.length, right.length)
        const peak = left.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
        left.forEach((value, i) => {
          most = Math.max(most, Math.abs(value - (right[i] as number)) / peak)
        })
      }
      return most
    }),
  )
}

const idsOf = (folder: string, text: string): number[] => {
  const raw = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')) as object
  return new Tokenizer(raw, {}).encode(text, { add_special_tokens: false }).ids
}

for (const architecture of architectures) {
  test(`${architecture}: GGUF and back gives the same model, configuration and tokens`, async (t) => {
    const folder = await tinyFolder(t, architecture)
    const bounds = { F32: architecture === 'gemma3' ? 2e-7 : 0, F16: 2 ** -11, Q8_0: 0.5 / 127 + 2 ** -10 } as const
    for (const [type, bound] of Object.entries(bounds)) {
      const path = join(modelScratch(t), 'model.gguf')
      const model = await openModel(folder)
      await exportGguf({ model, adapter: null, onProgress: noProgress }, path, type as keyof typeof bounds)
      await model.weights.close()
      const back = await imported(t, path)
      const found = await difference(folder, back)
      assert.ok(found <= bound, `${type}: ${found}`)
      const text = readFileSync(join(back, 'config.json'), 'utf8')
      assert.deepEqual(parseModelConfig(text, back), tinyModelConfig(architecture))
      assert.deepEqual(idsOf(back, 'hello world 1234 <eos>é'), idsOf(folder, 'hello world 1234 <eos>é'))
      assert.equal(JSON.parse(readFileSync(join(back, 'tokenizer_config.json'), 'utf8')).chat_template, '{{ x }}')
      assert.equal(readManifest(back)?.source.kind, 'gguf')
    }
  })

  test(`${architecture}: a folder of bfloat16 keeps its numbers, whole or in shards`, async (t) => {
    const folder = await tinyFolder(t, architecture)
    const brains = await imported(t, folder, 'BF16')
    assert.ok((await difference(folder, brains)) <= 2 ** -8)
    const again = await imported(t, brains)
    assert.equal(await difference(brains, again), 0)
    assert.match(readFileSync(join(again, 'config.json'), 'utf8'), /"torch_dtype": "bfloat16"/)
    const shards = await sharded(t, brains)
    assert.equal(await difference(brains, await imported(t, shards)), 0)
  })
}

/** The same model in two files with an index. */
async function sharded(t: TestContext, folder: string): Promise<string> {
  const out = modelScratch(t)
  const { weights, files } = await openModel(folder)
  const names = [...weights.tensors.keys()]
  const weight_map: Record<string, string> = {}
  for (const part of [0, 1]) {
    const file = `model-0000${part + 1}-of-00002.safetensors`
    const own = names.filter((_, i) => i % 2 === part)
    for (const name of own) weight_map[name] = file
    const tensors = own.map((name) => {
      const shape = weights.tensors.get(name)?.shape ?? []
      return { name, shape, storedType: 'BF16' as const, read: () => weights.read(name) }
    })
    await writeSafetensors(join(out, file), tensors)
  }
  await weights.close()
  writeFileSync(join(out, 'model.safetensors.index.json'), JSON.stringify({ weight_map }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text)
  return out
}

/** A PEFT folder of rank 2 on two modules of each layer. */
async function tinyAdapter(
  t: TestContext,
  config: ModelConfig,
  changes: Record<string, unknown> = {},
): Promise<string> {
  const folder = modelScratch(t)
  const tensors = expectedTensors(config)
    .filter(({ name }) => /q_proj\.weight|down_proj\.weight/.test(name))
    .flatMap(({ name, shape: [rows = 0, width = 0] }) => {
      const module = `base_model.model.${name.replace(/\.weight$/, '')}`
      const tensor = (part: string, shape: number[]) => {
        const full = `${module}.lora_${part}.weight`
        const values = hashedValues(full, shape[0]! * shape[1]!)
        return { name: full, shape, storedType: 'F32' as const, read: async () => values }
      }
      return [tensor('A', [2, width]), tensor('B', [rows, 2])]
    })
  await writeSafetensors(join(folder, 'adapter_model.safetensors'), tensors)
  const raw = {
    peft_type: 'LORA',
    r: 2,
    lora_alpha: 6,
    bias: 'none',
    target_modules: ['q_proj', 'down_proj'],
    ...changes,
  }
  writeFileSync(join(folder, 'adapter_config.json'), JSON.stringify(raw))
  return folder
}

test('a merged adapter is W + alpha / rank B A, and what it does not name stays as it is', async (t) => {
  const folder = await tinyFolder(t, 'llama')
  const config = tinyModelConfig('llama')
  const adapter = await openAdapter(await tinyAdapter(t, config))
  const model = await openModel(folder)
  const merged = mergedWeights(model.weights, adapter, config)
  const name = 'model.layers.1.mlp.down_proj.weight'
  const [base, sum] = [await model.weights.read(name), await merged.read(name)]
  const a = await adapter.weights.read(`base_model.model.${name.replace('.weight', '.lora_A.weight')}`)
  const b = await adapter.weights.read(`base_model.model.${name.replace('.weight', '.lora_B.weight')}`)
  base.forEach((weight, i) => {
    const [row, column] = [Math.floor(i / 64), i % 64]
    const product = b[2 * row]! * a[column]! + b[2 * row + 1]! * a[64 + column]!
    assert.ok(Math.abs(sum[i]! - weight - 3 * product) < 1e-6)
  })
  const other = 'model.layers.1.mlp.up_proj.weight'
  assert.deepEqual(await merged.read(other), await model.weights.read(other))
  const out = join(modelScratch(t), 'merged')
  await exportSafetensors({ model, adapter, onProgress: noProgress }, out, 'auto')
  await withModel(out, async (weights) => assert.deepEqual(await weights.read(name), sum))
  await model.weights.close()
  await adapter.weights.close()
})

test('an adapter is written for PEFT as it is, and for llama.cpp with the rows of q moved', async (t) => {
  const config = tinyModelConfig('llama')
  const adapter = await openAdapter(await tinyAdapter(t, config, { use_rslora: true }))
  const scratch = modelScratch(t)
  await exportPeft(adapter, config, { folder: join(scratch, 'peft'), base: 'owner/model' })
  const copy = await openAdapter(join(scratch, 'peft'))
  assert.deepEqual([copy.base, copy.scale, adaptedModules(copy, config).length], ['owner/model', 6 / Math.sqrt(2), 6])
  const path = join(scratch, 'adapter.gguf')
  await exportGgufAdapter(adapter, config, path)
  const { file, header } = await openGguf(path)
  const alpha = header.metadata.get('adapter.lora.alpha') as number
  assert.ok(Math.abs(alpha / 2 - adapter.scale) < 1e-6)
  assert.deepEqual(header.tensors.find(({ name }) => name === 'blk.0.attn_q.weight.lora_b')?.shape, [32, 2])
  assert.deepEqual(header.tensors.find(({ name }) => name === 'blk.2.ffn_down.weight.lora_a')?.shape, [2, 64])
  await file.close()
  await copy.weights.close()
  await adapter.weights.close()
})

test('adapters of other kinds, or of another model, are refused with the reason', async (t) => {
  const config = tinyModelConfig('llama')
  const refuses = async (changes: Record<string, unknown>, message: RegExp): Promise<void> =>
    assert.rejects(openAdapter(await tinyAdapter(t, config, changes)), message)
  await refuses({ use_dora: true }, /use_dora is true/)
  await refuses({ peft_type: 'IA3' }, /peft_type is "IA3"; supported: "LORA"/)
  await refuses({ rank_pattern: { q_proj: 4 } }, /rank_pattern is/)
  await refuses({ modules_to_save: ['lm_head'] }, /modules_to_save is/)
  const adapter = await openAdapter(await tinyAdapter(t, config))
  const wider = { ...config, hiddenSize: 64 }
  assert.throws(() => adaptedModules(adapter, wider), /lora_A\.weight is \[2, 32\], wanted \[2, 64\]/)
  assert.throws(() => adaptedModules(adapter, { ...config, layers: 1 }), /is no LoRA tensor of this llama model/)
  await adapter.weights.close()
})

test('an import that fails leaves nothing behind, and none writes over a folder unasked', async (t) => {
  const folder = await tinyFolder(t, 'qwen2')
  const target = join(modelScratch(t), 'parent')
  mkdirSync(target)
  const options = { address: folder, located: { kind: 'folder', path: folder } as const, storedType: 'auto' as const }
  const run = (changes: object): Promise<void> =>
    importModel({ ...options, folder: join(target, 'm'), isForced: false, onProgress: noProgress, ...changes })
  const onProgress = (): never => {
    throw new Error('disk full')
  }
  await assert.rejects(run({ onProgress }), /disk full/)
  const { readdirSync } = await import('node:fs')
  assert.deepEqual(readdirSync(target), [])
  await run({})
  await assert.rejects(run({}), /exists already/)
  await run({ isForced: true })
  assert.deepEqual(readdirSync(target), ['m'])
})
