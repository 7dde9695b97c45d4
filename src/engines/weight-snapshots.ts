/** Snapshots of an engine in its worker: lists of weights by number. Tensors are replaced, never written to. */
import type { TrainedState, Weights } from '../tensor/index.ts'

/** Which weights: null the current ones, else those of a snapshot. */
export type SnapshotId = number | null

export interface WeightSnapshots {
  /** @throws Error for a snapshot that is closed. */
  weightsOf(snapshot: SnapshotId): Weights
  readonly methods: {
    openSnapshot(): Promise<{ readonly id: number; readonly version: number }>
    closeSnapshot(id: number): Promise<void>
  }
}

/** @param current the state as it is when it is asked for. */
export function createWeightSnapshots(current: () => TrainedState): WeightSnapshots {
  const snapshots = new Map<number, Weights>()
  let last = 0
  return {
    weightsOf: (snapshot) => {
      if (snapshot === null) return current().weights
      const weights = snapshots.get(snapshot)
      if (weights === undefined) throw new Error(`snapshot ${snapshot} is closed`)
      return weights
    },
    methods: {
      openSnapshot: async () => {
        last += 1
        snapshots.set(last, current().weights)
        return { id: last, version: current().step }
      },
      closeSnapshot: async (id) => {
        snapshots.delete(id)
      },
    },
  }
}
