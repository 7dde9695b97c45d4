/**
 * Training speed of the pointer selector: RCE on 800 queries with 12 sequences of 2 shots each, pools of 64, 5 epochs,
 * batches of 8 queries, 525,824 parameters, one thread. Beside it the same network, loss and optimizer in PyTorch where
 * that is installed, one thread too, in turn with it. Runs alone too: `node bench/pointer.ts`.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { randomFor } from '../src/core/random.ts'
import { learningRateAt, temperatureAt } from '../src/core/schedules.ts'
import {
  createPointerEngine,
  type EmbeddingTable,
  initialParameters,
  type PointerEngine,
  pointerArchitecture,
} from '../src/engines/pointer/index.ts'
import type { TrainingDatum } from '../src/engines/policy-engine.ts'
import type { BenchRow } from './bench-row.ts'
import { median } from './median.ts'

const sizes = { queries: 800, sequences: 12, pool: 64, width: 512, hidden: 256, batch: 8, epochs: 5 } as const
const rounds = 3

export async function pointerBench(): Promise<BenchRow[]> {
  const seconds: number[] = []
  const torchSeconds: number[] = []
  let torchVersion = ''
  for (let round = 0; round < rounds; round++) {
    seconds.push(await trainingSeconds())
    const reference = torchRound()
    if (reference === null) continue
    torchSeconds.push(reference.seconds)
    torchVersion = reference.version
  }
  const own = median(seconds)
  const beside =
    torchSeconds.length === 0
      ? 'PyTorch is not installed'
      : `PyTorch ${torchVersion}: ${median(torchSeconds).toPrecision(3)} s, ratio ${(median(torchSeconds) / own).toFixed(2)}`
  return [
    {
      name: 'RCE, 800 queries x 12 sequences, 64 in a pool, 5 epochs',
      value: own,
      unit: 's',
      baseline: `aim: under 10 s; ${beside}`,
      note: `525,824 parameters, 1 thread, compilation included; median of ${rounds}`,
    },
  ]
}

interface BenchGroup {
  readonly prompt: readonly number[]
  readonly completions: readonly (readonly number[])[]
  readonly rewards: readonly number[]
}

/** Seconds of a whole training, from an opened engine on. */
async function trainingSeconds(): Promise<number> {
  const { queries, sequences, pool, width, hidden } = sizes
  const rng = randomFor('bench', 'pointer')
  const indexRows = 3000
  const table = (letter: string, count: number): EmbeddingTable => ({
    ids: Array.from({ length: count }, (_, i) => `${letter}${i}`),
    width,
    rows: Float32Array.from({ length: count * width }, () => rng.normal() / Math.sqrt(width)),
  })
  const architecture = pointerArchitecture({ inputWidth: width, hiddenWidth: hidden })
  const engine = await createPointerEngine({
    checkpoint: { architecture, tensors: initialParameters(architecture, 1) },
    tables: { queries: table('q', queries), candidates: table('d', indexRows) },
  })
  const groups = Array.from({ length: queries }, (_, query): BenchGroup => {
    const start = rng.integer(indexRows)
    const ids = Array.from({ length: pool }, (_, i) => `d${(start + 37 * i) % indexRows}`)
    const prompt = engine.tokenizer.promptOf(`q${query}`, ids)
    return {
      prompt,
      completions: Array.from({ length: sequences }, () => rng.shuffle(prompt.slice(1)).slice(0, 2)),
      rewards: Array.from({ length: sequences }, () => rng.pick([0, 1.6, 2])),
    }
  })
  try {
    const startedAt = performance.now()
    await train(engine, groups)
    return (performance.now() - startedAt) / 1000
  } finally {
    await engine.close()
  }
}

/** RCE: cross-entropy of each query's sequences, weighted by softmax(rewards / temperature). */
async function train(engine: PointerEngine, groups: readonly BenchGroup[]): Promise<void> {
  const { batch, epochs } = sizes
  const stepsPerEpoch = Math.ceil(groups.length / batch)
  const totalSteps = epochs * stepsPerEpoch
  const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, maxGradNorm: 1 }
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = randomFor('bench', 'order', epoch).shuffle(groups)
    for (let start = 0; start < order.length; start += batch) {
      const step = epoch * stepsPerEpoch + start / batch + 1
      const temperature = temperatureAt(2, { shape: 'linear', final: 0.5 }, { step, totalSteps })
      const data = order.slice(start, start + batch).flatMap(({ prompt, completions, rewards }): TrainingDatum[] => {
        const likelihoods = rewards.map((reward) => Math.exp(reward / temperature))
        const total = likelihoods.reduce((sum, value) => sum + value, 0)
        return completions.map((completion, i) => {
          return { prompt, completion, oldLogprobs: [], advantage: (likelihoods[i] as number) / total }
        })
      })
      await engine.forwardBackward(data, { kind: 'cross-entropy' })
      const rates = { learningRate: 3e-4, warmupSteps: 10, schedule: 'linear' } as const
      await engine.optimStep({ ...adam, learningRate: learningRateAt(rates, step, totalSteps) })
    }
  }
}

/** PyTorch's seconds for the same work; null where it is not installed. */
function torchRound(): { version: string; seconds: number } | null {
  const script = join(import.meta.dirname, 'pointer_torch.py')
  const { status, stdout } = spawnSync('python3', [script, JSON.stringify(sizes)], { encoding: 'utf8' })
  return status === 0 ? (JSON.parse(stdout) as { version: string; seconds: number }) : null
}

if (process.argv[1] === import.meta.filename) {
  for (const { name, value, unit, baseline, note } of await pointerBench()) {
    console.log(`${name}: ${value.toPrecision(3)} ${unit} (${baseline}; ${note})`)
  }
}
