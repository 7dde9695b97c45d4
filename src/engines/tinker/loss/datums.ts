/**
 * Sequences as the protocol wants them: of the whole sequence s the input is s[0..n-1) and position i is for token
 * s[i + 1]. Numbers of completion tokens are laid out accordingly; prompt positions get 0.
 */

import type { Datum, ForwardBackwardOutput, TensorData } from '../../../tinker/index.ts'
import type { TokenSequence } from '../../policy-engine.ts'

/** Per-token numbers of a completion, by the protocol's name of the input. */
export type TokenNumbers = Readonly<Record<string, ArrayLike<number>>>

export function datumOf({ prompt, completion }: TokenSequence, numbers: TokenNumbers): Datum {
  const length = prompt.length + completion.length - 1
  const input = new Int32Array(length)
  const targets = new Int32Array(length)
  input.set(prompt.slice(0, length))
  input.set(completion.slice(0, length - prompt.length), prompt.length)
  targets.set(prompt.slice(1))
  targets.set(completion, prompt.length - 1)
  const placed = Object.entries(numbers).map(([name, values]): [string, TensorData] => {
    const data = new Float32Array(length)
    data.set(values, prompt.length - 1)
    return [name, { dtype: 'float32', data, shape: [length] }]
  })
  return {
    model_input: { chunks: [{ type: 'encoded_text', tokens: input }] },
    loss_fn_inputs: {
      target_tokens: { dtype: 'int64', data: targets, shape: [length] },
      ...Object.fromEntries(placed),
    },
  }
}

/**
 * The log-probs of each completion out of those of all positions.
 * @throws RangeError where the server gave too few or none.
 */
export function completionLogprobs(
  sequences: readonly TokenSequence[],
  { loss_fn_outputs: outputs }: ForwardBackwardOutput,
): Float32Array[] {
  if (outputs.length !== sequences.length) {
    throw new RangeError(`${outputs.length} outputs for ${sequences.length} sequences`)
  }
  return sequences.map(({ prompt, completion }, i) => {
    const data = outputs[i]?.['logprobs']?.data
    const start = prompt.length - 1
    // Some servers pad to the longest of a batch.
    if (data === undefined || data.length < start + completion.length) {
      throw new RangeError(
        `sequence ${i} has ${data?.length ?? 'no'} log-probs for ${start + completion.length} positions`,
      )
    }
    return Float32Array.from({ length: completion.length }, (_, t) => data[start + t] as number)
  })
}
