/** Rates of rotary positions (arXiv:2104.09864), with the scalings that make a trained context longer. */

/** `llama3`: long waves are stretched by `factor`, short ones are not, with a ramp in between (Llama 3.1). */
export type RopeScaling =
  | { readonly kind: 'linear'; readonly factor: number }
  | {
      readonly kind: 'llama3'
      readonly factor: number
      readonly lowFrequencyFactor: number
      readonly highFrequencyFactor: number
      /** Context of the training before it was stretched, in tokens. */
      readonly originalContextLength: number
    }

export interface Rope {
  readonly theta: number
  readonly scaling: RopeScaling | null
}

/** Radians a position, shape [headSize / 2]: theta^(-2i / headSize), scaled. */
export function ropeFrequencies({ theta, scaling }: Rope, headSize: number): number[] {
  const half = headSize / 2
  const plain = Array.from({ length: half }, (_, i) => theta ** (-i / half))
  if (scaling === null) return plain
  if (scaling.kind === 'linear') return plain.map((frequency) => frequency / scaling.factor)
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalContextLength } = scaling
  return plain.map((frequency) => {
    const turns = (originalContextLength * frequency) / (2 * Math.PI)
    const share = Math.min(1, Math.max(0, (turns - low) / (high - low)))
    return share * frequency + (1 - share) * (frequency / factor)
  })
}
