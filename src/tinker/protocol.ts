/**
 * The objects of the Tinker protocol by the protocol's own names, as JSON carries them; the protobuf codecs read and
 * write the same objects. Optional keys are left out, never null, except where a reply says null.
 * Covers what training and sampling need; leaves out telemetry, publishing, archives and access tokens.
 */

/** All paths are under this one. */
export const apiPrefix = '/api/v1'

/** Media types of bodies. */
export const jsonType = 'application/json'
export const protobufType = 'application/x-protobuf'

/** The version of the SDK whose protocol this is; sent as `sdk_version`. */
export const sdkVersion = '0.25.0'

/** Metrics that Baton's own server adds to the protocol's; other servers may lack them. */
export const entropyMetric = 'entropy:mean'
export const gradNormMetric = 'grad_norm'
/** 0 where a gradient was not finite and the step was left out, 1 otherwise. */
export const isAppliedMetric = 'is_applied'
/** Optimizer steps that the model has taken, its loaded checkpoint's included. */
export const stepMetric = 'step'

// --- content -------------------------------------------------------------------------------------------------------

export type DataType = 'float32' | 'int64'

export interface TensorData {
  /** Row-major. */
  readonly data: ArrayLike<number>
  readonly dtype: DataType
  readonly shape?: readonly number[] | undefined
  /** Compressed sparse rows of a 2-D tensor; `data` are then its values. */
  readonly sparse_crow_indices?: ArrayLike<number> | undefined
  readonly sparse_col_indices?: ArrayLike<number> | undefined
}

export interface TextChunk {
  readonly type: 'encoded_text'
  readonly tokens: ArrayLike<number>
}

export interface ImageChunk {
  readonly type: 'image'
  /** The image file; base64 in JSON. */
  readonly data: Uint8Array
  readonly format: string
  readonly expected_tokens?: number | undefined
}

export type Chunk = TextChunk | ImageChunk

export interface ModelInput {
  readonly chunks: readonly Chunk[]
}

/** Position i of every 1-D input belongs to the token that input position i predicts. */
export interface Datum {
  readonly model_input: ModelInput
  readonly loss_fn_inputs: Readonly<Record<string, TensorData>>
}

// --- sessions and models -------------------------------------------------------------------------------------------

export interface ServerCapabilities {
  readonly supported_models: readonly {
    readonly model_name?: string | null | undefined
    readonly max_context_length?: number | null | undefined
  }[]
}

export interface ClientConfigRequest {
  readonly sdk_version: string
}

/** Feature flags; all may be absent. */
export interface ClientConfig {
  readonly pjwt_auth_enabled?: boolean | undefined
  readonly parallel_fwdbwd_chunks?: boolean | undefined
  readonly fwdbwd_max_chunk_len?: number | undefined
  readonly fwdbwd_max_chunk_bytes_count?: number | undefined
  readonly sample_max_concurrent_requests?: number | undefined
}

export interface CreateSessionRequest {
  readonly tags: readonly string[]
  readonly user_metadata?: Readonly<Record<string, unknown>> | null | undefined
  readonly sdk_version: string
  readonly project_id?: string | null | undefined
}

export interface CreateSessionReply {
  readonly session_id: string
  readonly info_message?: string | null | undefined
  readonly warning_message?: string | null | undefined
  readonly error_message?: string | null | undefined
}

export interface SessionHeartbeatRequest {
  readonly session_id: string
}

export interface CreateSamplingSessionRequest {
  readonly session_id: string
  readonly sampling_session_seq_id: number
  /** One of the two. */
  readonly base_model?: string | null | undefined
  readonly model_path?: string | null | undefined
}

export interface CreateSamplingSessionReply {
  readonly sampling_session_id: string
}

export interface LoraConfig {
  /** 0: the whole model is trained, where the server can. */
  readonly rank: number
  readonly seed?: number | null | undefined
  readonly train_unembed?: boolean | undefined
  readonly train_mlp?: boolean | undefined
  readonly train_attn?: boolean | undefined
}

export interface CreateModelRequest {
  readonly session_id: string
  /** 0, 1, 2, ... within the session. */
  readonly model_seq_id: number
  readonly base_model: string
  readonly user_metadata?: Readonly<Record<string, unknown>> | null | undefined
  readonly lora_config: LoraConfig
}

export interface CreateModelReply {
  readonly model_id: string
}

export interface ModelRequest {
  readonly model_id: string
}

export interface GetInfoReply {
  readonly model_id: string
  readonly model_data: {
    readonly arch?: string | null | undefined
    readonly model_name?: string | null | undefined
    readonly tokenizer_id?: string | null | undefined
  }
  readonly is_lora?: boolean | null | undefined
  readonly lora_rank?: number | null | undefined
  readonly model_name?: string | null | undefined
}

// --- training ------------------------------------------------------------------------------------------------------

/** In JSON, `data`, `loss_fn` and `loss_fn_config` are in `forward_backward_input` (`forward_input` at `/forward`). */
export interface ForwardBackwardRequest {
  readonly model_id: string
  /** 1, 2, 3, ... over all training operations of a model. */
  readonly seq_id: number
  readonly data: readonly Datum[]
  readonly loss_fn: string
  readonly loss_fn_config?: Readonly<Record<string, number>> | undefined
  readonly forward_only?: boolean | undefined
}

export interface ForwardBackwardOutput {
  readonly loss_fn_output_type: string
  /** One a datum. */
  readonly loss_fn_outputs: readonly Readonly<Record<string, TensorData>>[]
  readonly metrics: Readonly<Record<string, number>>
}

export interface AdamParams {
  readonly learning_rate: number
  readonly beta1: number
  readonly beta2: number
  readonly eps: number
  readonly weight_decay: number
  /** 0 is off. */
  readonly grad_clip_norm: number
}

export interface OptimStepRequest {
  readonly model_id: string
  readonly seq_id: number
  readonly adam_params: AdamParams
}

export interface OptimStepReply {
  readonly metrics?: Readonly<Record<string, number>> | null | undefined
}

export interface SaveWeightsRequest {
  readonly model_id: string
  readonly seq_id: number
  /** A name: letters, digits, `_` and `-`. */
  readonly path: string
  readonly ttl_seconds?: number | null | undefined
  readonly overwrite?: boolean | undefined
}

export interface SaveWeightsReply {
  readonly path: string
}

/** With a `path` a named checkpoint; with a `sampling_session_seq_id` a sampling session of these weights. */
export interface SaveWeightsForSamplerRequest {
  readonly model_id: string
  readonly seq_id: number
  readonly path?: string | null | undefined
  readonly sampling_session_seq_id?: number | null | undefined
  readonly ttl_seconds?: number | null | undefined
}

export interface SaveWeightsForSamplerReply {
  readonly path?: string | null | undefined
  readonly sampling_session_id?: string | null | undefined
}

export interface LoadWeightsRequest {
  readonly model_id: string
  readonly seq_id: number
  /** `tinker://<run>/weights/<name>`, opaque to the client. */
  readonly path: string
  /** Whether the optimizer's state is loaded too. */
  readonly optimizer: boolean
}

export interface WeightsInfoRequest {
  readonly tinker_path: string
}

export interface WeightsInfoReply {
  readonly base_model: string
  readonly is_lora: boolean
  readonly lora_rank?: number | null | undefined
}

// --- sampling ------------------------------------------------------------------------------------------------------

export interface SamplingParams {
  readonly max_tokens?: number | null | undefined
  readonly seed?: number | null | undefined
  /** Token ids or texts, not both. */
  readonly stop?: readonly number[] | readonly string[] | string | null | undefined
  readonly temperature: number
  /** -1 is off. */
  readonly top_k: number
  readonly top_p: number
}

export interface SampleRequestBody {
  readonly sampling_session_id?: string | null | undefined
  readonly base_model?: string | null | undefined
  readonly model_path?: string | null | undefined
  /** 0, 1, 2, ... within the sampling session: a key, not an order. */
  readonly seq_id?: number | null | undefined
  readonly num_samples: number
  readonly prompt: ModelInput
  readonly sampling_params: SamplingParams
  readonly prompt_logprobs?: boolean | null | undefined
  readonly topk_prompt_logprobs?: number | undefined
}

export type StopReason = 'stop' | 'length'

export interface SampledSequence {
  readonly stop_reason: StopReason
  readonly tokens: ArrayLike<number>
  /** One a token; null where the server gave none. */
  readonly logprobs: ArrayLike<number> | null
}

/** [token, log-prob], likeliest first. */
export type TopToken = readonly [number, number]

export interface SampleResponse {
  readonly sequences: readonly SampledSequence[]
  /** One a prompt token; null where undefined (the first). */
  readonly prompt_logprobs: readonly (number | null)[] | null
  readonly topk_prompt_logprobs: readonly (readonly TopToken[] | null)[] | null
  readonly prompt_cache_hit_tokens: number
}

// --- futures -------------------------------------------------------------------------------------------------------

export interface UntypedFuture {
  readonly request_id: string
  readonly model_id?: string | null | undefined
}

export interface RetrieveFutureRequest {
  readonly request_id: string
  readonly allow_metadata_only?: boolean | undefined
}

export type QueueState = 'active' | 'paused_capacity' | 'paused_rate_limit'

export interface TryAgainReply {
  readonly type: 'try_again'
  readonly request_id: string
  readonly queue_state: string
  readonly queue_state_reason?: string | null | undefined
}

/** Case differs between servers. */
export type FailureCategory = 'unknown' | 'server' | 'user'

export interface RequestFailedReply {
  readonly error: string
  readonly category: string
}
