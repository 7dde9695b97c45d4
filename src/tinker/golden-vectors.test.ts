/** Bytes made with the official SDK's encoder, read and written here. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  decodeForwardBackwardOutput,
  decodeForwardBackwardRequest,
  decodeSampleResponse,
  encodeForwardBackwardOutput,
  encodeForwardBackwardRequest,
  encodeSampleResponse,
  type ForwardBackwardOutput,
  type ForwardBackwardRequest,
  type SampleResponse,
} from './index.ts'

type GoldenName =
  | 'fwdbwd_request_hex'
  | 'forward_only_request_hex'
  | 'fwdbwd_output_hex'
  | 'fwdbwd_output_bf16_hex'
  | 'sample_response_hex'

const golden = JSON.parse(readFileSync(new URL('./testing/golden-vectors.json', import.meta.url), 'utf8')) as Record<
  GoldenName,
  string
>
const bytesOf = (name: GoldenName): Uint8Array => new Uint8Array(Buffer.from(golden[name], 'hex'))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const request: ForwardBackwardRequest = {
  model_id: 'sess:train:0',
  seq_id: 1,
  data: [
    {
      model_input: { chunks: [{ type: 'encoded_text', tokens: Int32Array.of(1, 2, 3) }] },
      loss_fn_inputs: {
        advantages: { dtype: 'float32', data: Float32Array.of(0, 1, 1), shape: [3] },
        logprobs: { dtype: 'float32', data: Float32Array.of(0, -0.5, -1.25), shape: [3] },
        target_tokens: { dtype: 'int64', data: Float64Array.of(2, 3, 151645), shape: [3] },
      },
    },
  ],
  loss_fn: 'ppo',
  loss_fn_config: { clip_high_threshold: 1.2, clip_low_threshold: 0.8 },
}

const output: ForwardBackwardOutput = {
  loss_fn_output_type: 'TorchLossReturn',
  loss_fn_outputs: [
    { logprobs: { dtype: 'float32', data: Float32Array.of(-0.25, -0.5), shape: [2] } },
    { logprobs: { dtype: 'float32', data: Float32Array.of(-1), shape: [1] } },
  ],
  metrics: { 'loss:sum': -3.5 },
}

const sampled: SampleResponse = {
  sequences: [
    { stop_reason: 'stop', tokens: Int32Array.of(9707, 151645), logprobs: Float32Array.of(-0.125, -0.0625) },
    { stop_reason: 'length', tokens: Int32Array.of(5), logprobs: Float32Array.of(-2) },
  ],
  prompt_logprobs: [null, -0.5, -1.5],
  topk_prompt_logprobs: [
    null,
    [
      [7, -0.5],
      [8, -1],
    ],
    [[9, -0.75]],
  ],
  prompt_cache_hit_tokens: 2,
}

test('a forward_backward request has the bytes of the SDK, and they read as it', () => {
  assert.equal(hex(encodeForwardBackwardRequest(request)), golden.fwdbwd_request_hex)
  assert.deepEqual(decodeForwardBackwardRequest(bytesOf('fwdbwd_request_hex')), request)
})

test('a request without gradient has the bytes of the SDK, and they read as it', () => {
  const forward = { ...request, forward_only: true }
  assert.equal(hex(encodeForwardBackwardRequest(forward)), golden.forward_only_request_hex)
  assert.deepEqual(decodeForwardBackwardRequest(bytesOf('forward_only_request_hex')), forward)
})

test('a forward_backward result has the bytes of the SDK, and they read as it', () => {
  assert.equal(hex(encodeForwardBackwardOutput(output)), golden.fwdbwd_output_hex)
  assert.deepEqual(decodeForwardBackwardOutput(bytesOf('fwdbwd_output_hex')), output)
})

test('log-probs in bfloat16 read as float32', () => {
  const { loss_fn_outputs: outputs } = decodeForwardBackwardOutput(bytesOf('fwdbwd_output_bf16_hex'))
  assert.deepEqual(outputs, [{ logprobs: { dtype: 'float32', data: Float32Array.of(-0.5, -1), shape: [2] } }])
})

test('a sample result has the bytes of the SDK, and they read as it', () => {
  assert.equal(hex(encodeSampleResponse(sampled)), golden.sample_response_hex)
  assert.deepEqual(decodeSampleResponse(bytesOf('sample_response_hex')), sampled)
})
