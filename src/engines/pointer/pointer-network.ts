/**
 * The pointer network (V2 and V3 of Lever-Plus; V4's gate, recurrent cell, penalty on likeness and STOP as options):
 * a shared input projection, cross-attention from the query to its pool, cosines of the projected query and candidates
 * over a temperature. The pool is projected once a query, however many sequences are scored.
 *
 * The query is one vector, so attention folds: Q (Wk c) = (Wk^T Q) c, and Wv comes after the weighted sum. Keys and
 * values of the pool are never formed. The key bias shifts all scores of a head alike, drops out of the softmax and has
 * gradient 0.
 */
import type { numpy } from '@jax-js/jax'
import type { Jax } from '../../tensor/index.ts'
import type { PointerArchitecture } from './architecture.ts'
import {
  affine,
  chosenAt,
  layerNorm,
  type NetworkInputs,
  normalised,
  type Parameter,
  sigmoid,
  stackSteps,
  tanh,
} from './network-inputs.ts'

type Array_ = numpy.Array

export function pointerScores(
  jax: Jax,
  architecture: PointerArchitecture,
  { parameter, inputs }: { readonly parameter: Parameter; readonly inputs: NetworkInputs },
): Array_ {
  const { numpy: np } = jax
  const { queries, poolSize } = inputs
  const width = architecture.hiddenWidth
  const project = (x: Array_, name: string): Array_ => np.matmul(x, parameter(name).transpose())
  const enter = (x: Array_): Array_ => (architecture.hasInputProjection ? project(x, 'input_proj.weight') : x)

  const pool = enter(inputs.candidates.ref)
  let query = enter(inputs.query.ref)
  for (let layer = 0; layer < architecture.layers; layer++) {
    query = attend(jax, architecture, {
      parameter,
      layer,
      query,
      pool: pool.ref.reshape([queries, poolSize, width]),
      inputs,
    })
  }
  const state = normalised(jax, project(query, 'query_proj.weight'))
  const keys = normalised(jax, project(pool, 'cand_proj.weight')).reshape([queries, poolSize, width])
  return stepScores(jax, architecture, {
    parameter,
    state,
    keys: withStop(jax, architecture, { parameter, keys }),
    inputs,
  })
}

/** One layer: LayerNorm(query + attention(query, pool, pool)). @param query [B, h]; @param pool [B, K, h]. */
function attend(
  jax: Jax,
  { hiddenWidth: width, heads }: PointerArchitecture,
  {
    parameter,
    layer,
    query,
    pool,
    inputs,
  }: { readonly parameter: Parameter; layer: number; query: Array_; pool: Array_; inputs: NetworkInputs },
): Array_ {
  const { numpy: np, lax } = jax
  const { queries } = inputs
  const size = width / heads
  const name = `cross_attn_layers.${layer}`
  const [queryWeight, keyWeight, valueWeight] = np.split(
    parameter(`${name}.in_proj_weight`),
    [width, 2 * width],
    0,
  ) as [Array_, Array_, Array_]
  const biases = np.split(parameter(`${name}.in_proj_bias`), [width, 2 * width], 0) as [Array_, Array_, Array_]
  const byHead = (x: Array_): Array_ => x.reshape([queries, heads, size]).transpose([1, 0, 2])
  const asked = byHead(np.matmul(query.ref, queryWeight.transpose()).add(biases[0]))
  // [H, B, size] x [H, size, h] -> [B, H, h]
  const folded = np.matmul(asked, keyWeight.reshape([heads, size, width])).transpose([1, 0, 2])
  let scores = np.matmul(folded, pool.ref.transpose([0, 2, 1])).mul(1 / Math.sqrt(size))
  const valid = inputs.valid?.ref.reshape([queries, 1, inputs.poolSize])
  // Padding: its score becomes that of the peak, and its weight is then multiplied with 0.
  if (valid !== undefined) scores = scores.mul(valid.ref)
  const peak = lax.stopGradient(np.max(scores.ref, -1, { keepdims: true }))
  let weights = np.exp(scores.sub(peak))
  if (valid !== undefined) weights = weights.mul(valid)
  const total = np.sum(weights.ref, -1, { keepdims: true })
  const gathered = np.matmul(weights.mul(np.reciprocal(total)), pool).transpose([1, 0, 2])
  // [H, B, h] x [H, h, size] -> [B, H * size]
  const values = np.matmul(gathered, valueWeight.reshape([heads, size, width]).transpose([0, 2, 1]))
  const joined = values.transpose([1, 0, 2]).reshape([queries, width]).add(biases[2])
  // The key bias is named, so that its gradient is a tensor of zeros and not missing.
  const attended = affine(jax, parameter, { name: `${name}.out_proj`, x: joined }).add(biases[1].mul(0).sum())
  return layerNorm(jax, parameter, { name: `attn_norms.${layer}`, x: query.add(attended) })
}

/** Keys [B, K, h] with STOP as the last one. */
function withStop(
  jax: Jax,
  architecture: PointerArchitecture,
  { parameter, keys }: { readonly parameter: Parameter; readonly keys: Array_ },
): Array_ {
  if (architecture.stop === null) return keys
  const [queries, , width] = keys.shape as [number, number, number]
  const stop = normalised(jax, parameter('stop_token')).reshape([1, 1, width])
  const repeated = stop.add(jax.numpy.zeros([queries, 1, width]))
  return jax.numpy.concatenate([keys, repeated], 1)
}

interface Decoding {
  /** [B, h], of length 1. */
  readonly state: Array_
  /** [B, C, h], of length 1. */
  readonly keys: Array_
  readonly inputs: NetworkInputs
}

function stepScores(
  jax: Jax,
  architecture: PointerArchitecture,
  { parameter, state, keys, inputs }: Decoding & { readonly parameter: Parameter },
): Array_ {
  const { numpy: np } = jax
  const { queries, sequences, steps } = inputs
  const { hiddenWidth: width, temperature, queryUpdate, stepEmbeddings, diversitySteps } = architecture
  const choices = keys.shape[1] as number
  const turned = keys.ref.transpose([0, 2, 1])
  const cosines = (query: Array_): Array_ => np.matmul(query, turned.ref).mul(1 / temperature)
  if (queryUpdate === 'none' && stepEmbeddings === 0 && diversitySteps === 0) {
    return cosines(state.reshape([queries, 1, width])).reshape([queries, 1, 1, choices])
  }
  // Every sequence of a query has a state of its own from the first pick on: [B, N, h].
  let current = state.reshape([queries, 1, width]).add(np.zeros([queries, sequences, width]))
  const likeness: Array_[] = []
  const scores: Array_[] = []
  for (let step = 0; step < steps; step++) {
    const asking =
      stepEmbeddings > 0 ? withStepEmbedding(jax, architecture, { parameter, state: current.ref, step }) : current.ref
    let score = cosines(asking)
    if (diversitySteps > 0 && likeness.length > 0) {
      score = score.sub(penalty(jax, parameter, { step: Math.min(step, diversitySteps - 1), likeness }))
    }
    scores.push(score)
    if (step === steps - 1) break
    const picked = np.matmul(chosenAt(inputs, step), keys.ref)
    if (diversitySteps > 0) likeness.push(np.matmul(picked.ref, turned.ref))
    current = updated(jax, architecture, { parameter, state: current, picked })
  }
  return stackSteps(jax, scores)
}

function withStepEmbedding(
  jax: Jax,
  { hiddenWidth, stepEmbeddings }: PointerArchitecture,
  { parameter, state, step }: { readonly parameter: Parameter; readonly state: Array_; readonly step: number },
): Array_ {
  const row = Math.min(step, stepEmbeddings - 1)
  const embedding = parameter('step_emb.weight')
    .slice([row, row + 1], [])
    .reshape([1, 1, hiddenWidth])
  return normalised(jax, state.add(embedding))
}

/** softplus(lambda of the step) times the greatest cosine with an earlier pick, [B, N, C]. */
function penalty(
  jax: Jax,
  parameter: Parameter,
  { step, likeness }: { readonly step: number; readonly likeness: readonly Array_[] },
): Array_ {
  const { numpy: np } = jax
  const lambda = parameter('div_lambda')
    .slice([step, step + 1])
    .reshape([1, 1, 1])
  const weight = np.log(np.exp(lambda).add(1))
  const greatest = likeness.map((array) => array.ref).reduce((most, array) => np.maximum(most, array))
  return greatest.mul(weight)
}

/** The state after a pick. @param state [B, N, h], consumed; @param picked [B, N, h], consumed. */
function updated(
  jax: Jax,
  { queryUpdate, hiddenWidth: width }: PointerArchitecture,
  { parameter, state, picked }: { readonly parameter: Parameter; readonly state: Array_; readonly picked: Array_ },
): Array_ {
  const { numpy: np } = jax
  const { shape } = state
  // Products with weights are over rows: a batched one would copy the weights for every query.
  const rows = (x: Array_): Array_ => x.reshape([x.size / width, width])
  switch (queryUpdate) {
    case 'none':
      picked.dispose()
      return state
    case 'gate': {
      const [before, pick] = [rows(state), rows(picked)]
      const both = np.concatenate([before.ref, pick.ref], -1)
      const gate = sigmoid(jax, affine(jax, parameter, { name: 'query_update_gate', x: both }))
      return normalised(jax, gate.ref.mul(before).add(gate.neg().add(1).mul(pick))).reshape(shape)
    }
    case 'gru': {
      const before = rows(state)
      const part = (x: Array_, side: 'ih' | 'hh'): [Array_, Array_, Array_] => {
        const weight = parameter(`decoder_gru.weight_${side}`).transpose()
        const all = np.matmul(x, weight).add(parameter(`decoder_gru.bias_${side}`))
        return np.split(all, [width, 2 * width], -1) as [Array_, Array_, Array_]
      }
      const [inputReset, inputKeep, inputNew] = part(rows(picked), 'ih')
      const [stateReset, stateKeep, stateNew] = part(before.ref, 'hh')
      const reset = sigmoid(jax, inputReset.add(stateReset))
      const keep = sigmoid(jax, inputKeep.add(stateKeep))
      const fresh = tanh(jax, inputNew.add(reset.mul(stateNew)))
      return normalised(jax, keep.ref.neg().add(1).mul(fresh).add(keep.mul(before))).reshape(shape)
    }
    default:
      return queryUpdate satisfies never
  }
}
