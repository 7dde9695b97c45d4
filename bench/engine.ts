/**
 * Training and sampling speed of the embedded engine, beside PyTorch on the same cores in turn where it is installed.
 * The model is the Llama layout at the size of a GPT with 4 layers, width 256, 4 heads and a vocabulary of 1024: a
 * feed-forward width of 688 (4 * 256 * 2/3, rounded up to a multiple of 16) gives 3.4 M parameters.
 * Runs alone too: `node bench/engine.ts`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedEngine, initialiseModel, type PolicyEngine } from '../src/engines/index.ts'
import { llamaConfig, type ModelConfig } from '../src/models/index.ts'
import type { BenchRow } from './bench-row.ts'
import { median } from './median.ts'

const threads = Math.min(4, availableParallelism())
const batch = 8
const length = 256
const stepsPerRound = 6
const rounds = 3
const sampledTokens = 128

const sizes = {
  hiddenSize: 256,
  intermediateSize: 688,
  layers: 4,
  heads: 4,
  keyValueHeads: 4,
  vocabularySize: 1024,
  contextLength: 512,
  normEpsilon: 1e-6,
  ropeTheta: 10000,
  endOfTextId: 1,
  padId: 0,
}

const gpt = llamaConfig(sizes)

/** The size of the policy that ships with Baton. */
const small = llamaConfig({ ...sizes, hiddenSize: 128, intermediateSize: 344, layers: 3, vocabularySize: 640 })

const adam = { learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01, maxGradNorm: 1 }

export async function engineBench(): Promise<BenchRow[]> {
  const torch = spawnSync('python3', ['-c', 'import torch']).status === 0
  const stepMs: number[] = []
  const torchMs: number[] = []
  let torchVersion = ''
  const large = await withModel(gpt, async (engine) => {
    await trainingRound(engine)
    for (let round = 0; round < rounds; round++) {
      stepMs.push(...(await trainingRound(engine)))
      const reference = torch ? torchRound() : null
      torchMs.push(...(reference?.stepMs.slice(1) ?? []))
      torchVersion = reference?.version ?? ''
    }
    return {
      parameters: engine.parameterCount,
      eight: await samplingSpeed(engine, 8),
      many: await samplingSpeed(engine, 64),
    }
  })
  const perSecond = (ms: readonly number[]): number => (1000 * batch * length) / median(ms)
  const beside =
    torchMs.length === 0
      ? 'PyTorch is not installed'
      : `PyTorch ${torchVersion}: ${Math.round(perSecond(torchMs)).toLocaleString('en-US')}, ratio ${(perSecond(stepMs) / perSecond(torchMs)).toFixed(2)}`
  const size = `${(large.parameters / 1e6).toFixed(2)} M parameters, ${threads} threads`
  const shipped = await withModel(small, rolloutRegime)
  return [
    {
      name: `training, batch ${batch} of ${length} tokens`,
      value: perSecond(stepMs),
      unit: 'tokens/s',
      baseline: `aim: 9,500 on two quiet cores; ${beside}`,
      note: `${size}; forward, backward, AdamW; median of ${stepMs.length} steps`,
    },
    { name: 'sampling, batch 8', value: large.eight, unit: 'tokens/s', note: `${size}; ${sampledTokens} tokens each` },
    { name: 'sampling, batch 64', value: large.many, unit: 'tokens/s', note: `${size}; ${sampledTokens} tokens each` },
    {
      name: 'policy of the shipped size, 128 rollouts',
      value: shipped.samplingS,
      unit: 's',
      note: `${shipped.size}; 16 prompts, ${shipped.tokens} tokens sampled`,
    },
    {
      name: 'policy of the shipped size, training',
      value: shipped.tokensPerSecond,
      unit: 'tokens/s',
      note: `${shipped.size}; 128 sequences a step, cross-entropy`,
    },
  ]
}

async function withModel<T>(config: ModelConfig, run: (engine: PolicyEngine) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-bench-'))
  try {
    initialiseModel({ folder, config, tokenizer: tokenizerOf(config.vocabularySize), seed: 1 })
    const engine = await createEmbeddedEngine({ modelFolder: folder, threads })
    try {
      return await run(engine)
    } finally {
      await engine.close()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Milliseconds of each step. */
async function trainingRound(engine: PolicyEngine): Promise<number[]> {
  const data = Array.from({ length: batch }, (_, row) => {
    const tokens = Array.from({ length: length + 1 }, (_, i) => ((row * length + i) * 7919) % gpt.vocabularySize)
    return { prompt: tokens.slice(0, 1), completion: tokens.slice(1), oldLogprobs: [], advantage: 1 }
  })
  const times: number[] = []
  for (let step = 0; step < stepsPerRound; step++) {
    const startedAt = performance.now()
    await engine.forwardBackward(data, { kind: 'cross-entropy' })
    await engine.optimStep(adam)
    times.push(performance.now() - startedAt)
  }
  return times
}

/** Tokens a second over whole calls, prefill included; median of three after one that compiles. */
async function samplingSpeed(engine: PolicyEngine, rows: number): Promise<number> {
  const speeds: number[] = []
  for (let repetition = 0; repetition < 4; repetition++) {
    const startedAt = performance.now()
    const prompts = Array.from({ length: 8 }, (_, i) => Array.from({ length: 32 }, (_, k) => 2 + ((i * 37 + k) % 1000)))
    const groups = await engine.sample(
      prompts.map((prompt, i) => ({ prompt, count: rows / 8, key: ['bench', repetition, i] })),
      { maxTokens: sampledTokens, temperature: 1, topP: 1 },
    )
    const tokens = groups.flat().reduce((sum, completion) => sum + completion.tokens.length, 0)
    if (repetition > 0) speeds.push((1000 * tokens) / (performance.now() - startedAt))
  }
  return median(speeds)
}

/** What a training step of the default does: 16 prompts, 8 completions of each, one step on all of them. */
async function rolloutRegime(engine: PolicyEngine) {
  const prompts = Array.from({ length: 16 }, (_, i) =>
    Array.from({ length: 24 + i }, (_, k) => 2 + ((i * 31 + k) % 600)),
  )
  const samplingMs: number[] = []
  const speeds: number[] = []
  let tokens = 0
  for (let repetition = 0; repetition < 4; repetition++) {
    const startedAt = performance.now()
    const groups = await engine.sample(
      prompts.map((prompt, i) => ({ prompt, count: 8, key: ['regime', i] })),
      { maxTokens: 100, temperature: 1, topP: 1 },
    )
    const sampledAt = performance.now()
    const data = groups.flatMap((group, i) =>
      group.map((sampled) => {
        return { prompt: prompts[i] ?? [], completion: sampled.tokens, oldLogprobs: [], advantage: 1 }
      }),
    )
    await engine.forwardBackward(data, { kind: 'cross-entropy' })
    // A learning rate of 0: the next repetition samples the same.
    await engine.optimStep({ ...adam, learningRate: 0 })
    tokens = data.reduce((sum, { completion }) => sum + completion.length, 0)
    const trained = tokens + data.reduce((sum, { prompt }) => sum + prompt.length, 0)
    if (repetition === 0) continue
    samplingMs.push(sampledAt - startedAt)
    speeds.push((1000 * trained) / (performance.now() - sampledAt))
  }
  return {
    samplingS: median(samplingMs) / 1000,
    tokensPerSecond: median(speeds),
    tokens,
    size: `${(engine.parameterCount / 1e6).toFixed(2)} M parameters, ${threads} threads`,
  }
}

/** PyTorch's steps on the same shapes; null where it is not installed. */
function torchRound(): { version: string; stepMs: number[] } | null {
  const settings = JSON.stringify({ ...gpt, threads, batch, length, steps: stepsPerRound + 1 })
  const script = join(import.meta.dirname, 'llama_torch.py')
  const { status, stdout } = spawnSync('python3', [script, settings], { encoding: 'utf8' })
  return status === 0 ? (JSON.parse(stdout) as { version: string; stepMs: number[] }) : null
}

function tokenizerOf(vocabularySize: number): Record<string, unknown> {
  const vocab = Object.fromEntries(Array.from({ length: vocabularySize }, (_, i) => [`w${i}`, i]))
  return {
    version: '1.0',
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: { type: 'WordLevel', vocab, unk_token: 'w0' },
  }
}

if (process.argv[1] === import.meta.filename) {
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.versions.node}`,
  )
  for (const { name, value, unit, baseline, note } of await engineBench()) {
    const beside = [baseline, note].filter((text) => text !== undefined).join('; ')
    console.log(
      `${name}: ${value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3)} ${unit} (${beside})`,
    )
  }
}
