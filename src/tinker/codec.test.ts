/** Laws of the codecs: what is written is read back; what is cut off or made up ends in a typed error. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BatonError } from '../core/failure.ts'
import {
  type Datum,
  decodeForwardBackwardOutput,
  decodeForwardBackwardRequest,
  decodeSampleResponse,
  encodeForwardBackwardOutput,
  encodeForwardBackwardRequest,
  encodeSampleResponse,
  type ForwardBackwardOutput,
  type ForwardBackwardRequest,
  forwardBackwardOutputText,
  forwardBackwardRequestText,
  parseForwardBackwardOutput,
  parseForwardBackwardRequest,
  parseSampleResponse,
  type SampleResponse,
  sampleResponseText,
  type TensorData,
} from './index.ts'

const runs = { numRuns: 150 }

// --- what stands on the wire, typed arrays as the decoders give them -------------------------------------------------

const name = fc
  .string({ minLength: 1, maxLength: 6, unit: fc.constantFrom(...'abcxyz_:') })
  .filter((text) => text !== '__proto__')
const token = fc.integer({ min: 0, max: 2 ** 31 - 1 })
const float32 = fc.float({ noNaN: true, noDefaultInfinity: true })
const numbers = fc.array(float32, { maxLength: 6 }).map((list) => Float32Array.from(list))

const floatTensor = numbers.map((data): TensorData => ({ dtype: 'float32', data, shape: [data.length] }))
const intTensor = fc
  .array(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), { maxLength: 6 })
  .map((list): TensorData => ({ dtype: 'int64', data: Float64Array.from(list), shape: [list.length] }))

const chunk = fc.oneof(
  fc.array(token, { maxLength: 6 }).map((list) => ({ type: 'encoded_text' as const, tokens: Int32Array.from(list) })),
  fc.record({
    type: fc.constant('image' as const),
    data: fc.uint8Array({ maxLength: 9 }),
    format: fc.constantFrom('png', 'jpeg'),
    expected_tokens: fc.nat({ max: 4000 }),
  }),
)

const datum: fc.Arbitrary<Datum> = fc.record({
  model_input: fc.record({ chunks: fc.array(chunk, { maxLength: 3 }) }),
  loss_fn_inputs: fc.dictionary(name, fc.oneof(floatTensor, intTensor), { maxKeys: 3, noNullPrototype: true }),
})

const request: fc.Arbitrary<ForwardBackwardRequest> = fc
  .record({
    model_id: fc.string(),
    seq_id: fc.nat(),
    data: fc.array(datum, { maxLength: 3 }),
    loss_fn: fc.constantFrom('ppo', 'cross_entropy'),
    config: fc.dictionary(name, fc.double({ noNaN: true, noDefaultInfinity: true }), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    isForwardOnly: fc.boolean(),
  })
  .map(({ config, isForwardOnly, ...rest }) => ({
    ...rest,
    ...(Object.keys(config).length === 0 ? {} : { loss_fn_config: config }),
    ...(isForwardOnly ? { forward_only: true } : {}),
  }))

const output: fc.Arbitrary<ForwardBackwardOutput> = fc.record({
  loss_fn_output_type: fc.constantFrom('TorchLossReturn', ''),
  loss_fn_outputs: fc.array(
    floatTensor.map((logprobs) => ({ logprobs })),
    { maxLength: 4 },
  ),
  metrics: fc.dictionary(name, fc.double({ noNaN: true, noDefaultInfinity: true }), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
})

const sequence = fc.array(fc.tuple(token, float32), { minLength: 1, maxLength: 5 }).chain((pairs) =>
  fc.record({
    stop_reason: fc.constantFrom('stop' as const, 'length' as const),
    tokens: fc.constant(Int32Array.from(pairs, ([id]) => id)),
    logprobs: fc.constantFrom(
      Float32Array.from(pairs, ([, logprob]) => logprob),
      null,
    ),
  }),
)

const response: fc.Arbitrary<SampleResponse> = fc.record({
  sequences: fc.array(sequence, { maxLength: 3 }),
  prompt_logprobs: fc.oneof(
    fc.constant(null),
    fc.array(fc.oneof(fc.constant(null), float32), { minLength: 1, maxLength: 5 }),
  ),
  topk_prompt_logprobs: fc.constantFrom(null, [null, [[7, -0.5] as const, [8, -1] as const], [[9, -0.75] as const]]),
  prompt_cache_hit_tokens: fc.nat({ max: 5000 }),
})

/** Typed arrays as lists, for comparing what JSON gives with what protobuf gives; -0 as 0, which JSON does not tell apart. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return value + 0
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array, plain)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}

// --- there and back --------------------------------------------------------------------------------------------------

test('protobuf gives back every request, result and sample', () => {
  fc.assert(
    fc.property(request, (value) =>
      assert.deepEqual(plain(decodeForwardBackwardRequest(encodeForwardBackwardRequest(value))), plain(value)),
    ),
    runs,
  )
  fc.assert(
    fc.property(output, (value) =>
      assert.deepEqual(plain(decodeForwardBackwardOutput(encodeForwardBackwardOutput(value))), plain(value)),
    ),
    runs,
  )
  fc.assert(
    fc.property(response, (value) =>
      assert.deepEqual(plain(decodeSampleResponse(encodeSampleResponse(value))), plain(value)),
    ),
    runs,
  )
})

test('JSON gives back every request, result and sample', () => {
  fc.assert(
    fc.property(request, (value) => {
      const path = value.forward_only === true ? '/forward' : '/forward_backward'
      assert.deepEqual(
        plain(parseForwardBackwardRequest(JSON.parse(forwardBackwardRequestText(value)), path)),
        plain(value),
      )
    }),
    runs,
  )
  fc.assert(
    fc.property(output, (value) =>
      assert.deepEqual(plain(parseForwardBackwardOutput(JSON.parse(forwardBackwardOutputText(value)))), plain(value)),
    ),
    runs,
  )
  fc.assert(
    fc.property(response, (value) =>
      assert.deepEqual(plain(parseSampleResponse(JSON.parse(sampleResponseText(value)))), plain(value)),
    ),
    runs,
  )
})

test('fields that are not known are skipped, wherever they stand', () => {
  const unknown = Buffer.from('9a060548656c6c6f', 'hex')
  fc.assert(
    fc.property(response, (value) => {
      const bytes = encodeSampleResponse(value)
      assert.deepEqual(decodeSampleResponse(Buffer.concat([unknown, bytes, unknown])), decodeSampleResponse(bytes))
    }),
    runs,
  )
})

// --- cut off and made up ---------------------------------------------------------------------------------------------

const decoders = [decodeForwardBackwardRequest, decodeForwardBackwardOutput, decodeSampleResponse] as const

/** Whatever the bytes: a value, or an error with a code. */
function readsOrRefuses(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  try {
    decode(bytes)
  } catch (error) {
    assert.ok(error instanceof BatonError, String(error))
    assert.equal(error.code, 'wire-format')
  }
}

test('bytes that mean nothing are refused with a typed error', () => {
  for (const decode of decoders) {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => readsOrRefuses(decode, bytes)),
      { numRuns: 1500 },
    )
  }
})

test('a message that is cut off or has one byte changed is read or refused with a typed error', () => {
  const whole = fc.oneof(
    request.map((value) => [decodeForwardBackwardRequest, encodeForwardBackwardRequest(value)] as const),
    output.map((value) => [decodeForwardBackwardOutput, encodeForwardBackwardOutput(value)] as const),
    response.map((value) => [decodeSampleResponse, encodeSampleResponse(value)] as const),
  )
  fc.assert(
    fc.property(whole, fc.nat(), fc.nat({ max: 255 }), ([decode, bytes], place, byte) => {
      readsOrRefuses(decode, bytes.subarray(0, place % (bytes.length + 1)))
      const changed = Uint8Array.from(bytes)
      if (changed.length > 0) changed[place % changed.length] = byte
      readsOrRefuses(decode, changed)
    }),
    { numRuns: 800 },
  )
})

test('a message that ends within a field is refused', () => {
  const bytes = encodeSampleResponse({
    sequences: [{ stop_reason: 'stop', tokens: [1, 2, 3], logprobs: [-1, -2, -3] }],
    prompt_logprobs: null,
    topk_prompt_logprobs: null,
    prompt_cache_hit_tokens: 0,
  })
  for (let length = 1; length < bytes.length; length++) {
    assert.throws(() => decodeSampleResponse(bytes.subarray(0, length)), { code: 'wire-format' }, `${length} bytes`)
  }
})

test('a few bytes cannot ask for much memory', () => {
  // A table of 2^31 rows of 0 cells; a record of 2^40 datums without fields.
  assert.throws(() => decodeSampleResponse(Buffer.from('1a0620ffffffff07', 'hex')), { code: 'wire-format' })
  assert.throws(() => decodeForwardBackwardOutput(Buffer.from('12071880808080808020', 'hex').subarray(0, 9)), {
    code: 'wire-format',
  })
})

test('JSON that is not of the protocol is refused with the key that is wrong', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const parse of [parseForwardBackwardOutput, parseSampleResponse])
        readsOrRefuses(() => parse(value), new Uint8Array())
      readsOrRefuses(() => parseForwardBackwardRequest(value, '/forward_backward'), new Uint8Array())
    }),
    runs,
  )
  assert.throws(
    () => parseSampleResponse({ sequences: [{ stop_reason: 'stop', tokens: [1, 2], logprobs: [-1] }] }),
    /1 log-probs for 2 tokens/,
  )
  assert.throws(() => parseSampleResponse({ sequences: 7 }), /sequences/)
})

test('numbers that are not finite are refused before they become null in JSON', () => {
  const bad = (value: number): ForwardBackwardRequest => ({
    model_id: 'm',
    seq_id: 1,
    loss_fn: 'cross_entropy',
    data: [{ model_input: { chunks: [] }, loss_fn_inputs: { weights: { dtype: 'float32', data: [value] } } }],
  })
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => forwardBackwardRequestText(bad(value)), { code: 'wire-format' })
  }
  assert.doesNotThrow(() => forwardBackwardRequestText(bad(1)))
})
