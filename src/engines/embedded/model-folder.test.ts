import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import { createEmbeddedEngine } from './create-embedded-engine.ts'
import { scratchFolder, someTokens, tinyEngine, tinyModelFolder } from './testing/tiny-model.ts'

const refuses = (modelFolder: string, message: RegExp): Promise<void> =>
  assert.rejects(createEmbeddedEngine({ modelFolder }), (error) => {
    assert.ok(error instanceof BatonError)
    assert.match(error.message, message)
    assert.notEqual(error.hint, undefined)
    return true
  })

test('a saved folder is a model folder: another engine goes on from it, optimizer included', async (t) => {
  const data = [{ prompt: someTokens(4), completion: someTokens(6, 3), oldLogprobs: [], advantage: 1 }]
  const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 }
  const first = await tinyEngine(t)
  await first.forwardBackward(data, { kind: 'cross-entropy' })
  await first.optimStep(adam)
  const folder = scratchFolder(t)
  await first.save(folder)
  const second = await tinyEngine(t, { modelFolder: folder })
  for (const engine of [first, second]) {
    await engine.forwardBackward(data, { kind: 'cross-entropy' })
    await engine.optimStep(adam)
  }
  assert.deepEqual(await second.logprobs(data), await first.logprobs(data))
  assert.equal((await second.snapshot()).version, 2)
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).architectures, ['LlamaForCausalLM'])
})

test('weights of another layout are refused with the tensors and the fraction', async (t) => {
  const engine = await tinyEngine(t)
  const wide = tinyModelFolder(t, { layers: 3 })
  await assert.rejects(engine.load(wide), (error) => {
    assert.ok(error instanceof BatonError)
    assert.match(
      error.message,
      /has unexpected 9 tensors \(model\.layers\.2\.input_layernorm\.weight, .*; 32\.3 % of the file\)/,
    )
    assert.equal(error.code, 'layout')
    return true
  })
  assert.equal((await engine.logprobs([{ prompt: [2], completion: [3] }])).length, 1)
})

test('a folder that is no model is refused with the file that is wrong', async (t) => {
  const without = (name: string): string => {
    const folder = tinyModelFolder(t)
    rmSync(join(folder, name))
    return folder
  }
  for (const name of ['config.json', 'tokenizer.json', 'model.safetensors']) {
    await refuses(without(name), new RegExp(`${name} cannot be read`))
  }
  const broken = tinyModelFolder(t)
  writeFileSync(join(broken, 'config.json'), '{')
  await refuses(broken, /config\.json is not JSON/)
  const cut = tinyModelFolder(t)
  writeFileSync(join(cut, 'model.safetensors'), readFileSync(join(cut, 'model.safetensors')).subarray(0, 5000))
  await refuses(cut, /model\.safetensors is not a whole safetensors file/)
})

test('a model that the graphs cannot run is refused with what they lack', async (t) => {
  const folder = tinyModelFolder(t)
  const path = join(folder, 'config.json')
  const original = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  const refusesWith = async (changes: Record<string, unknown>, message: RegExp): Promise<void> => {
    writeFileSync(path, JSON.stringify({ ...original, ...changes }))
    await refuses(folder, message)
  }
  await refusesWith({ model_type: 'qwen2', attention_bias: undefined }, /this qwen2 model: no biases of q, k and v/)
  await refusesWith({ model_type: 'qwen3' }, /this qwen3 model: no norms of q and k/)
  await refusesWith({ head_dim: 4 }, /no heads that together are not as wide/)
  await refusesWith({ rope_scaling: { rope_type: 'yarn', factor: 4 } }, /rope_type is "yarn"; supported: /)
})

test('text goes through the tokenizer of the folder and back', async (t) => {
  const { tokenizer } = await tinyEngine(t)
  assert.deepEqual(tokenizer.encode('w5 w40 w2'), [5, 40, 2])
  assert.equal(tokenizer.decode([5, 40, 2]), 'w5 w40 w2')
  assert.deepEqual([tokenizer.endOfTextId, tokenizer.padId, tokenizer.vocabularySize], [1, 0, 48])
})

test('sequences that do not fit the context are refused', async (t) => {
  const engine = await tinyEngine(t)
  const tooLong = { prompt: someTokens(90), completion: someTokens(7) }
  await assert.rejects(engine.logprobs([tooLong]), /97 tokens/)
  const options = { maxTokens: 4, temperature: 1, topP: 1 }
  await assert.rejects(engine.sample([{ prompt: someTokens(96), count: 1, key: [1] }], options), /96 tokens/)
  await assert.rejects(engine.sample([{ prompt: [], count: 1, key: [1] }], options), /0 tokens/)
  await assert.rejects(engine.logprobs([{ prompt: [99], completion: [2] }]), /token 99 is not in the vocabulary/)
  const [group] = await engine.sample([{ prompt: someTokens(90), count: 2, key: [1] }], { ...options, maxTokens: 50 })
  for (const { tokens } of group ?? []) assert.ok(tokens.length <= 6)
})
