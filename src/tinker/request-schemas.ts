/** Requests in JSON: what a server accepts, read into the protocol's objects. Unknown keys are let through unread. */
import { z } from 'zod'
import { checkShape } from './arrays.ts'
import type { Datum, ForwardBackwardRequest, TensorData } from './protocol.ts'
import { wireError } from './wire-error.ts'

const count = z.int().min(0)
const metadata = z.record(z.string(), z.unknown()).nullish()

export const createSessionRequest = z.object({
  tags: z.array(z.string()),
  user_metadata: metadata,
  sdk_version: z.string(),
  project_id: z.string().nullish(),
})

export const sessionHeartbeatRequest = z.object({ session_id: z.string() })

export const createSamplingSessionRequest = z.object({
  session_id: z.string(),
  sampling_session_seq_id: count,
  base_model: z.string().nullish(),
  model_path: z.string().nullish(),
})

export const createModelRequest = z.object({
  session_id: z.string(),
  model_seq_id: count,
  base_model: z.string(),
  user_metadata: metadata,
  lora_config: z.object({
    rank: count,
    seed: z.int().nullish(),
    train_unembed: z.boolean().default(true),
    train_mlp: z.boolean().default(true),
    train_attn: z.boolean().default(true),
  }),
})

/** Of `get_info` and `unload_model`. */
export const modelRequest = z.object({ model_id: z.string() })

const trainingOperation = { model_id: z.string(), seq_id: count }

export const optimStepRequest = z.object({
  ...trainingOperation,
  adam_params: z.object({
    learning_rate: z.number().default(1e-4),
    beta1: z.number().default(0.9),
    beta2: z.number().default(0.95),
    eps: z.number().default(1e-12),
    weight_decay: z.number().default(0),
    grad_clip_norm: z.number().min(0).default(0),
  }),
})

export const checkpointName = z.string().regex(/^[A-Za-z0-9_-]{1,255}$/, 'letters, digits, _ and -, at most 255')
const secondsToLive = z.int().positive().nullish()

export const saveWeightsRequest = z.object({
  ...trainingOperation,
  path: checkpointName,
  ttl_seconds: secondsToLive,
  overwrite: z.boolean().default(false),
})

export const saveWeightsForSamplerRequest = z.object({
  ...trainingOperation,
  path: checkpointName.nullish(),
  sampling_session_seq_id: count.nullish(),
  ttl_seconds: secondsToLive,
})

export const loadWeightsRequest = z.object({
  ...trainingOperation,
  path: z.string().min(1),
  optimizer: z.boolean(),
})

export const weightsInfoRequest = z.object({ tinker_path: z.string() })

export const retrieveFutureRequest = z.object({
  request_id: z.string(),
  allow_metadata_only: z.boolean().default(false),
})

const token = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)

const base64 = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')))

const chunk = z.discriminatedUnion('type', [
  z.object({ type: z.literal('encoded_text'), tokens: z.array(token) }),
  z.object({ type: z.literal('image'), data: base64, format: z.string(), expected_tokens: count.optional() }),
])

const modelInput = z.object({ chunks: z.array(chunk) })

export const sampleRequest = z.object({
  sampling_session_id: z.string().nullish(),
  base_model: z.string().nullish(),
  model_path: z.string().nullish(),
  seq_id: count.nullish(),
  num_samples: z.int().min(1).default(1),
  prompt: modelInput,
  sampling_params: z.object({
    max_tokens: z.int().min(1).nullish(),
    seed: z.int().nullish(),
    stop: z.union([z.array(token), z.array(z.string()), z.string()]).nullish(),
    temperature: z.number().min(0).default(1),
    top_k: z.int().default(-1),
    top_p: z.number().gt(0).max(1).default(1),
  }),
  prompt_logprobs: z.boolean().nullish(),
  topk_prompt_logprobs: count.default(0),
})

export const tensorSchema = z
  .object({
    data: z.array(z.number()),
    dtype: z.enum(['float32', 'int64']),
    shape: z.array(count).nullish(),
    sparse_crow_indices: z.array(count).nullish(),
    sparse_col_indices: z.array(count).nullish(),
  })
  .transform((tensor): TensorData => {
    const { shape, sparse_crow_indices: rows, sparse_col_indices: columns, ...rest } = tensor
    return {
      ...rest,
      ...(shape == null ? {} : { shape }),
      ...(rows == null ? {} : { sparse_crow_indices: rows }),
      ...(columns == null ? {} : { sparse_col_indices: columns }),
    }
  })

const datum = z.object({ model_input: modelInput, loss_fn_inputs: z.record(z.string(), tensorSchema) })

const learningInput = z.object({
  data: z.array(datum),
  loss_fn: z.string(),
  loss_fn_config: z.record(z.string(), z.number()).nullish(),
})

const forwardBackwardBody = z.object({ ...trainingOperation, forward_backward_input: learningInput })
const forwardBody = z.object({ ...trainingOperation, forward_input: learningInput })

/**
 * The JSON form of `/forward_backward`, or of `/forward`.
 * @throws BatonError `wire-format`, naming the first key that is wrong.
 */
export function parseForwardBackwardRequest(
  body: unknown,
  path: '/forward_backward' | '/forward',
): ForwardBackwardRequest {
  const isForward = path === '/forward'
  const { input, ...operation } = isForward ? forwardInput(body) : forwardBackwardInput(body)
  const { data, loss_fn, loss_fn_config: config } = input
  data.forEach((item, i) => {
    for (const [name, tensor] of Object.entries(item.loss_fn_inputs)) checkShape(tensor, `datum ${i}, ${name}`)
  })
  return {
    ...operation,
    data: data as readonly Datum[],
    loss_fn,
    ...(config == null ? {} : { loss_fn_config: config }),
    ...(isForward ? { forward_only: true } : {}),
  }
}

function forwardInput(body: unknown) {
  const { forward_input: input, ...operation } = parseBody(forwardBody, body, 'forward request')
  return { ...operation, input }
}

function forwardBackwardInput(body: unknown) {
  const { forward_backward_input: input, ...operation } = parseBody(
    forwardBackwardBody,
    body,
    'forward_backward request',
  )
  return { ...operation, input }
}

/** @throws BatonError `wire-format` that names the first key that is wrong; values are not repeated. */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown, where: string): z.output<T> {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const key = issue === undefined || issue.path.length === 0 ? 'the body' : issue.path.join('.')
  throw wireError(`${where}: ${key}: ${issue?.message ?? 'is not of the protocol'}`)
}
