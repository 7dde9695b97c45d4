/** The frozen weights of a model: read tensor by tensor, shared by all that computes with them. */
import { type ModelConfig, modelTensors } from '../../models/index.ts'
import {
  type DeviceTensor,
  type HostTensor,
  type InputTensor,
  int8Matrix,
  type TensorBackend,
} from '../../tensor/index.ts'

export interface BaseWeights {
  /** [V, D] */
  readonly embedding: DeviceTensor
  /** The tensors of each layer in the order of `layerSpecs`. */
  readonly layers: readonly (readonly InputTensor[])[]
  readonly finalNorm: DeviceTensor
  /** [V, D]; the embedding itself where they are tied. */
  readonly head: DeviceTensor
}

/** How the matrices of the layers are kept; embedding, head and norms are always float32. */
export type BasePrecision = 'float32' | 'int8'

/** `read` gives a tensor by its name, in its shape. */
export function placeBase(
  backend: TensorBackend,
  config: ModelConfig,
  { precision, read }: { readonly precision: BasePrecision; readonly read: (name: string) => HostTensor },
): BaseWeights {
  const placeSmall = ({ name, shape }: { readonly name: string; readonly shape: readonly number[] }): InputTensor => {
    const tensor = read(name)
    return precision === 'int8' && shape.length === 2 ? int8Matrix(tensor) : backend.place(tensor)
  }
  const place = ({ name }: { readonly name: string }): DeviceTensor => backend.place(read(name))
  const names = modelTensors(config)
  const embedding = place(names.embedding)
  return {
    embedding,
    layers: names.layers.map((layer) => Object.values(layer).map(placeSmall)),
    finalNorm: place(names.finalNorm),
    head: names.head === undefined ? embedding : place(names.head),
  }
}
