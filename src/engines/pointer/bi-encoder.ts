/**
 * V1: query and candidates go through encoders of their own (linear, norm, ReLU, linear, norm); scores are
 * cosines over a temperature. A pick moves the query: w q + (1 - w) pick, with w learnt from 0.6.
 */
import type { numpy } from '@jax-js/jax'
import type { Jax } from '../../tensor/index.ts'
import type { BiEncoderArchitecture } from './architecture.ts'
import {
  affine,
  chosenAt,
  layerNorm,
  type NetworkInputs,
  normalised,
  type Parameter,
  stackSteps,
} from './network-inputs.ts'

type Array_ = numpy.Array

export function biEncoderScores(
  jax: Jax,
  { inputWidth: width, temperature }: BiEncoderArchitecture,
  { parameter, inputs }: { readonly parameter: Parameter; readonly inputs: NetworkInputs },
): Array_ {
  const { numpy: np } = jax
  const { queries, sequences, steps, poolSize } = inputs
  const encode = (x: Array_, name: string): Array_ => {
    const hidden = layerNorm(jax, parameter, { name: `${name}.1`, x: affine(jax, parameter, { name: `${name}.0`, x }) })
    const active = np.maximum(hidden, 0)
    return normalised(
      jax,
      layerNorm(jax, parameter, { name: `${name}.5`, x: affine(jax, parameter, { name: `${name}.4`, x: active }) }),
    )
  }
  const keys = encode(inputs.candidates.ref, 'cand_proj').reshape([queries, poolSize, width])
  const query = encode(inputs.query.ref, 'query_proj').reshape([queries, 1, width])
  let current = query.add(np.zeros([queries, sequences, width]))
  const turned = keys.ref.transpose([0, 2, 1])
  const scores: Array_[] = []
  for (let step = 0; step < steps; step++) {
    scores.push(np.matmul(current.ref, turned.ref).mul(1 / temperature))
    if (step === steps - 1) break
    const picked = np.matmul(chosenAt(inputs, step), keys.ref)
    const weight = parameter('query_update').reshape([1, 1, 1])
    current = normalised(jax, current.mul(weight.ref).add(picked.mul(weight.neg().add(1))))
  }
  return stackSteps(jax, scores)
}
