/** Programs that are given, in the place of a policy. */
import type { PolicySampler, Tokenizer } from '../engines/index.ts'

/** @param programs one a request, in the order of the requests. */
export function fixedPolicy(programs: readonly string[], tokenizer: Tokenizer): PolicySampler {
  return {
    sample: async (requests) =>
      requests.map(({ count }, i) => {
        const tokens = [...tokenizer.encode(programs[i] ?? ''), tokenizer.endOfTextId]
        const completion = { tokens, logprobs: tokens.map(() => 0), stopReason: 'stop' } as const
        return Array.from({ length: count }, () => completion)
      }),
    logprobs: async (sequences) => sequences.map(({ completion }) => new Float32Array(completion.length)),
  }
}
