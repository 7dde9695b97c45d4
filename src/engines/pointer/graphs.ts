/** The compiled functions of a selector: scores and log-probs of given picks, and the gradient of their weighted sum. */
import type { numpy } from '@jax-js/jax'
import { type Jax, type TensorFunction, type TensorSpec, trainedGradients } from '../../tensor/index.ts'
import { choices, leastShots, type SelectorArchitecture } from './architecture.ts'
import type { BatchSizes, NetworkInputs } from './network-inputs.ts'
import { selectorParameterSpecs } from './parameters.ts'
import { networkScores } from './selector-network.ts'
import { allowedChoices, pickLogprobs, stepDistribution, stepEntropies } from './step-log-probs.ts'

type Array_ = numpy.Array

/** What a graph is compiled for. */
export interface GraphShape extends BatchSizes {
  readonly architecture: SelectorArchitecture
  /** Whether pools are padded to `poolSize`. */
  readonly hasPadding: boolean
}

/** Inputs of a batch, in order: query, candidates, chosen, valid?, two lists of rows?. */
function batchInputs(shape: GraphShape): TensorSpec[] {
  const { architecture, queries: b, sequences: n, steps: s, poolSize: k, hasPadding } = shape
  const float = (...extents: number[]): TensorSpec => ({ dtype: 'float32', shape: extents })
  return [
    float(b, architecture.inputWidth),
    float(b * k, architecture.inputWidth),
    float(b, n, s, choices(architecture, k)),
    ...(hasPadding ? [float(b, k)] : []),
    ...(architecture.kind === 'language-model'
      ? [
          { dtype: 'int32', shape: [b * k] } as const,
          // A sequence of one pick reads no pick: one unused row is there.
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
  const { architecture, hasPadding, queries, sequences, steps, poolSize } = shape
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
    rows: architecture.kind === 'language-model' ? { pool: take(), picks: take() } : null,
  }
}

interface Scored {
  /** [B, N or 1, S or 1, C], unmasked. */
  readonly scores: Array_
  /** [B, N, S] of the picks. */
  readonly logprobs: Array_
  /** [B, N, S] of what could be picked. */
  readonly entropies: Array_
}

function score(
  jax: Jax,
  shape: GraphShape,
  { parameters, inputs }: { readonly parameters: readonly Array_[]; readonly inputs: NetworkInputs },
): Scored {
  const { architecture, poolSize } = shape
  const byName = new Map(selectorParameterSpecs(architecture).map(({ name }, i) => [name, parameters[i] as Array_]))
  const parameter = (name: string): Array_ => {
    const array = byName.get(name)
    if (array === undefined) throw new Error(`the selector has no tensor ${name}`)
    return array.ref
  }
  const scores = networkScores(jax, architecture, { parameter, inputs })
  const limits = { valid: inputs.valid, poolSize, leastShots: leastShots(architecture) }
  const allowed = allowedChoices(jax, inputs.chosen, limits)
  const distribution = stepDistribution(jax, scores.ref, allowed)
  return {
    scores,
    logprobs: pickLogprobs(jax, distribution, inputs.chosen),
    entropies: stepEntropies(jax, distribution),
  }
}

/** Inputs of `pickScoreFunction`: all parameters, then the batch. */
export function pickScoreInputs(shape: GraphShape): TensorSpec[] {
  return [...selectorParameterSpecs(shape.architecture), ...batchInputs(shape)]
}

/** Scores [B, N or 1, S or 1, C] (unmasked), log-probs of the picks and entropies, both [B, N, S]. */
export function pickScoreFunction(jax: Jax, shape: GraphShape): TensorFunction {
  const count = selectorParameterSpecs(shape.architecture).length
  return (...flat) => {
    const parameters = flat.splice(0, count)
    const { scores, logprobs, entropies } = score(jax, shape, { parameters, inputs: takeBatch(shape, flat) })
    return [scores, logprobs, entropies]
  }
}

/** Inputs of `pickGradientFunction`: those of `pickScoreFunction`, then weights [B, N, S]. */
export function pickGradientInputs(shape: GraphShape): TensorSpec[] {
  const { queries, sequences, steps } = shape
  return [...pickScoreInputs(shape), { dtype: 'float32', shape: [queries, sequences, steps] }]
}

/** Log-probs and entropies [B, N, S], then the gradient of sum(weights * log-probs) for every trained parameter. */
export function pickGradientFunction(jax: Jax, shape: GraphShape, trained: readonly number[]): TensorFunction {
  const count = selectorParameterSpecs(shape.architecture).length
  return (...flat) => {
    const parameters = flat.splice(0, count)
    const weights = flat.pop() as Array_
    const { others, gradients } = trainedGradients(jax, parameters, {
      trained,
      objective: (mixed) => {
        const { logprobs, entropies } = score(jax, shape, { parameters: mixed, inputs: takeBatch(shape, [...flat]) })
        return [logprobs.ref.mul(weights).sum(), [logprobs, entropies]]
      },
    })
    return [...others, ...gradients]
  }
}

/** Indices of the parameters that are trained: those whose name does not begin with a frozen prefix. */
export function trainableIndices(architecture: SelectorArchitecture, frozen: readonly string[]): number[] {
  return selectorParameterSpecs(architecture).flatMap(({ name }, i) =>
    frozen.some((prefix) => name.startsWith(prefix)) ? [] : [i],
  )
}
