import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expectedTensors, modelTensors } from './expected-tensors.ts'
import { formatModelConfig } from './format-model-config.ts'
import { layerAttention, llamaConfig, type ModelConfig } from './model-config.ts'
import { parseModelConfig } from './parse-model-config.ts'
import { ropeFrequencies } from './rope.ts'
import { published } from './testing/published-configs.ts'

type Raw = Readonly<Record<string, unknown>>

const parse = (raw: Raw): ModelConfig => parseModelConfig(JSON.stringify(raw), 'config.json')
const refuses = (raw: Raw, message: RegExp): void => assert.throws(() => parse(raw), message)

test('published configurations are read, and written so that they are read alike', () => {
  for (const [name, raw] of Object.entries(published)) {
    const config = parse(raw)
    assert.deepEqual(parse(JSON.parse(formatModelConfig(config))), config, name)
  }
})

test('parameters are as many as the publishers say', () => {
  const count = (raw: Raw): number =>
    expectedTensors(parse(raw)).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0)
  const counts = Object.entries(published).map(([name, raw]) => [name, count(raw)])
  assert.deepEqual(Object.fromEntries(counts), {
    'SmolLM2-135M-Instruct': 134_515_008,
    'Llama-3.2-1B-Instruct': 1_235_814_400,
    'Qwen2.5-0.5B-Instruct': 494_032_768,
    'Qwen3-0.6B': 596_049_920,
    'gemma-3-270m': 268_098_176,
  })
})

test('each architecture has its own mathematics', () => {
  const features = (name: keyof typeof published): unknown[] => {
    const config = parse(published[name])
    const { normGain, hasPostNorms, hasQueryKeyValueBias, hasQueryKeyNorm, activation, headSize } = config
    return [normGain, hasPostNorms, hasQueryKeyValueBias, hasQueryKeyNorm, activation, headSize]
  }
  assert.deepEqual(features('SmolLM2-135M-Instruct'), ['weight', false, false, false, 'silu', 64])
  assert.deepEqual(features('Qwen2.5-0.5B-Instruct'), ['weight', false, true, false, 'silu', 64])
  assert.deepEqual(features('Qwen3-0.6B'), ['weight', false, false, true, 'silu', 128])
  assert.deepEqual(features('gemma-3-270m'), ['1 + weight', true, false, true, 'gelu-tanh', 256])
})

test('Gemma looks at 512 tokens in five of six layers, with another rotary base', () => {
  const config = parse(published['gemma-3-270m'])
  assert.deepEqual(layerAttention(config, 0), { rope: { theta: 10_000, scaling: null }, window: 512 })
  assert.deepEqual(layerAttention(config, 5), { rope: { theta: 1_000_000, scaling: null }, window: null })
  assert.equal(config.attentionScale, 1 / 16)
  assert.equal(config.embeddingScale, Math.sqrt(640))
  const { layer_types: _, ...older } = published['gemma-3-270m']
  assert.deepEqual(parse({ ...older, sliding_window_pattern: 6 }), config)
  assert.deepEqual(parse({ ...older, _sliding_window_pattern: 3 }).sliding?.layers.slice(0, 4), [
    true,
    true,
    false,
    true,
  ])
})

test('rope_parameters of transformers 5 are read as rope_theta and rope_scaling are', () => {
  const { rope_theta: theta, rope_scaling: scaling, ...rest } = published['Llama-3.2-1B-Instruct']
  const newer = { ...rest, rope_parameters: { rope_theta: theta, ...(scaling as Raw) } }
  assert.deepEqual(parse(newer), parse(published['Llama-3.2-1B-Instruct']))
  refuses({ ...newer, rope_theta: 10_000 }, /rope_theta is 10000; supported: 500000, as rope_parameters has it/)
  const { rope_theta: global, rope_local_base_freq: local, ...gemma } = published['gemma-3-270m']
  const rope_parameters = {
    full_attention: { rope_type: 'default', rope_theta: global },
    sliding_attention: { rope_type: 'default', rope_theta: local },
  }
  assert.deepEqual(parse({ ...gemma, rope_parameters }), parse(published['gemma-3-270m']))
  refuses({ ...gemma, rope_parameters: { rope_type: 'default', rope_theta: 1 } }, /rope_parameters is .*; supported/)
})

test('what changes the computation and is not understood is refused with key, value and what is supported', () => {
  const llama = published['SmolLM2-135M-Instruct']
  refuses({ ...llama, model_type: 'gpt2' }, /model_type is "gpt2"; supported: llama, qwen2, qwen3, gemma3_text/)
  refuses({ ...llama, model_type: 'constructor' }, /model_type is "constructor"/)
  refuses({ ...llama, model_type: 'gemma3' }, /gemma3_text \(the text model alone\)/)
  refuses({ ...llama, rope_scaling: { type: 'yarn', factor: 4 } }, /rope_scaling: type is "yarn"; supported: "default"/)
  refuses({ ...llama, rope_scaling: { type: 'linear', factor: 4, beta: 1 } }, /rope_scaling: beta is 1; supported: not/)
  refuses({ ...llama, rope_scaling: { type: 'linear' } }, /rope_scaling has no factor/)
  refuses(
    { ...llama, rope_parameters: { rope_theta: 1e5, partial_rotary_factor: 0.5 } },
    /partial_rotary_factor is 0.5/,
  )
  refuses({ ...llama, attention_bias: true }, /attention_bias is true; supported: false/)
  refuses({ ...llama, mlp_bias: true }, /mlp_bias is true/)
  refuses({ ...llama, hidden_act: 'gelu' }, /hidden_act is "gelu"; supported: "silu"/)
  refuses({ ...llama, quantization_config: { bits: 4 } }, /quantization_config is {"bits":4}/)
  refuses({ ...llama, residual_multiplier: 0.2 }, /residual_multiplier is 0.2; supported: not this key/)
  refuses({ ...llama, num_key_value_heads: 2 }, /num_key_value_heads 2 does not divide num_attention_heads 9/)
  refuses({ ...llama, head_dim: 63 }, /63 .* is not an even head size/)
  refuses({ ...llama, eos_token_id: 999_999 }, /token 999999 is not below vocab_size 49152/)
  refuses({ ...llama, eos_token_id: null }, /has no eos_token_id/)
  refuses({ ...llama, hidden_size: '576' }, /hidden_size is "576"/)
  refuses({ ...published['Qwen2.5-0.5B-Instruct'], use_sliding_window: true }, /use_sliding_window is true/)
  refuses({ ...published['gemma-3-270m'], use_bidirectional_attention: true }, /use_bidirectional_attention is true/)
  refuses({ ...published['gemma-3-270m'], layer_types: ['full_attention'] }, /layer_types is .*; supported: 18 of/)
  assert.throws(() => parseModelConfig('{', 'x'), /x is not JSON/)
  assert.throws(() => parseModelConfig('[]', 'x'), /x is not a JSON object/)
})

test('keys that change nothing pass', () => {
  const llama = published['SmolLM2-135M-Instruct']
  const raw = { ...llama, _name_or_path: 'x', dtype: 'bfloat16', use_cache: true, some_new_switch: false, extras: null }
  assert.deepEqual(parse(raw), parse(llama))
})

test("Llama 3's rotary scaling keeps short waves, stretches long ones and blends between", () => {
  const { rope, headSize } = parse(published['Llama-3.2-1B-Instruct'])
  const scaled = ropeFrequencies(rope, headSize)
  const plain = ropeFrequencies({ ...rope, scaling: null }, headSize)
  // transformers' ROPE_INIT_FUNCTIONS['llama3'] for this model.
  const reference: Readonly<Record<number, number>> = {
    14: 0.003211445994752591,
    15: 0.001290547928209264,
    16: 0.00042955679655936815,
    17: 9.70828780262767e-5,
    18: 1.9461638184831125e-5,
  }
  for (const [i, value] of Object.entries(reference)) {
    assert.ok(Math.abs((scaled[Number(i)] as number) / value - 1) < 1e-5, `${i}: ${scaled[Number(i)]} for ${value}`)
  }
  assert.equal(scaled[0], plain[0])
  assert.equal(scaled.at(-1), (plain.at(-1) as number) / 32)
  const linear = ropeFrequencies({ theta: 10_000, scaling: { kind: 'linear', factor: 8 } }, 4)
  assert.deepEqual(linear, [1 / 8, 0.01 / 8])
})

test('layers list their tensors in the order of the shipped files', () => {
  const config = llamaConfig({
    hiddenSize: 8,
    intermediateSize: 16,
    layers: 1,
    heads: 2,
    keyValueHeads: 1,
    vocabularySize: 5,
    contextLength: 4,
    normEpsilon: 1e-6,
    ropeTheta: 10_000,
    tiesEmbeddings: false,
    endOfTextId: 1,
    padId: 0,
  })
  assert.deepEqual(
    expectedTensors(config).map(({ name, shape }) => `${name.replace('model.layers.0.', '')} ${shape}`),
    [
      'model.embed_tokens.weight 5,8',
      'input_layernorm.weight 8',
      'self_attn.q_proj.weight 8,8',
      'self_attn.k_proj.weight 4,8',
      'self_attn.v_proj.weight 4,8',
      'self_attn.o_proj.weight 8,8',
      'post_attention_layernorm.weight 8',
      'mlp.gate_proj.weight 16,8',
      'mlp.up_proj.weight 16,8',
      'mlp.down_proj.weight 8,16',
      'model.norm.weight 8',
      'lm_head.weight 5,8',
    ],
  )
  const gemma = modelTensors(parse(published['gemma-3-270m'])).layers[0]
  assert.equal(gemma?.attentionPostNorm?.name, 'model.layers.0.post_attention_layernorm.weight')
  assert.equal(gemma?.mlpNorm.name, 'model.layers.0.pre_feedforward_layernorm.weight')
  assert.deepEqual(gemma?.o.shape, [640, 1024])
})
