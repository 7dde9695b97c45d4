/**
 * Samples for everyone from one engine a base model: requests that wait together are drawn together, weights are loaded
 * when asked for and kept while they are used. A completion does not depend on what it was drawn with.
 */
import {
  createEmbeddedEngine,
  type PolicyEngine,
  type PolicySnapshot,
  type SampledCompletion,
} from '../engines/index.ts'

export interface SamplingTask {
  /** Folder of the weights. */
  readonly weights: string
  readonly prompt: readonly number[]
  /** One completion each. */
  readonly seeds: readonly number[]
  readonly maxTokens: number
  readonly temperature: number
  readonly topP: number
  readonly topK: number
  readonly wantsPromptLogprobs: boolean
}

export interface SamplingOutcome {
  readonly completions: readonly SampledCompletion[]
  /** One a prompt token but the first; null where not asked for. */
  readonly promptLogprobs: Float32Array | null
}

export interface BatchedSampler {
  readonly engine: PolicyEngine
  sample(task: SamplingTask): Promise<SamplingOutcome>
  close(): Promise<void>
}

interface Waiting {
  readonly task: SamplingTask
  readonly resolve: (outcome: SamplingOutcome) => void
  readonly reject: (error: unknown) => void
}

/** Completions drawn in one call. */
const largestCall = 256
/** How long the first request of a batch waits for others. */
const gatherMs = 3

export async function openBatchedSampler(
  modelFolder: string,
  { threads, heldWeights }: { readonly threads: number; readonly heldWeights: number },
): Promise<BatchedSampler> {
  const engine = await createEmbeddedEngine({ modelFolder, threads })
  const held = new Map<string, PolicySnapshot>()
  const waiting: Waiting[] = []
  let isWorking = false
  let isClosed = false

  const snapshotOf = async (weights: string): Promise<PolicySnapshot> => {
    const known = held.get(weights)
    held.delete(weights)
    const snapshot: PolicySnapshot = known ?? (await engine.load(weights).then(() => engine.snapshot()))
    held.set(weights, snapshot)
    for (const [folder, old] of held) {
      if (held.size <= heldWeights) break
      held.delete(folder)
      await old.close()
    }
    return snapshot
  }

  const work = async (): Promise<void> => {
    isWorking = true
    await new Promise((resolve) => setTimeout(resolve, gatherMs))
    while (waiting.length > 0) {
      const batch = takeBatch(waiting)
      try {
        const snapshot = await snapshotOf((batch[0] as Waiting).task.weights)
        const outcomes = await drawTogether(
          snapshot,
          batch.map(({ task }) => task),
          engine.contextLength,
        )
        batch.forEach(({ resolve }, i) => {
          resolve(outcomes[i] as SamplingOutcome)
        })
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    isWorking = false
  }

  return {
    engine,
    sample: (task) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new Error('the server is closing'))
        waiting.push({ task, resolve, reject })
        if (!isWorking) void work()
      }),
    async close() {
      isClosed = true
      for (const { reject } of waiting.splice(0)) reject(new Error('the server is closing'))
      await engine.close()
    },
  }
}

const kindOf = ({ weights, maxTokens, temperature, topP, topK }: SamplingTask): string =>
  JSON.stringify([weights, maxTokens, temperature, topP, topK])

/** Takes the requests out of the queue that can be drawn with the first. */
function takeBatch(waiting: Waiting[]): Waiting[] {
  const kind = kindOf((waiting[0] as Waiting).task)
  const batch: Waiting[] = []
  let count = 0
  for (let i = 0; i < waiting.length; ) {
    const next = waiting[i] as Waiting
    const isFull = count > 0 && count + next.task.seeds.length > largestCall
    if (kindOf(next.task) !== kind || isFull) i += 1
    else {
      batch.push(next)
      count += next.task.seeds.length
      waiting.splice(i, 1)
    }
  }
  return batch
}

async function drawTogether(
  snapshot: PolicySnapshot,
  tasks: readonly SamplingTask[],
  contextLength: number,
): Promise<SamplingOutcome[]> {
  const scored = tasks.filter(({ wantsPromptLogprobs }) => wantsPromptLogprobs)
  const lists = await snapshot.logprobs(scored.map(({ prompt }) => split(prompt)))
  const prompts = new Map<string, readonly number[]>()
  const shared = (prompt: readonly number[]): readonly number[] => {
    const name = prompt.join(' ')
    const known = prompts.get(name)
    if (known === undefined) prompts.set(name, prompt)
    return known ?? prompt
  }
  const drawn = tasks.filter(({ prompt }) => prompt.length < contextLength)
  const { maxTokens, temperature, topP, topK } = tasks[0] as SamplingTask
  const requests = drawn.map(({ prompt, seeds }) => ({ prompt: shared(prompt), count: seeds.length, key: [], seeds }))
  const completions =
    requests.length === 0 ? [] : await snapshot.sample(requests, { maxTokens, temperature, topP, topK })
  return tasks.map((task) => {
    const place = drawn.indexOf(task)
    const full = { tokens: [], logprobs: [], stopReason: 'length' } as const
    return {
      completions: place < 0 ? task.seeds.map(() => full) : (completions[place] as SampledCompletion[]),
      promptLogprobs: task.wantsPromptLogprobs ? (lists[scored.indexOf(task)] as Float32Array) : null,
    }
  })
}

const split = (tokens: readonly number[]) => ({ prompt: tokens.slice(0, 1), completion: tokens.slice(1) })
