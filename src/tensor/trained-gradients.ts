/** Gradients of an objective in some of its parameters: the others are frozen and enter as constants. */
import type { numpy } from '@jax-js/jax'
import type { Jax } from './trace.ts'

type Array_ = numpy.Array

/**
 * Value and gradients of one traced objective.
 * @param parameters all, in order; consumed.
 * @param trained indices of those that are differentiated.
 * @param objective maps all parameters to a number and to arrays that come along; consumes neither.
 * @returns what came along, then one gradient a trained parameter.
 */
export function trainedGradients(
  jax: Jax,
  parameters: readonly Array_[],
  {
    trained,
    objective,
  }: {
    readonly trained: readonly number[]
    readonly objective: (parameters: Array_[]) => [total: Array_, others: Array_[]]
  },
): { readonly others: Array_[]; readonly gradients: Array_[] } {
  const ofTrained = (moving: Array_[]): [Array_, Array_[]] => {
    const mixed = [...parameters]
    trained.forEach((index, i) => {
      mixed[index] = moving[i] as Array_
    })
    return objective(mixed)
  }
  const [[total, others], gradients] = jax.valueAndGrad(ofTrained, { hasAux: true })(
    trained.map((i) => (parameters[i] as Array_).ref),
  ) as unknown as [[Array_, Array_[]], Array_[]]
  total.dispose()
  return { others, gradients }
}
