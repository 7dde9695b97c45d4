/**
 * The pointer engine on the main thread: a selector of demonstrations as a policy. A prompt is a query with its pool, a
 * completion what is picked of it, in pick order (`pick-tokens.ts`); all arithmetic happens in the worker.
 */
import { BatonError } from '../../core/failure.ts'
import type { Json } from '../../core/json.ts'
import { siblingModule } from '../../core/sibling-module.ts'
import { type HostTensor, startTensorWorker, type TensorWorker } from '../../tensor/index.ts'
import type {
  ForwardBackwardResult,
  OptimStepResult,
  PolicyEngine,
  PolicySampler,
  PolicySnapshot,
  SampledCompletion,
} from '../policy-engine.ts'
import { architectureJson, choices, type SelectorArchitecture } from './architecture.ts'
import type { SelectorCheckpoint } from './checkpoint.ts'
import { trainableIndices } from './graphs.ts'
import { selectorParameterCount, selectorParameterSpecs } from './parameters.ts'
import { checkTables } from './pick-batches.ts'
import type { BeamRequest } from './pick-demonstrations.ts'
import { createPickTokenizer, type EmbeddingTable, type PickTables, type PickTokenizer } from './pick-tokens.ts'
import type { PointerWorkerArgument } from './pointer-worker.ts'

/** Parameters that stay as they are. */
export const freezes = {
  none: [],
  /** The three projections; cross-attention and its norms are trained. */
  backbone: ['input_proj.', 'query_proj.', 'cand_proj.'],
  /** Cross-attention and its norms; the projections are trained. */
  attention: ['cross_attn_layers.', 'attn_norms.'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type Freeze = keyof typeof freezes

export interface PointerEngineOptions {
  readonly checkpoint: SelectorCheckpoint
  readonly tables: PickTables
  readonly freeze?: Freeze
  /** Threads of one operator. Default 1: these graphs are small, and a second thread is slower on a busy machine. */
  readonly threads?: number
  readonly backend?: 'auto' | 'onnxruntime' | 'jax-js'
}

export interface PointerEngine extends PolicyEngine {
  readonly architecture: SelectorArchitecture
  readonly tokenizer: PickTokenizer
  /** The likeliest sequences of each prompt by a beam as wide as `count`, best first. */
  beam(requests: readonly BeamRequest[], shots: number, signal?: AbortSignal): Promise<SampledCompletion[][]>
  /** The weights by name, as checkpoints hold them. */
  tensors(): Promise<Map<string, HostTensor>>
}

/** @throws BatonError where the embeddings are not those that the selector takes. */
export async function createPointerEngine(options: PointerEngineOptions): Promise<PointerEngine> {
  const { architecture, tensors } = options.checkpoint
  checkTables(architecture, options.tables)
  const freeze = options.freeze ?? 'none'
  checkFreeze(architecture, freeze)
  const queries = shared(options.tables.queries)
  const candidates = options.tables.candidates === options.tables.queries ? queries : shared(options.tables.candidates)
  const argument: PointerWorkerArgument = {
    architecture: architectureJson(architecture) as Json,
    parameters: selectorParameterSpecs(architecture).map(({ name }) => tensors.get(name) as HostTensor),
    tables: { queries, candidates },
    frozen: freezes[freeze],
  }
  const worker = await startTensorWorker(siblingModule(import.meta.url, './pointer-worker'), {
    argument,
    threads: options.threads ?? 1,
    backend: options.backend ?? 'auto',
  })
  let isClosed = false
  return {
    name: `${architecture.kind} (${worker.backend})`,
    architecture,
    tokenizer: createPickTokenizer({ queries, candidates }),
    contextLength: 1 + candidates.ids.length + choices(architecture, candidates.ids.length),
    parameterCount: selectorParameterCount(architecture),
    ...samplerOf(worker, null),
    beam: (requests, shots, signal) => worker.call('beam', { requests, shots }, signal),
    forwardBackward: (data, loss, signal): Promise<ForwardBackwardResult> =>
      worker.call('forwardBackward', { data, loss }, signal),
    optimStep: (adam, signal): Promise<OptimStepResult> => worker.call('optimStep', adam, signal),
    async snapshot(): Promise<PolicySnapshot> {
      const { id, version } = await worker.call<{ id: number; version: number }>('openSnapshot', null)
      const close = async (): Promise<void> => {
        // A closed engine holds no snapshots.
        if (!isClosed) await worker.call('closeSnapshot', id)
      }
      return { version, ...samplerOf(worker, id), close }
    },
    tensors: async () => new Map(await worker.call<[string, HostTensor][]>('tensors', null)),
    save: (folder): Promise<void> => worker.call('save', folder),
    load: (folder): Promise<void> => worker.call('load', folder),
    close() {
      isClosed = true
      return worker.close()
    },
  }
}

/** A freeze that leaves nothing as it is, or everything, is a mistake. */
function checkFreeze(architecture: SelectorArchitecture, freeze: Freeze): void {
  const count = trainableIndices(architecture, freezes[freeze]).length
  const all = selectorParameterSpecs(architecture).length
  if (freeze === 'none' || (architecture.kind === 'pointer' && count > 0 && count < all)) return
  throw new BatonError(`a selector of kind ${architecture.kind} has no ${freeze} to freeze.`, {
    boundary: 'config',
    code: 'selector-freeze',
    hint: 'Set policy.pointer.freeze: none; backbone and attention are parts of the pointer network.',
  })
}

function samplerOf(worker: TensorWorker, snapshot: number | null): PolicySampler {
  return {
    async sample(requests, options, signal): Promise<SampledCompletion[][]> {
      if (!(options.maxTokens >= 1)) throw new RangeError(`maxTokens must be at least 1 (got ${options.maxTokens})`)
      const completions = await worker.call<SampledCompletion[][]>('sample', { snapshot, requests, options }, signal)
      // It may have been done before it heard of the abort.
      signal?.throwIfAborted()
      return completions
    },
    logprobs: (sequences, signal): Promise<Float32Array[]> => worker.call('logprobs', { snapshot, sequences }, signal),
  }
}

function shared({ ids, width, rows }: EmbeddingTable): EmbeddingTable {
  if (rows.buffer instanceof SharedArrayBuffer) return { ids, width, rows }
  const copy = new Float32Array(new SharedArrayBuffer(rows.byteLength))
  copy.set(rows)
  return { ids, width, rows: copy }
}
