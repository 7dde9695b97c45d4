/**
 * The Llama-layout decoder as jax-js functions: RMSNorm before each part, rotary positions, grouped attention, SwiGLU.
 * Sequences are padded on the right: a real position then never sees padding (the mask is causal) and counts from 0.
 * What is traced here is compiled; nothing runs eagerly.
 */
import type { numpy } from '@jax-js/jax'
import { type ModelConfig, ropeFrequencies } from '../../models/index.ts'
import {
  attention,
  type Jax,
  linear,
  maskedScore,
  type Projection,
  rmsNorm,
  rotaryTable,
  rotate,
  swiglu,
  type TensorFunction,
  type TensorSpec,
  trainedGradients,
} from '../../tensor/index.ts'
import { type LayerParameters, type LlamaParameters, parameterSpecs, structured } from './parameters.ts'

type Array_ = numpy.Array

/** Sizes of one compiled training or scoring graph. */
export interface SequenceShape {
  /** Sequences B. */
  readonly rows: number
  /** Input tokens T of each, padding included. */
  readonly length: number
  /** First position whose next token is scored; S = length - from positions are. */
  readonly from: number
  /** Distinct masks M of allowed tokens; 0: every token is allowed everywhere. */
  readonly masks: number
}

/** Keys and values of every layer, each [B, K, T, size]. */
export type KeyValues = { readonly k: Array_; readonly v: Array_ }[]

const sqrtOf = (x: number): number => Math.sqrt(x)

/** cos and sin for positions 0 to length - 1, each [length, size / 2]. */
function positionTable(jax: Jax, config: ModelConfig, length: number): { cos: Array_; sin: Array_ } {
  const size = config.headSize
  const table = rotaryTable(
    Array.from({ length }, (_, i) => i),
    ropeFrequencies(config.rope, size),
  )
  const asArray = (data: Float32Array): Array_ =>
    jax.numpy.array(data as Float32Array<ArrayBuffer>).reshape([length, size / 2])
  return { cos: asArray(table.cos), sin: asArray(table.sin) }
}

function causalMask(jax: Jax, length: number): Array_ {
  const mask = Float32Array.from({ length: length * length }, (_, i) =>
    i % length > Math.floor(i / length) ? maskedScore : 0,
  )
  return jax.numpy.array(mask).reshape([length, length])
}

/**
 * Hidden states before the final norm.
 * @param tokens int32 [B, T]; consumed. The parameters are not.
 * @param collect gets the keys and values of every layer, where given.
 * @returns [B, T, D]
 */
export function hiddenStates(
  jax: Jax,
  config: ModelConfig,
  {
    parameters,
    tokens,
    collect,
  }: { readonly parameters: LlamaParameters<Array_>; readonly tokens: Array_; readonly collect?: KeyValues },
): Array_ {
  const [rows, length] = tokens.shape as [number, number]
  const width = config.hiddenSize
  const mask = causalMask(jax, length)
  const table = positionTable(jax, config, length)
  let x = parameters.embedding.ref.slice(tokens).reshape([rows * length, width])
  for (const layer of parameters.layers) {
    const normed = rmsNorm(jax, x.ref, { gain: layer.attentionNorm.ref, epsilon: config.normEpsilon })
    const { q, k, v } = queryKeyValue(jax, config, { layer, x: normed })
    const heads = (array: Array_): Array_ => {
      const size = config.headSize
      return array.reshape([rows, length, array.shape[1] as number, size]).transpose([0, 2, 1, 3])
    }
    const turned = (array: Array_): Array_ => rotate(jax, heads(array), table.cos.ref, table.sin.ref)
    const keys = turned(k)
    const values = heads(v)
    collect?.push({ k: keys.ref, v: values.ref })
    const attended = groupedAttention(jax, config, { q: turned(q), keys, values, mask: mask.ref })
    x = x.add(linear(jax, attended.reshape([rows * length, width]), layer.o.ref))
    x = x.add(feedForward(jax, config, { layer, x: x.ref }))
  }
  mask.dispose()
  table.cos.dispose()
  table.sin.dispose()
  return x.reshape([rows, length, width])
}

/** Projections of normed states [N, D]: q [N, H, size] (scaled by 1/sqrt(size)), k and v [N, K, size]. Consumes `x`. */
export function queryKeyValue(
  jax: Jax,
  config: ModelConfig,
  {
    layer,
    x,
    project = linear,
  }: { readonly layer: LayerParameters<Array_>; readonly x: Array_; readonly project?: Projection | undefined },
): { q: Array_; k: Array_; v: Array_ } {
  const size = config.headSize
  const count = x.shape[0] as number
  const heads = (weight: Array_): Array_ =>
    project(jax, x.ref, weight).reshape([count, (weight.shape[0] as number) / size, size])
  const projected = {
    q: heads(layer.q.ref).mul(1 / sqrtOf(size)),
    k: heads(layer.k.ref),
    v: heads(layer.v.ref),
  }
  x.dispose()
  return projected
}

/** The second half of a layer, without the residual. Consumes `x` [N, D]. */
export function feedForward(
  jax: Jax,
  config: ModelConfig,
  {
    layer,
    x,
    project = linear,
  }: { readonly layer: LayerParameters<Array_>; readonly x: Array_; readonly project?: Projection | undefined },
): Array_ {
  const normed = rmsNorm(jax, x, { gain: layer.mlpNorm.ref, epsilon: config.normEpsilon })
  return swiglu(jax, normed, { weights: { gate: layer.gate.ref, up: layer.up.ref, down: layer.down.ref }, project })
}

/** Attention with query heads [B, H, T, size] grouped over key heads [B, K, T, size]; returns [B, T, H, size]. */
function groupedAttention(
  jax: Jax,
  config: ModelConfig,
  {
    q,
    keys,
    values,
    mask,
  }: { readonly q: Array_; readonly keys: Array_; readonly values: Array_; readonly mask: Array_ },
): Array_ {
  const [rows, heads, length, size] = q.shape as [number, number, number, number]
  const keyHeads = config.keyValueHeads
  const shared = (array: Array_): Array_ => array.reshape([rows, keyHeads, 1, length, size])
  const grouped = q.reshape([rows, keyHeads, heads / keyHeads, length, size])
  const attended = attention(jax, grouped, { k: shared(keys), v: shared(values), mask })
  return attended.reshape([rows, heads, length, size]).transpose([0, 2, 1, 3])
}

/** What is added to the logits of each position: a table [M, V] and the row [N] of each. */
export interface LogitMask<T> {
  readonly table: T
  readonly rows: T
}

/**
 * log-probs of the targets and entropies of the next-token distribution, in nats.
 * The target's logit is taken as a product with its own row of the head, so that no pass over [N, V] is spent on it.
 * @param states [N, D] before the final norm; consumed. @param targets int32 [N]; consumed.
 * @param mask what is not allowed, where something is not; consumed. It must allow the targets.
 * @returns each [N]; the entropy carries no gradient.
 */
function scoreTargets(
  jax: Jax,
  config: ModelConfig,
  {
    parameters,
    states,
    targets,
    mask,
  }: {
    readonly parameters: LlamaParameters<Array_>
    readonly states: Array_
    readonly targets: Array_
    readonly mask: LogitMask<Array_> | null
  },
): { logprobs: Array_; entropies: Array_ } {
  const { numpy: np, lax } = jax
  const normed = rmsNorm(jax, states, { gain: parameters.finalNorm.ref, epsilon: config.normEpsilon })
  const free = linear(jax, normed.ref, parameters.head.ref)
  const logits = mask === null ? free : free.add(lax.stopGradient(mask.table.slice(mask.rows)))
  const peak = lax.stopGradient(np.max(logits.ref, -1, { keepdims: true }))
  const shifted = logits.sub(peak.ref)
  const exponentials = np.exp(shifted.ref)
  const total = np.sum(exponentials.ref, -1)
  const logTotal = np.log(total.ref)
  const targetLogits = np.sum(normed.mul(parameters.head.ref.slice(targets)), -1)
  const logprobs = targetLogits.sub(peak.reshape([peak.shape[0] as number])).sub(logTotal.ref)
  const mean = np.sum(lax.stopGradient(exponentials).mul(lax.stopGradient(shifted)), -1)
  const entropies = lax.stopGradient(logTotal).sub(mean.mul(np.reciprocal(lax.stopGradient(total))))
  return { logprobs, entropies }
}

interface ScoreArguments {
  readonly flat: readonly Array_[]
  readonly tokens: Array_
  readonly targets: Array_
  readonly mask: LogitMask<Array_> | null
}

function score(
  jax: Jax,
  config: ModelConfig,
  { flat, tokens, targets, mask }: ScoreArguments,
): { logprobs: Array_; entropies: Array_ } {
  const parameters = structured(config, flat)
  const [rows, length] = tokens.shape as [number, number]
  const scored = (targets.shape[0] as number) / rows
  const states = hiddenStates(jax, config, { parameters, tokens })
  const tail = scored === length ? states : states.slice([], [length - scored, length])
  return scoreTargets(jax, config, {
    parameters,
    states: tail.reshape([rows * scored, config.hiddenSize]),
    targets,
    mask,
  })
}

/** Inputs of `scoreFunction`: parameters, tokens [B, T], targets [B * S]; of a masked one then table [M, V] and rows [B * S]. */
export function scoreInputs(config: ModelConfig, { rows, length, from, masks }: SequenceShape): TensorSpec[] {
  const scored = rows * (length - from)
  return [
    ...parameterSpecs(config),
    { dtype: 'int32', shape: [rows, length] },
    { dtype: 'int32', shape: [scored] },
    ...(masks === 0
      ? []
      : ([
          { dtype: 'float32', shape: [masks, config.vocabularySize] },
          { dtype: 'int32', shape: [scored] },
        ] as const)),
  ]
}

/** Takes the inputs behind the parameters off the list. */
function takeBatch(inputs: Array_[], { masks }: SequenceShape): Omit<ScoreArguments, 'flat'> {
  if (masks === 0) {
    const [tokens, targets] = inputs.splice(-2) as [Array_, Array_]
    return { tokens, targets, mask: null }
  }
  const [tokens, targets, table, rows] = inputs.splice(-4) as [Array_, Array_, Array_, Array_]
  return { tokens, targets, mask: { table, rows } }
}

/** log-probs [B * S] and entropies [B * S]. */
export function scoreFunction(jax: Jax, config: ModelConfig, shape: SequenceShape): TensorFunction {
  return (...inputs) => {
    const batch = takeBatch(inputs, shape)
    const { logprobs, entropies } = score(jax, config, { flat: inputs, ...batch })
    return [logprobs, entropies]
  }
}

/** Inputs of `gradientFunction`: those of `scoreFunction`, then weights [B * S]. */
export function gradientInputs(config: ModelConfig, shape: SequenceShape): TensorSpec[] {
  return [...scoreInputs(config, shape), { dtype: 'float32', shape: [shape.rows * (shape.length - shape.from)] }]
}

/** log-probs [B * S], entropies [B * S], then the gradient of sum(weights * log-probs) for every parameter. */
export function gradientFunction(jax: Jax, config: ModelConfig, shape: SequenceShape): TensorFunction {
  return (...inputs) => {
    const weights = inputs.pop() as Array_
    const batch = takeBatch(inputs, shape)
    const everything = inputs.map((_, i) => i)
    const { others, gradients } = trainedGradients(jax, inputs, {
      trained: everything,
      objective: (flat) => {
        const { logprobs, entropies } = score(jax, config, { flat, ...batch })
        return [logprobs.ref.mul(weights).sum(), [logprobs, entropies]]
      },
    })
    return [...others, ...gradients]
  }
}
