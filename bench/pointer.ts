/**
 * Training speed of the pointer selector: RCE on 800 queries with 12 sequences of 2 shots each, pools of 64, 5 epochs,
 * batches of 8 queries, 525,824 parameters, one thread. Beside it the same network, loss and optimizer in PyTorch where
 * that is installed, one thread too, in turn with it. Runs alone too: `node bench/pointer.ts`.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { randomFor } from '../src/core/random.ts'
import { initialParameters, openSelector, pointerArchitecture } from '../src/engines/pointer/index.ts'
import { rceStage, type TrainingGroup, trainSelector } from '../src/demonstrations/training/index.ts'
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

/** Seconds of a whole training, from an opened selector on. */
async function trainingSeconds(): Promise<number> {
  const { queries, sequences, pool, width, hidden, batch, epochs } = sizes
  const rng = randomFor('bench', 'pointer')
  const rows = 3000
  const embeddings = (count: number): Float32Array =>
    Float32Array.from({ length: count * width }, () => rng.normal() / Math.sqrt(width))
  const groups = Array.from({ length: queries }, (_, query): TrainingGroup => {
    const start = rng.integer(rows)
    const positions = Array.from({ length: pool }, (_, i) => i)
    return {
      query,
      pool: positions.map((i) => (start + 37 * i) % rows),
      sequences: Array.from({ length: sequences }, () => rng.shuffle(positions).slice(0, 2)),
      rewards: Array.from({ length: sequences }, () => rng.pick([0, 1.6, 2])),
    }
  })
  const architecture = pointerArchitecture({ inputWidth: width, hiddenWidth: hidden })
  const selector = await openSelector({
    architecture,
    tensors: initialParameters(architecture, 1),
    features: { width, queries: embeddings(queries), candidates: embeddings(rows) },
    threads: 1,
  })
  try {
    const startedAt = performance.now()
    await trainSelector({ selector, seed: 1, groups, stages: [rceStage({ epochs, batchSize: batch })] })
    return (performance.now() - startedAt) / 1000
  } finally {
    await selector.close()
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
