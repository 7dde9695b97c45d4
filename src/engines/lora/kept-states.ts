/**
 * Layer inputs of batches that were scored, for the gradients of the same batches at the same weights: the way forwards is
 * then not computed twice. A batch beyond the memory allowed is computed again.
 */
import { createHash } from 'node:crypto'
import type { DeviceTensor } from '../../tensor/index.ts'
import type { PackedBatch } from './packs.ts'

export interface KeptStates {
  /** Null where the batch was not kept. Taken once. */
  take(batch: PackedBatch): readonly DeviceTensor[] | null
  keep(batch: PackedBatch, states: readonly DeviceTensor[]): void
}

export function createKeptStates(mostBytes: number): KeptStates {
  const kept = new Map<string, readonly DeviceTensor[]>()
  let left = mostBytes
  return {
    take(batch) {
      const key = contentOf(batch)
      const states = kept.get(key) ?? null
      kept.delete(key)
      return states
    },
    keep(batch, states) {
      const bytes = states.reduce((sum, { data }) => sum + data.byteLength, 0)
      if (bytes > left) return
      left -= bytes
      kept.set(contentOf(batch), states)
    },
  }
}

/** Equal for batches that are computed alike. */
function contentOf({ rows, length, tokens, positions, segments }: PackedBatch): string {
  const hash = createHash('sha256').update(`${rows}x${length}`)
  for (const list of [tokens, positions, segments]) hash.update(list)
  return hash.digest('base64')
}
