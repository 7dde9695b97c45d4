/** Batches of data in requests of a size that servers take, and the results of the parts as one. */
import type { Datum, ForwardBackwardOutput } from '../../../tinker/index.ts'

export interface BatchLimits {
  readonly data: number
  /** Estimated: 4 a token, the tensors' own, 64 a tensor. */
  readonly bytes: number
}

export const defaultBatchLimits: BatchLimits = { data: 1024, bytes: 5_000_000 }

/** In order; a datum larger than the limit goes alone. */
export function splitBatch(data: readonly Datum[], limits: BatchLimits): Datum[][] {
  const parts: Datum[][] = []
  let bytes = 0
  for (const datum of data) {
    const size = estimatedBytes(datum)
    const last = parts.at(-1)
    if (last === undefined || last.length >= limits.data || bytes + size > limits.bytes) {
      parts.push([datum])
      bytes = size
    } else {
      last.push(datum)
      bytes += size
    }
  }
  return parts
}

function estimatedBytes({ model_input: input, loss_fn_inputs: inputs }: Datum): number {
  const chunks = input.chunks.reduce((sum, chunk) => {
    return sum + (chunk.type === 'encoded_text' ? 4 * chunk.tokens.length : chunk.data.length)
  }, 0)
  const tensors = Object.values(inputs)
  return tensors.reduce((sum, { dtype, data }) => sum + data.length * (dtype === 'int64' ? 8 : 4) + 64, chunks)
}

/**
 * Outputs in order; metrics by what follows the colon of their name: `sum`, `min`, `max`; `mean` and `slack` weighted by
 * the number of data; anything else, names without a colon included, keeps the last.
 */
export function mergeOutputs(parts: readonly ForwardBackwardOutput[]): ForwardBackwardOutput {
  const [first] = parts
  if (first === undefined) throw new RangeError('there is no result to merge')
  if (parts.length === 1) return first
  const names = new Set(parts.flatMap(({ metrics }) => Object.keys(metrics)))
  return {
    loss_fn_output_type: first.loss_fn_output_type,
    loss_fn_outputs: parts.flatMap(({ loss_fn_outputs: outputs }) => outputs),
    metrics: Object.fromEntries([...names].map((name) => [name, mergedMetric(name, parts)])),
  }
}

function mergedMetric(name: string, parts: readonly ForwardBackwardOutput[]): number {
  const given = parts.flatMap(({ metrics, loss_fn_outputs: outputs }) => {
    const value = metrics[name]
    return value === undefined ? [] : [{ value, weight: outputs.length }]
  })
  const values = given.map(({ value }) => value)
  switch (name.slice(name.lastIndexOf(':') + 1)) {
    case 'sum':
      return values.reduce((sum, value) => sum + value, 0)
    case 'min':
      return Math.min(...values)
    case 'max':
      return Math.max(...values)
    case 'mean':
    case 'slack': {
      const total = given.reduce((sum, { weight }) => sum + weight, 0)
      return total === 0 ? 0 : given.reduce((sum, { value, weight }) => sum + value * weight, 0) / total
    }
    case 'unique':
      return values[0] as number
    default:
      return values.at(-1) as number
  }
}
