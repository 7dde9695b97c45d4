/**
 * V0: a GPT-2-style language model whose words are the rows of the index. It reads BEGIN, QUERY (with the query's
 * embedding added) and the picks so far (each with its own embedding added), and names the next row. Norms come first,
 * the head is tied to the word embeddings, attention is causal.
 *
 * Next rows are scored among the query's pool only: the softmax is over the pool, so that its log-probs can be compared
 * with those of the other selectors. There is no END: sequences are as long as asked.
 */
import type { numpy } from '@jax-js/jax'
import type { Jax } from '../../tensor/index.ts'
import type { LanguageModelArchitecture } from './architecture.ts'
import { affine, layerNorm, type NetworkInputs, type Parameter, sigmoid } from './network-inputs.ts'

type Array_ = numpy.Array

/** Greater than any score: exp of what it is taken from is 0 in float32. */
const unseen = -1e9

export function languageModelScores(
  jax: Jax,
  architecture: LanguageModelArchitecture,
  { parameter, inputs }: { readonly parameter: Parameter; readonly inputs: NetworkInputs },
): Array_ {
  const { numpy: np } = jax
  const { queries, sequences, steps, poolSize, rows } = inputs
  const { hiddenWidth: width, layers } = architecture
  if (rows === null) throw new Error('the language model needs the rows of its pools')
  // BEGIN predicts nothing: it comes before QUERY as in Lever-LM, and S + 1 positions give S predictions.
  const length = steps + 1
  const count = queries * sequences
  let x = embed(jax, architecture, { ...inputs, parameter })
  const mask = causalMask(jax, length)
  for (let layer = 0; layer < layers; layer++) {
    const name = `h.${layer}`
    const attended = selfAttention(jax, architecture, {
      parameter,
      name,
      x: layerNorm(jax, parameter, { name: `${name}.ln_1`, x: x.ref }),
      mask,
    })
    x = x.add(attended)
    const hidden = gelu(
      jax,
      affine(jax, parameter, { name: `${name}.mlp`, x: layerNorm(jax, parameter, { name: `${name}.ln_2`, x: x.ref }) }),
    )
    x = x.add(affine(jax, parameter, { name: `${name}.mlp_out`, x: hidden }))
  }
  const states = layerNorm(jax, parameter, { name: 'ln_f', x })
    .reshape([count, length, width])
    .slice([], [1, length], [])
    .reshape([queries, sequences * steps, width])
  const words = parameter('token_embedding').slice(rows.pool.ref).reshape([queries, poolSize, width])
  return np.matmul(states, words.transpose([0, 2, 1])).reshape([queries, sequences, steps, poolSize])
}

/** Word, position and feature embeddings of all positions, [B * N * (S + 1), w]. */
function embed(
  jax: Jax,
  { hiddenWidth: width, indexRows }: LanguageModelArchitecture,
  {
    parameter,
    queries,
    sequences,
    steps,
    query,
    candidates,
    chosen,
    poolSize,
    rows,
  }: NetworkInputs & { readonly parameter: Parameter },
): Array_ {
  const { numpy: np } = jax
  const length = steps + 1
  const project = (x: Array_): Array_ => np.matmul(x, parameter('feature_proj.weight').transpose())
  const word = (row: number): Array_ =>
    parameter('token_embedding')
      .slice([row, row + 1], [])
      .reshape([1, 1, 1, width])
  const everywhere = (x: Array_): Array_ => x.add(np.zeros([queries, sequences, 1, width]))
  const parts = [
    everywhere(word(indexRows)),
    everywhere(word(indexRows + 1).add(project(query.ref).reshape([queries, 1, 1, width]))),
  ]
  if (steps > 1) {
    const picks = rows?.picks
    if (picks === undefined || picks === null) throw new Error('the language model needs the rows of its picks')
    const words = parameter('token_embedding')
      .slice(picks.ref)
      .reshape([queries, sequences, steps - 1, width])
    const features = project(candidates.ref).reshape([queries, poolSize, width])
    const earlier = chosen.ref.slice([], [], [0, steps - 1], []).reshape([queries, sequences * (steps - 1), poolSize])
    parts.push(words.add(np.matmul(earlier, features).reshape([queries, sequences, steps - 1, width])))
  }
  const positions = parameter('position_embedding').slice([0, length], []).reshape([1, 1, length, width])
  return np
    .concatenate(parts, 2)
    .add(positions)
    .reshape([queries * sequences * length, width])
}

function selfAttention(
  jax: Jax,
  { hiddenWidth: width, heads }: LanguageModelArchitecture,
  {
    parameter,
    name,
    x,
    mask,
  }: { readonly parameter: Parameter; readonly name: string; readonly x: Array_; readonly mask: Array_ },
): Array_ {
  const { numpy: np, lax } = jax
  const length = mask.shape[0] as number
  const rows = x.shape[0] as number
  const size = width / heads
  const all = affine(jax, parameter, { name: `${name}.attn`, x })
  const [q, k, v] = (np.split(all, [width, 2 * width], -1) as [Array_, Array_, Array_]).map((part) =>
    part.reshape([rows / length, length, heads, size]).transpose([0, 2, 1, 3]),
  ) as [Array_, Array_, Array_]
  const scores = np
    .matmul(q, k.transpose([0, 1, 3, 2]))
    .mul(1 / Math.sqrt(size))
    .add(mask.ref)
  const peak = lax.stopGradient(np.max(scores.ref, -1, { keepdims: true }))
  const weights = np.exp(scores.sub(peak))
  const total = np.sum(weights.ref, -1, { keepdims: true })
  const attended = np.matmul(weights.mul(np.reciprocal(total)), v)
  return affine(jax, parameter, {
    name: `${name}.attn_out`,
    x: attended.transpose([0, 2, 1, 3]).reshape([rows, width]),
  })
}

function causalMask(jax: Jax, length: number): Array_ {
  const mask = Float32Array.from({ length: length * length }, (_, i) =>
    i % length > Math.floor(i / length) ? unseen : 0,
  )
  return jax.numpy.array(mask).reshape([length, length])
}

/** The tanh form that GPT-2 uses: x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)). */
function gelu(jax: Jax, x: Array_): Array_ {
  const cube = x.ref.mul(x.ref).mul(x.ref)
  const inner = x.ref.add(cube.mul(0.044715)).mul(2 * Math.sqrt(2 / Math.PI))
  return x.mul(sigmoid(jax, inner))
}
