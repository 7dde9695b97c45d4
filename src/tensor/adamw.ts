/**
 * AdamW (arXiv:1711.05101) over a list of tensors, as one graph. Decay is decoupled and applies to matrices, not to
 * vectors (norm gains).
 */
import type { numpy } from '@jax-js/jax'
import type { TensorFunction } from './backend.ts'
import { float32Tensor, type HostTensor, type TensorSpec } from './host-tensor.ts'
import type { Jax } from './trace.ts'

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

/** Inputs of `adamw` for parameters of the given shapes: parameters, gradients, first and second moments, scalars. */
export function adamwInputs(parameters: readonly TensorSpec[]): TensorSpec[] {
  return [...parameters, ...parameters, ...parameters, ...parameters, { dtype: 'float32', shape: [9] }]
}

/** Maps `adamwInputs` to new parameters, first moments and second moments. */
export function adamw(jax: Jax): TensorFunction {
  const { numpy: np } = jax
  return (...inputs) => {
    const scalars = inputs.at(-1) as numpy.Array
    const count = (inputs.length - 1) / 4
    const scalar = (index: number): numpy.Array => scalars.ref.slice(index)
    const part = (index: number): numpy.Array[] => inputs.slice(index * count, (index + 1) * count)
    const gradients = part(1).map((gradient) => gradient.mul(scalar(0)))
    const first = part(2).map((moment, i) => moment.mul(scalar(1)).add(must(gradients[i]).ref.mul(scalar(2))))
    const second = part(3).map((moment, i) => moment.mul(scalar(3)).add(np.square(must(gradients[i])).mul(scalar(4))))
    const updated = part(0).map((parameter, i) => {
      const denominator = np.sqrt(must(second[i]).ref.mul(scalar(6))).add(scalar(7))
      const update = must(first[i]).ref.mul(scalar(5)).div(denominator)
      const change = parameter.ndim > 1 ? update.add(parameter.ref.mul(scalar(8))) : update
      return parameter.sub(change)
    })
    scalars.dispose()
    return [...updated, ...first, ...second]
  }
}

function must(array: numpy.Array | undefined): numpy.Array {
  if (array === undefined) throw new Error('AdamW got tensor lists of different lengths')
  return array
}
