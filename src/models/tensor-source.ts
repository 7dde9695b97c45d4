/** Named tensors of a file or of several, read one at a time: what is in memory is one tensor. */
export interface TensorSource {
  /** Names the file or folder in errors. */
  readonly where: string
  readonly tensors: ReadonlyMap<string, SourceTensor>
  /** Row-major. @throws BatonError for a name that is not there, or where the file has changed. */
  read(name: string): Promise<Float32Array>
  close(): Promise<void>
}

export interface SourceTensor {
  readonly shape: readonly number[]
  /** `F32`, `BF16`, `Q4_K`, ... as the file has it. */
  readonly storedType: string
}

export const countOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1)
