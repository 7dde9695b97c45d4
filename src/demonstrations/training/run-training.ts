/**
 * Training within a run folder: every step in the journal and in `metrics.jsonl`, a checkpoint after every round. A
 * process that dies at any moment is continued from the last round, to the same bits.
 *
 * A checkpoint holds `selector.safetensors` (the weights, as they are shared), and beside it what only the training
 * needs: `optimizer.safetensors` (both moments) and `reference.safetensors` (what the KL is to).
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../core/json.ts'
import type { Metrics } from '../../core/records.ts'
import { type RunStore, writePart } from '../../runs/index.ts'
import { decodeSafetensors, encodeSafetensors, float32Tensor, type HostTensor } from '../../tensor/index.ts'
import {
  encodeSelector,
  readSelector,
  type SelectorArchitecture,
  type SelectorState,
  selectorParameterSpecs,
} from '../../engines/pointer/index.ts'
import {
  type TrainingOutcome,
  type TrainingPosition,
  type TrainSelectorOptions,
  trainSelector,
} from './train-selector.ts'

export interface RunTrainingOptions extends Omit<TrainSelectorOptions, 'resume' | 'onRound'> {
  readonly store: RunStore
  readonly now: () => number
  readonly onRound?: (position: TrainingPosition, metrics: Metrics) => void
  /** Told where a run goes on. */
  readonly onResume?: (position: TrainingPosition) => void
}

const weightsFile = 'selector.safetensors'

/** Trains from the newest valid checkpoint of the run, or from the selector's weights. Leaves `selector.safetensors` in the run. */
export async function trainInRun(options: RunTrainingOptions): Promise<TrainingOutcome> {
  const { store, selector, now } = options
  const { architecture } = selector
  const latest = store.checkpoints.latest()
  const resume = latest === null ? null : readState(architecture, latest.folder, latest.state as JsonObject)
  if (resume === null) {
    store.rewindTo(0)
    await save(store, architecture, { stage: 0, round: 0, step: 0 }, await selector.state())
  } else {
    store.rewindTo(resume.position.step)
    options.onResume?.(resume.position)
  }
  // A round's last step is recorded with what is measured after it.
  let pending: { step: number; metrics: Metrics } | null = null
  let startedAt = now()
  const record = (more: Metrics = {}): void => {
    if (pending === null) return
    store.recordStep({ version: 1, step: pending.step, metrics: { ...pending.metrics, ...more } })
    pending = null
  }
  const outcome = await trainSelector({
    ...options,
    ...(resume === null ? {} : { resume }),
    onStep: (step, metrics) => {
      record()
      pending = { step, metrics: { ...metrics, 'time/step_s': (now() - startedAt) / 1000 } }
      startedAt = now()
      options.onStep?.(step, metrics)
    },
    onRound: async (position, metrics, state) => {
      const validation = Object.entries(metrics).filter(([name]) => name.startsWith('validation/'))
      record(Object.fromEntries(validation))
      await save(store, architecture, position, await state())
      options.onRound?.(position, metrics)
      startedAt = now()
    },
  })
  store.writeArtifact(weightsFile, encodeSelector({ architecture, tensors: await selector.tensors() }))
  return outcome
}

async function save(
  store: RunStore,
  architecture: SelectorArchitecture,
  position: TrainingPosition,
  state: SelectorState,
): Promise<void> {
  await store.checkpoints.save(position.step, { ...position }, async (folder) => {
    const specs = selectorParameterSpecs(architecture)
    const named = (arrays: readonly Float32Array[], prefix = ''): [string, HostTensor][] =>
      specs.map(({ name, shape }, i) => [`${prefix}${name}`, float32Tensor(arrays[i] as Float32Array, shape)])
    writePart(join(folder, weightsFile), encodeSelector({ architecture, tensors: new Map(named(state.parameters)) }))
    if (state.first !== null && state.second !== null) {
      const tensors = new Map([...named(state.first, 'first.'), ...named(state.second, 'second.')])
      writePart(join(folder, 'optimizer.safetensors'), encodeSafetensors({ tensors, metadata: {} }))
    }
    if (state.reference !== null) {
      const reference = encodeSelector({ architecture, tensors: new Map(named(state.reference)) })
      writePart(join(folder, 'reference.safetensors'), reference)
    }
  })
}

function readState(
  architecture: SelectorArchitecture,
  folder: string,
  saved: JsonObject,
): { position: TrainingPosition; state: SelectorState } {
  const specs = selectorParameterSpecs(architecture)
  const dataOf = (tensors: ReadonlyMap<string, HostTensor>, prefix = ''): Float32Array[] =>
    specs.map(({ name }) => tensors.get(`${prefix}${name}`)?.data as Float32Array)
  const optimizer = readOptional(join(folder, 'optimizer.safetensors'))
  const reference = readOptional(join(folder, 'reference.safetensors'))
  const moments = optimizer === null ? null : decodeSafetensors(optimizer, 'optimizer.safetensors').tensors
  const { stage, round, step } = saved as unknown as TrainingPosition
  return {
    position: { stage, round, step },
    state: {
      parameters: dataOf(readSelector(join(folder, weightsFile), architecture).tensors),
      first: moments === null ? null : dataOf(moments, 'first.'),
      second: moments === null ? null : dataOf(moments, 'second.'),
      reference: reference === null ? null : dataOf(decodeSafetensors(reference, 'reference.safetensors').tensors),
    },
  }
}

/** The checkpoint's manifest has been checked: a file that is not there was not written. */
function readOptional(path: string): Uint8Array | null {
  try {
    return readFileSync(path)
  } catch {
    return null
  }
}
