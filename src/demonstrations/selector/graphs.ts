/**
 * The compiled functions of a selector: scores and log-probs of given sequences, and one training step (loss, gradients,
 * clipping of their global norm and AdamW) as one graph.
 */
import type { numpy } from '@jax-js/jax'
import { adamw, type Jax, type TensorFunction, type TensorSpec } from '../../tensor/index.ts'
import { choices, leastShots, type SelectorArchitecture } from './architecture.ts'
import { networkScores } from './network.ts'
import type { BatchSizes, NetworkInputs } from './network-inputs.ts'
import { selectorParameterSpecs } from './parameters.ts'
import {
  allowedChoices,
  type StepDistribution,
  sequenceKl,
  sequenceLogprobs,
  stepDistribution,
} from './step-log-probs.ts'

type Array_ = numpy.Array

/** What a graph is compiled for. */
export interface GraphShape extends BatchSizes {
  readonly architecture: SelectorArchitecture
  /** Whether pools are padded to `poolSize`. */
  readonly hasPadding: boolean
  readonly hasDropout: boolean
}

export type LossKind =
  /** -sum of weights times sequence log-probs: supervised learning and RCE. */
  | { readonly kind: 'weighted'; readonly labelSmoothing: number }
  /** The clipped surrogate with the exact KL to a reference. */
  | { readonly kind: 'clipped' }

/** Width of dropout masks. */
export function dropoutWidth(architecture: SelectorArchitecture): number {
  return architecture.kind === 'pointer' ? architecture.hiddenWidth : architecture.inputWidth
}

/** Inputs of a batch, in order: query, candidates, chosen, valid?, two dropout masks?, two lists of rows?. */
export function batchInputs(shape: GraphShape): TensorSpec[] {
  const { architecture, queries: b, sequences: n, steps: s, poolSize: k, hasPadding, hasDropout } = shape
  const float = (...extents: number[]): TensorSpec => ({ dtype: 'float32', shape: extents })
  const width = dropoutWidth(architecture)
  return [
    float(b, architecture.inputWidth),
    float(b * k, architecture.inputWidth),
    float(b, n, s, choices(architecture, k)),
    ...(hasPadding ? [float(b, k)] : []),
    ...(hasDropout ? [float(b, width), float(b * k, width)] : []),
    ...(architecture.kind === 'language-model'
      ? [
          { dtype: 'int32', shape: [b * k] } as const,
          // A sequence of one pick reads no pick: one row stands there, unread.
          { dtype: 'int32', shape: [Math.max(1, b * n * (s - 1))] } as const,
        ]
      : []),
  ]
}

/** Takes the arrays of `batchInputs` from the front of `flat`. */
function takeBatch(shape: GraphShape, flat: Array_[]): NetworkInputs {
  const take = (): Array_ => {
    const array = flat.shift()
    if (array === undefined) throw new Error('a selector graph got too few inputs')
    return array
  }
  const { architecture, hasPadding, hasDropout, queries, sequences, steps, poolSize } = shape
  const [query, candidates, chosen] = [take(), take(), take()]
  return {
    queries,
    sequences,
    steps,
    poolSize,
    query,
    candidates,
    chosen,
    valid: hasPadding ? take() : null,
    dropout: hasDropout ? { query: take(), candidates: take() } : null,
    rows: architecture.kind === 'language-model' ? { pool: take(), picks: take() } : null,
  }
}

interface Scored {
  readonly scores: Array_
  readonly allowed: Array_
  readonly distribution: StepDistribution
  readonly logprobs: Array_
}

function score(jax: Jax, shape: GraphShape, parameters: readonly Array_[], inputs: NetworkInputs): Scored {
  const { architecture, poolSize } = shape
  const byName = new Map(selectorParameterSpecs(architecture).map(({ name }, i) => [name, parameters[i] as Array_]))
  const parameter = (name: string): Array_ => {
    const array = byName.get(name)
    if (array === undefined) throw new Error(`the selector has no tensor ${name}`)
    return array.ref
  }
  const scores = networkScores(jax, architecture, parameter, inputs)
  const limits = { valid: inputs.valid, poolSize, leastShots: leastShots(architecture) }
  const allowed = allowedChoices(jax, inputs.chosen, limits)
  const distribution = stepDistribution(jax, scores.ref, allowed)
  return { scores, allowed, distribution, logprobs: sequenceLogprobs(jax, distribution, inputs.chosen) }
}

/** Inputs of `scoreFunction`: all parameters, then the batch. */
export function selectorScoreInputs(shape: GraphShape): TensorSpec[] {
  return [...selectorParameterSpecs(shape.architecture), ...batchInputs(shape)]
}

/** Scores [B, N or 1, S or 1, C] (unmasked) and log-probs of the sequences [B, N]. */
export function selectorScoreFunction(jax: Jax, shape: GraphShape): TensorFunction {
  const count = selectorParameterSpecs(shape.architecture).length
  return (...flat) => {
    const parameters = flat.splice(0, count)
    const { scores, logprobs } = score(jax, shape, parameters, takeBatch(shape, flat))
    return [scores, logprobs]
  }
}

/** Indices of the parameters that are trained: those whose name does not begin with a frozen prefix. */
export function trainableIndices(architecture: SelectorArchitecture, frozen: readonly string[]): number[] {
  return selectorParameterSpecs(architecture).flatMap(({ name }, i) =>
    frozen.some((prefix) => name.startsWith(prefix)) ? [] : [i],
  )
}

export interface LearnShape extends GraphShape {
  readonly loss: LossKind
  readonly trainable: readonly number[]
}

/** Shape of the scores that the reference gives, as `scoreFunction` returns them. */
export function referenceSpec(
  { architecture, queries, sequences, steps, poolSize }: GraphShape,
  isStatic: boolean,
): TensorSpec {
  const columns = choices(architecture, poolSize)
  return { dtype: 'float32', shape: isStatic ? [queries, 1, 1, columns] : [queries, sequences, steps, columns] }
}

/**
 * Inputs of the loss: for `weighted` the weights [B, N]; for `clipped` weights, advantages and old log-probs, each
 * [B, N], scores of the reference, and three numbers: KL coefficient, lowest and highest ratio.
 */
function lossInputs(shape: LearnShape, isStatic: boolean): TensorSpec[] {
  const perSequence: TensorSpec = { dtype: 'float32', shape: [shape.queries, shape.sequences] }
  if (shape.loss.kind === 'weighted') return [perSequence]
  return [perSequence, perSequence, perSequence, referenceSpec(shape, isStatic), { dtype: 'float32', shape: [3] }]
}

/**
 * @returns the loss (a number) and per sequence log-probs and KL, each [B, N].
 */
function lossOf(
  jax: Jax,
  shape: LearnShape,
  parameters: readonly Array_[],
  rest: Array_[],
): { loss: Array_; logprobs: Array_; kl: Array_ } {
  const { numpy: np } = jax
  const inputs = takeBatch(shape, rest)
  const { allowed, distribution, logprobs } = score(jax, shape, parameters, inputs)
  const take = (): Array_ => rest.shift() as Array_
  const weights = take()
  if (shape.loss.kind === 'weighted') {
    const { labelSmoothing } = shape.loss
    const target =
      labelSmoothing === 0
        ? logprobs.ref
        : logprobs.ref.mul(1 - labelSmoothing).add(evenLogprobs(jax, distribution, allowed, inputs).mul(labelSmoothing))
    return { loss: target.mul(weights).sum().neg(), logprobs, kl: logprobs.ref.mul(0) }
  }
  const [advantages, old, referenceScores, numbers] = [take(), take(), take(), take()]
  const number = (index: number): Array_ => numbers.ref.slice([index, index + 1]).reshape([1, 1])
  const ratio = np.exp(logprobs.ref.sub(old))
  const clipped = np.minimum(np.maximum(ratio.ref, number(1)), number(2))
  const surrogate = np.minimum(ratio.mul(advantages.ref), clipped.mul(advantages))
  const kl = sequenceKl(jax, distribution, stepDistribution(jax, referenceScores, allowed), inputs.chosen)
  const perSequence = kl.ref.mul(number(0)).sub(surrogate)
  return { loss: perSequence.mul(weights).sum(), logprobs, kl }
}

/** Mean log-prob of a step's allowed choices, summed over a sequence's steps: what smoothed labels add. */
function evenLogprobs(jax: Jax, { logprobs }: StepDistribution, allowed: Array_, { chosen }: NetworkInputs): Array_ {
  const { numpy: np } = jax
  const mean = np.sum(logprobs.ref.mul(allowed.ref), -1).div(np.sum(allowed.ref, -1))
  return np.sum(mean.mul(np.sum(chosen.ref, -1)), -1)
}

/** Inputs of `learnFunction`: all parameters, both moments of the trained ones, batch, loss inputs, Adam's nine numbers, the greatest gradient norm. */
export function learnInputs(shape: LearnShape, isStatic: boolean): TensorSpec[] {
  const specs = selectorParameterSpecs(shape.architecture)
  const trained = shape.trainable.map((i) => specs[i] as TensorSpec)
  const number = (count: number): TensorSpec => ({ dtype: 'float32', shape: [count] })
  return [...specs, ...trained, ...trained, ...batchInputs(shape), ...lossInputs(shape, isStatic), number(9), number(1)]
}

/** Loss and gradient norm (before clipping), log-probs and KL [B, N]; then the trained parameters and both moments. */
export function learnFunction(jax: Jax, shape: LearnShape): TensorFunction {
  const { numpy: np } = jax
  const all = selectorParameterSpecs(shape.architecture).length
  const { trainable } = shape
  return (...flat) => {
    const parameters = flat.splice(0, all)
    const moments = flat.splice(0, 2 * trainable.length)
    const [adamNumbers, limit] = flat.splice(-2) as [Array_, Array_]
    const { loss, logprobs, kl, gradients } = lossAndGradients(jax, shape, parameters, flat)
    const squares = gradients.map((gradient) => {
      const flatGradient = gradient.ref.reshape([1, gradient.size])
      return np.matmul(flatGradient.ref, flatGradient.transpose()).sum()
    })
    const norm = np.sqrt(squares.reduce((sum, square) => sum.add(square)).add(1e-24)).reshape([1])
    // Clipping is the factor that AdamW takes first.
    const scale = np.minimum(limit.div(norm.ref), 1)
    const numbers = np.concatenate([scale, adamNumbers.slice([1, 9])], 0)
    const trained = trainable.map((i) => (parameters[i] as Array_).ref)
    return [loss.reshape([1]), norm, logprobs, kl, ...adamw(jax)(...trained, ...gradients, ...moments, numbers)]
  }
}

/** Inputs of `gradientFunction`: all parameters, batch, loss inputs. */
export function selectorGradientInputs(shape: LearnShape, isStatic: boolean): TensorSpec[] {
  return [...selectorParameterSpecs(shape.architecture), ...batchInputs(shape), ...lossInputs(shape, isStatic)]
}

/** Loss, log-probs and KL [B, N], then the gradients of the trained parameters: what the tests look at. */
export function selectorGradientFunction(jax: Jax, shape: LearnShape): TensorFunction {
  const all = selectorParameterSpecs(shape.architecture).length
  return (...flat) => {
    const parameters = flat.splice(0, all)
    const { loss, logprobs, kl, gradients } = lossAndGradients(jax, shape, parameters, flat)
    return [loss.reshape([1]), logprobs, kl, ...gradients]
  }
}

function lossAndGradients(
  jax: Jax,
  shape: LearnShape,
  parameters: readonly Array_[],
  rest: Array_[],
): { loss: Array_; logprobs: Array_; kl: Array_; gradients: Array_[] } {
  const objective = (trained: Array_[]): [Array_, [Array_, Array_]] => {
    const mixed = [...parameters]
    shape.trainable.forEach((index, i) => {
      mixed[index] = trained[i] as Array_
    })
    const { loss, logprobs, kl } = lossOf(jax, shape, mixed, [...rest])
    return [loss, [logprobs, kl]]
  }
  const trained = shape.trainable.map((i) => (parameters[i] as Array_).ref)
  const [[loss, [logprobs, kl]], gradients] = jax.valueAndGrad(objective, { hasAux: true })(trained) as unknown as [
    [Array_, [Array_, Array_]],
    Array_[],
  ]
  return { loss, logprobs, kl, gradients }
}
