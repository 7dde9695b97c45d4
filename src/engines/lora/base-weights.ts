/** The frozen weights of a model: read tensor by tensor, shared by all that computes with them. */
import {
  checkLayout,
  type ExpectedTensor,
  type ModelConfig,
  modelTensors,
  openModelWeights,
} from '../../models/index.ts'
import {
  type DeviceTensor,
  float32Tensor,
  type InputTensor,
  int8Matrix,
  type TensorBackend,
} from '../../tensor/index.ts'

export interface BaseWeights {
  /** [V, D] */
  readonly embedding: DeviceTensor
  /** The tensors of each layer in the order of `LayerTensors`. */
  readonly layers: readonly (readonly InputTensor[])[]
  readonly finalNorm: DeviceTensor
  /** [V, D]; the embedding itself where they are tied. */
  readonly head: DeviceTensor
}

/** How the matrices of the layers are kept; embedding, head and norms are always float32. */
export type BasePrecision = 'float32' | 'int8'

/** @throws BatonError where the folder's tensors do not fit the configuration. */
export async function readBase(
  backend: TensorBackend,
  config: ModelConfig,
  { folder, precision }: { readonly folder: string; readonly precision: BasePrecision },
): Promise<BaseWeights> {
  const source = await openModelWeights(folder)
  try {
    checkLayout(config, source)
    const whole = async ({ name, shape }: ExpectedTensor): Promise<DeviceTensor> =>
      backend.place(float32Tensor(await source.read(name), shape))
    const kept = async (tensor: ExpectedTensor): Promise<InputTensor> => {
      if (precision === 'float32' || tensor.shape.length !== 2) return whole(tensor)
      return int8Matrix(float32Tensor(await source.read(tensor.name), tensor.shape))
    }
    const names = modelTensors(config)
    const embedding = await whole(names.embedding)
    const layers: InputTensor[][] = []
    for (const layer of names.layers) {
      const tensors: InputTensor[] = []
      for (const tensor of Object.values(layer) as ExpectedTensor[]) tensors.push(await kept(tensor))
      layers.push(tensors)
    }
    const finalNorm = await whole(names.finalNorm)
    return { embedding, layers, finalNorm, head: names.head === undefined ? embedding : await whole(names.head) }
  } finally {
    await source.close()
  }
}
