/**
 * AdamW (arXiv:1711.05101) over one vector that holds all parameters, as one graph. Decay is decoupled; `decays` says by
 * 1 or 0 which numbers it applies to.
 */
import type { numpy } from '@jax-js/jax'
import type { TensorFunction } from './backend.ts'
import { float32Tensor, type HostTensor, type TensorSpec } from './host-tensor.ts'
import type { Jax } from './trace.ts'

type Array_ = numpy.Array

export interface AdamwSettings {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  /** What gradients are multiplied with first: the clipping of their global norm. */
  readonly gradientScale: number
  /** Number of this step, from 1. */
  readonly step: number
}

/** The settings as the graph's last input. */
export function adamwScalars(settings: AdamwSettings): HostTensor {
  const { beta1, beta2, step } = settings
  const scalars = [
    settings.gradientScale,
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    settings.learningRate / (1 - beta1 ** step),
    1 / (1 - beta2 ** step),
    settings.epsilon,
    settings.learningRate * settings.weightDecay,
  ]
  return float32Tensor(Float32Array.from(scalars), [scalars.length])
}

/** Inputs of `adamw` for n numbers: parameters, gradients, first and second moments, decays, each [n], then scalars. */
export function adamwInputs(count: number): TensorSpec[] {
  const numbers: TensorSpec = { dtype: 'float32', shape: [count] }
  return [numbers, numbers, numbers, numbers, numbers, { dtype: 'float32', shape: [9] }]
}

/** Maps `adamwInputs` to new parameters, first moments and second moments. */
export function adamw(jax: Jax): TensorFunction {
  const { numpy: np } = jax
  return (...inputs) => {
    const [parameters, raw, first, second, decays, scalars] = inputs as [Array_, Array_, Array_, Array_, Array_, Array_]
    const scalar = (index: number): Array_ => scalars.ref.slice(index)
    const gradients = raw.mul(scalar(0))
    const newFirst = first.mul(scalar(1)).add(gradients.ref.mul(scalar(2)))
    const newSecond = second.mul(scalar(3)).add(np.square(gradients).mul(scalar(4)))
    const denominator = np.sqrt(newSecond.ref.mul(scalar(6))).add(scalar(7))
    const update = newFirst.ref.mul(scalar(5)).div(denominator)
    const decay = parameters.ref.mul(scalar(8)).mul(decays)
    scalars.dispose()
    return [parameters.sub(update.add(decay)), newFirst, newSecond]
  }
}
