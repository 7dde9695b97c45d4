/** `SampleResponse` in protobuf. NaN stands for an undefined log-prob, (0, -99999) for an empty cell of the top k. */
import { float32Bytes, int32Bytes, readFloat32s, readInt32s } from './arrays.ts'
import { bytesOf, integerOf, MessageWriter, readFields, type WireField } from './protobuf.ts'
import type { SampledSequence, SampleResponse, TopToken } from './protocol.ts'
import { wireError } from './wire-error.ts'

const where = 'sample result'
const emptyLogprob = -99999

export function encodeSampleResponse(response: SampleResponse): Uint8Array<ArrayBuffer> {
  const message = new MessageWriter()
  for (const { stop_reason: reason, tokens, logprobs } of response.sequences) {
    message.message(1, (sequence) => {
      sequence.integer(1, reason === 'length' ? 1 : 0).bytes(2, int32Bytes(tokens))
      if (logprobs !== null) sequence.bytes(3, float32Bytes(logprobs))
    })
  }
  if (response.prompt_logprobs !== null) {
    message.bytes(2, float32Bytes(response.prompt_logprobs.map((value) => value ?? Number.NaN)))
  }
  const { topk_prompt_logprobs: table } = response
  if (table !== null) message.message(3, (into) => writeTable(into, table))
  return message.integer(4, response.prompt_cache_hit_tokens).finish()
}

function writeTable(message: MessageWriter, rows: readonly (readonly TopToken[] | null)[]): void {
  const k = rows.reduce((most, row) => Math.max(most, row?.length ?? 0), 1)
  const tokens = new Int32Array(rows.length * k)
  const logprobs = new Float32Array(rows.length * k).fill(emptyLogprob)
  rows.forEach((row, position) => {
    row?.forEach(([token, logprob], i) => {
      tokens[position * k + i] = token
      logprobs[position * k + i] = logprob
    })
  })
  message.bytes(1, int32Bytes(tokens)).bytes(2, float32Bytes(logprobs)).integer(3, k).integer(4, rows.length)
}

/** @throws BatonError `wire-format`. */
export function decodeSampleResponse(bytes: Uint8Array): SampleResponse {
  const sequences: SampledSequence[] = []
  let promptLogprobs: (number | null)[] | null = null
  let table: (TopToken[] | null)[] | null = null
  let cached = 0
  for (const field of readFields(bytes, where)) {
    if (field.number === 1) sequences.push(readSequence(bytesOf(field, where)))
    else if (field.number === 2) promptLogprobs = readPromptLogprobs(field)
    else if (field.number === 3) table = readTable(bytesOf(field, where))
    else if (field.number === 4) cached = integerOf(field, where)
  }
  return {
    sequences,
    prompt_logprobs: promptLogprobs,
    topk_prompt_logprobs: table,
    prompt_cache_hit_tokens: cached,
  }
}

function readPromptLogprobs(field: WireField): (number | null)[] | null {
  const values = Array.from(readFloat32s(bytesOf(field, where), where), (value) => (Number.isNaN(value) ? null : value))
  return values.length === 0 ? null : values
}

function readSequence(bytes: Uint8Array): SampledSequence {
  let reason = 0
  let tokens = new Int32Array(0)
  let logprobs: Float32Array | null = null
  for (const field of readFields(bytes, where)) {
    if (field.number === 1) reason = integerOf(field, where)
    else if (field.number === 2) tokens = Int32Array.from(readInt32s(bytesOf(field, where), where))
    else if (field.number === 3) logprobs = readFloat32s(bytesOf(field, where), where)
  }
  if (reason !== 0 && reason !== 1) throw wireError(`${where}: stop reason ${reason} is unknown`)
  if (logprobs !== null && logprobs.length === 0) logprobs = null
  if (logprobs !== null && logprobs.length !== tokens.length) {
    throw wireError(`${where}: ${logprobs.length} log-probs for ${tokens.length} tokens`)
  }
  return { stop_reason: reason === 1 ? 'length' : 'stop', tokens, logprobs }
}

function readTable(bytes: Uint8Array): (TopToken[] | null)[] {
  let tokens = new Int32Array(0)
  let logprobs = new Float32Array(0)
  let k = 0
  let rows = 0
  for (const field of readFields(bytes, where)) {
    if (field.number === 1) tokens = Int32Array.from(readInt32s(bytesOf(field, where), where))
    else if (field.number === 2) logprobs = Float32Array.from(readFloat32s(bytesOf(field, where), where))
    else if (field.number === 3) k = integerOf(field, where)
    else if (field.number === 4) rows = integerOf(field, where)
  }
  // Rows without cells would make a list out of nothing, as long as the message likes.
  const isWhole = (k >= 1 || rows === 0) && rows >= 0 && tokens.length === rows * k
  if (!isWhole || logprobs.length !== tokens.length) {
    throw wireError(`${where}: a table of ${rows} rows of ${k} has ${tokens.length} tokens`)
  }
  return Array.from({ length: rows }, (_, row) => {
    const cells = Array.from({ length: k }, (_, i): TopToken => {
      return [tokens[row * k + i] as number, logprobs[row * k + i] as number]
    }).filter(([token, logprob]) => token !== 0 || logprob !== emptyLogprob)
    return cells.length === 0 ? null : cells
  })
}
