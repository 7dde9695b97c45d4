/** What a network is given, as traced arrays, and the small functions that networks share. */
import type { numpy } from '@jax-js/jax'
import type { Jax } from '../../tensor/index.ts'

/** One parameter by name; each call is a reference of its own. */
export type Parameter = (name: string) => numpy.Array

/** Sizes of one compiled graph: B queries, N sequences of each, S steps, K candidates. */
export interface BatchSizes {
  readonly queries: number
  readonly sequences: number
  readonly steps: number
  readonly poolSize: number
}

/** None of the arrays is consumed. */
export interface NetworkInputs extends BatchSizes {
  /** Embeddings of the queries [B, d]. */
  readonly query: numpy.Array
  /** Embeddings of the candidates [B * K, d]. */
  readonly candidates: numpy.Array
  /** One-hot picks [B, N, S, C]; a step after the end of its sequence is all zeros. */
  readonly chosen: numpy.Array
  /** [B, K], 1 for a candidate and 0 for padding; null: every pool is full. */
  readonly valid: numpy.Array | null
  /** Rows of the index as int32, for the language model: pool [B * K], and sequences [B * N * (S - 1)]. */
  readonly rows: { readonly pool: numpy.Array; readonly picks: numpy.Array | null } | null
}

/** x W^T + b over the last axis; `x` [rows, in] is consumed. */
export function affine(
  jax: Jax,
  parameter: Parameter,
  { name, x }: { readonly name: string; readonly x: numpy.Array },
): numpy.Array {
  return jax.numpy.matmul(x, parameter(`${name}.weight`).transpose()).add(parameter(`${name}.bias`))
}

/** Over the last axis, with gain and offset; consumes `x`. */
export function layerNorm(
  jax: Jax,
  parameter: Parameter,
  { name, x }: { readonly name: string; readonly x: numpy.Array },
): numpy.Array {
  const { numpy: np } = jax
  const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }))
  const variance = np.mean(np.square(centred.ref), -1, { keepdims: true })
  return centred
    .div(np.sqrt(variance.add(1e-5)))
    .mul(parameter(`${name}.weight`))
    .add(parameter(`${name}.bias`))
}

/** x / |x| over the last axis; consumes `x`. */
export function normalised(jax: Jax, x: numpy.Array): numpy.Array {
  const { numpy: np } = jax
  const length = np.sqrt(np.sum(np.square(x.ref), -1, { keepdims: true }).add(1e-12))
  return x.div(length)
}

/** Consumes `x`. */
export function sigmoid(jax: Jax, x: numpy.Array): numpy.Array {
  return jax.numpy.reciprocal(jax.numpy.exp(x.neg()).add(1))
}

/** 2 sigmoid(2x) - 1; consumes `x`. */
export function tanh(jax: Jax, x: numpy.Array): numpy.Array {
  return sigmoid(jax, x.mul(2)).mul(2).sub(1)
}

/** Picks of one step, [B, N, C]. */
export function chosenAt(inputs: NetworkInputs, step: number): numpy.Array {
  const { chosen, queries, sequences } = inputs
  return chosen.ref.slice([], [], [step, step + 1], []).reshape([queries, sequences, chosen.shape[3] as number])
}

/** Lists of [B, N, C], one a step, as [B, N, S, C]. */
export function stackSteps(jax: Jax, steps: readonly numpy.Array[]): numpy.Array {
  const apart = steps.map((step) => {
    const [queries, sequences, choices] = step.shape as [number, number, number]
    return step.reshape([queries, sequences, 1, choices])
  })
  return apart.length === 1 ? (apart[0] as numpy.Array) : jax.numpy.concatenate(apart, 2)
}
