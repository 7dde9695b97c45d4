/** One model's measurements for `bench/lora.ts`: reads its JSON file, prints JSON. */
import { readFileSync } from 'node:fs'
import { createLoraEngine } from '../src/engines/index.ts'

const { folder, threads, rows } = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as {
  folder: string
  threads: number
  rows: number[]
}
const targets = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const
const engine = await createLoraEngine({ modelFolder: folder, threads, lora: { rank: 16, alpha: 32, targets } })
const adam = { learningRate: 1e-4, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 }
const tokens = (count: number, start: number): number[] =>
  Array.from({ length: count }, (_, i) => 300 + ((start * 31 + i * 37) % 5000))

/** The best of three after one that compiles. */
async function best(run: () => Promise<number>): Promise<{ tokens: number; wallS: number; cpuS: number }> {
  await run()
  let found = { tokens: 0, wallS: Number.POSITIVE_INFINITY, cpuS: Number.POSITIVE_INFINITY }
  for (let i = 0; i < 3; i++) {
    const cpu = process.cpuUsage()
    const startedAt = performance.now()
    const count = await run()
    const wallS = (performance.now() - startedAt) / 1000
    const { user, system } = process.cpuUsage(cpu)
    const cpuS = (user + system) / 1e6
    found = { tokens: count, wallS: Math.min(found.wallS, wallS), cpuS: Math.min(found.cpuS, cpuS) }
  }
  return found
}

const train =
  (prompts: number, completions: number, [prompt, completion]: readonly [number, number]) =>
  async () => {
    const data = Array.from({ length: prompts * completions }, (_, i) => ({
      prompt: tokens(prompt, Math.floor(i / completions)),
      completion: tokens(completion, 100 + i),
      oldLogprobs: [],
      advantage: 1,
    }))
    await engine.forwardBackward(data, { kind: 'cross-entropy' })
    await engine.optimStep(adam)
    return data.length * (prompt + completion)
  }

const rates: Record<string, { tokens: number; wallS: number; cpuS: number }> = {}
rates['training, 2 sequences of 192, 64 scored'] = await best(train(2, 1, [128, 64]))
rates['training, a group of 8: 80 + 40 tokens'] = await best(train(1, 8, [80, 40]))
for (const count of rows) {
  rates[`decoding, ${count} rows`] = await best(async () => {
    const requests = Array.from({ length: 8 }, (_, i) => ({ prompt: tokens(64, i), count: count / 8, key: ['b', i] }))
    const groups = await engine.sample(requests, { maxTokens: 24, temperature: 1, topP: 1 })
    return groups.flat().reduce((sum, completion) => sum + completion.tokens.length, 0)
  })
}
const peakMb = process.resourceUsage().maxRSS / 1024
process.stdout.write(`${JSON.stringify({ version: process.versions.node, rates, peakMb })}\n`, () => process.exit(0))
