/** Float32 to Q8_0: blocks of 32 with one float16 scale, after ggml's reference (`quantize_row_q8_0_ref`). */

const blockSize = 32
const blockBytes = 34

/** @param values a multiple of 32. */
export function quantiseQ8(values: Float32Array): Uint8Array {
  const blocks = values.length / blockSize
  const bytes = new Uint8Array(blocks * blockBytes)
  const view = new DataView(bytes.buffer)
  for (let block = 0; block < blocks; block++) {
    let most = 0
    for (let i = 0; i < blockSize; i++) most = Math.max(most, Math.abs(values[block * blockSize + i] as number))
    const scale = Math.fround(most / 127)
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale)
    view.setFloat16(block * blockBytes, scale, true)
    for (let i = 0; i < blockSize; i++) {
      const scaled = Math.fround((values[block * blockSize + i] as number) * inverse)
      // C's roundf: halves away from zero.
      view.setInt8(block * blockBytes + 2 + i, Math.sign(scaled) * Math.floor(Math.abs(scaled) + 0.5))
    }
  }
  return bytes
}
