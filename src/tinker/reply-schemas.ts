/**
 * Replies in JSON: what a client accepts. Only what is read is asked for; unknown keys are let through, and what one
 * server leaves out that another sends is optional.
 */
import { z } from 'zod'
import { checkShape } from './arrays.ts'
import type { ForwardBackwardOutput, SampleResponse } from './protocol.ts'
import { parseBody, tensorSchema } from './request-schemas.ts'
import { wireError } from './wire-error.ts'

const text = z.string().nullish()
/** Servers without a number for a metric send null. */
const metrics = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((record): Record<string, number> => {
    const numbers = Object.entries(record ?? {}).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    )
    return Object.fromEntries(numbers)
  })

export const serverCapabilitiesReply = z.object({
  supported_models: z.array(z.object({ model_name: text, max_context_length: z.number().nullish() })),
})

export const clientConfigReply = z.object({
  pjwt_auth_enabled: z.boolean().optional(),
  parallel_fwdbwd_chunks: z.boolean().optional(),
  fwdbwd_max_chunk_len: z.int().positive().optional(),
  fwdbwd_max_chunk_bytes_count: z.int().positive().optional(),
  sample_max_concurrent_requests: z.int().positive().optional(),
})

export const createSessionReply = z.object({
  session_id: z.string(),
  info_message: text,
  warning_message: text,
  error_message: text,
})

export const createSamplingSessionReply = z.object({ sampling_session_id: z.string() })
export const createModelReply = z.object({ model_id: z.string() })

export const getInfoReply = z.object({
  model_id: z.string(),
  model_data: z.object({ arch: text, model_name: text, tokenizer_id: text }),
  is_lora: z.boolean().nullish(),
  lora_rank: z.number().nullish(),
  model_name: text,
})

export const optimStepReply = z.object({ metrics })
export const saveWeightsReply = z.object({ path: z.string() })
export const saveWeightsForSamplerReply = z.object({ path: text, sampling_session_id: text })
/** The answer to every operation that is waited for: `{request_id}`. */
export const untypedFuture = z.object({ request_id: z.string(), model_id: text })

const forwardBackwardReply = z.object({
  loss_fn_output_type: z.string().default(''),
  loss_fn_outputs: z.array(z.record(z.string(), tensorSchema)),
  metrics,
})

/** @throws BatonError `wire-format`. */
export function parseForwardBackwardOutput(body: unknown): ForwardBackwardOutput {
  const output = parseBody(forwardBackwardReply, body, 'forward_backward result')
  output.loss_fn_outputs.forEach((record, i) => {
    for (const [name, tensor] of Object.entries(record))
      checkShape(tensor, `forward_backward result, datum ${i}, ${name}`)
  })
  return output
}

const sampleReply = z.object({
  sequences: z.array(
    z.object({
      stop_reason: z.enum(['stop', 'length']),
      tokens: z.array(z.int()),
      logprobs: z.array(z.number()).nullish(),
    }),
  ),
  prompt_logprobs: z.array(z.number().nullable()).nullish(),
  topk_prompt_logprobs: z.array(z.array(z.tuple([z.int(), z.number()])).nullable()).nullish(),
  prompt_cache_hit_tokens: z.int().default(0),
})

/** @throws BatonError `wire-format`. */
export function parseSampleResponse(body: unknown): SampleResponse {
  const reply = parseBody(sampleReply, body, 'sample result')
  return {
    sequences: reply.sequences.map(({ stop_reason, tokens, logprobs }) => {
      const list = logprobs == null || (logprobs.length === 0 && tokens.length > 0) ? null : logprobs
      if (list !== null && list.length !== tokens.length) {
        throw wireError(`sample result: ${list.length} log-probs for ${tokens.length} tokens`)
      }
      return { stop_reason, tokens, logprobs: list }
    }),
    prompt_logprobs: reply.prompt_logprobs ?? null,
    topk_prompt_logprobs: reply.topk_prompt_logprobs ?? null,
    prompt_cache_hit_tokens: reply.prompt_cache_hit_tokens,
  }
}
