/** The pointer network without options, written once more in plain float64 and unfolded: the oracle of the tests. */
import type { HostTensor } from '../../../tensor/index.ts'
import type { PointerArchitecture } from '../architecture.ts'
import type { EmbeddingTable, PickTables, PooledQuery } from '../pick-tokens.ts'

type Vector = number[]

/** Scores [K] of a pool for a query. */
export function referenceScores(
  architecture: PointerArchitecture,
  tensors: ReadonlyMap<string, Pick<HostTensor, 'shape'> & { readonly data: ArrayLike<number> }>,
  { queries, candidates: index }: PickTables,
  { query, pool }: PooledQuery,
): Vector {
  const { hiddenWidth: h, heads, layers, temperature } = architecture
  const size = h / heads
  const tensor = (name: string): ArrayLike<number> => tensors.get(name)?.data as ArrayLike<number>
  const product = (name: string, x: Vector, firstRow = 0, rows = h): Vector =>
    Array.from({ length: rows }, (_, i) =>
      x.reduce((sum, value, j) => sum + (tensor(name)[(firstRow + i) * x.length + j] as number) * value, 0),
    )
  const plus = (x: Vector, name: string, first = 0): Vector => x.map((v, i) => v + (tensor(name)[first + i] as number))
  const unit = (x: Vector): Vector => {
    const length = Math.sqrt(x.reduce((sum, v) => sum + v * v, 0))
    return x.map((v) => v / length)
  }
  const row = ({ rows, width }: EmbeddingTable, i: number): Vector =>
    Array.from(rows.subarray(i * width, (i + 1) * width))
  const candidates = pool.map((i) => product('input_proj.weight', row(index, i)))
  let state = product('input_proj.weight', row(queries, query))
  for (let layer = 0; layer < layers; layer++) {
    const name = `cross_attn_layers.${layer}`
    const part = (x: Vector, index: number): Vector =>
      plus(product(`${name}.in_proj_weight`, x, index * h), `${name}.in_proj_bias`, index * h)
    const asked = part(state, 0)
    const keys = candidates.map((c) => part(c, 1))
    const values = candidates.map((c) => part(c, 2))
    const joined: Vector = []
    for (let head = 0; head < heads; head++) {
      const inHead = (x: Vector): Vector => x.slice(head * size, (head + 1) * size)
      const scores = keys.map((key) => dot(inHead(asked), inHead(key)) / Math.sqrt(size))
      const peak = Math.max(...scores)
      const weights = scores.map((s) => Math.exp(s - peak))
      const total = weights.reduce((a, b) => a + b)
      for (let i = 0; i < size; i++) {
        joined.push(values.reduce((sum, v, k) => sum + ((weights[k] as number) / total) * (inHead(v)[i] as number), 0))
      }
    }
    const attended = plus(product(`${name}.out_proj.weight`, joined), `${name}.out_proj.bias`)
    const sum = attended.map((v, i) => v + (state[i] as number))
    const mean = sum.reduce((a, b) => a + b) / h
    const variance = sum.reduce((a, b) => a + (b - mean) ** 2, 0) / h
    const normed = sum.map((v) => (v - mean) / Math.sqrt(variance + 1e-5))
    state = plus(
      normed.map((v, i) => v * (tensor(`attn_norms.${layer}.weight`)[i] as number)),
      `attn_norms.${layer}.bias`,
    )
  }
  const query_ = unit(product('query_proj.weight', state))
  return candidates.map((c) => dot(query_, unit(product('cand_proj.weight', c))) / temperature)
}

const dot = (a: Vector, b: Vector): number => a.reduce((sum, v, i) => sum + v * (b[i] as number), 0)
