/** The frozen weights of a model: read tensor by tensor, shared by all that computes with them. */
import { type ModelConfig, modelTensors } from '../../models/index.ts'
import type { DeviceTensor, HostTensor, TensorBackend } from '../../tensor/index.ts'

export interface BaseWeights {
  /** [V, D] */
  readonly embedding: DeviceTensor
  /** The tensors of each layer in the order of `layerSpecs`. */
  readonly layers: readonly (readonly DeviceTensor[])[]
  readonly finalNorm: DeviceTensor
  /** [V, D]; the embedding itself where they are tied. */
  readonly head: DeviceTensor
}

/** @param read gives a tensor by its name, in its shape. */
export function placeBase(
  backend: TensorBackend,
  config: ModelConfig,
  read: (name: string) => HostTensor,
): BaseWeights {
  const place = ({ name }: { readonly name: string }): DeviceTensor => backend.place(read(name))
  const names = modelTensors(config)
  const embedding = place(names.embedding)
  return {
    embedding,
    layers: names.layers.map((layer) => Object.values(layer).map(place)),
    finalNorm: place(names.finalNorm),
    head: names.head === undefined ? embedding : place(names.head),
  }
}
