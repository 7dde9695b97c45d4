/** The adapter that is trained instead of the weights of the embedded policy. */
import { z } from 'zod'

const targets = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const

export const loraSection = z
  .strictObject({
    rank: z
      .int()
      .min(0)
      .max(1024)
      .default(0)
      .describe(
        'Rank of the adapter; 0 trains all weights. 8 to 32 for a language model, whose base then stays as it is: Llama, Qwen2, Qwen3 and Gemma 3.',
      ),
    alpha: z.number().positive().max(65536).default(32).describe('The adapter is scaled by alpha / rank.'),
    targets: z
      .array(z.enum(targets))
      .min(1)
      .default([...targets])
      .describe('The matrices that are adapted, in every layer.'),
    dropout: z.literal(0).default(0).describe('There is none: the policy trained is the one sampled.'),
  })
  .prefault({})
  .describe('LoRA adapter of the policy. Read with `engine: embedded`.')
