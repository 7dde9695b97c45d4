/** `ForwardBackwardRequest` in protobuf. Map keys are written in order, so that equal requests have equal bytes. */
import { int32Bytes, readInt32s, readTensor, writeTensor } from './arrays.ts'
import {
  bytesOf,
  doubleOf,
  integerOf,
  MessageWriter,
  mapEntry,
  readFields,
  textOf,
  type WireField,
} from './protobuf.ts'
import type { Chunk, Datum, ForwardBackwardRequest, TensorData } from './protocol.ts'
import { wireError } from './wire-error.ts'

const where = 'forward_backward request'

export function encodeForwardBackwardRequest(request: ForwardBackwardRequest): Uint8Array<ArrayBuffer> {
  const message = new MessageWriter().text(1, request.model_id).integer(2, request.seq_id)
  for (const datum of request.data) message.message(3, (into) => writeDatum(into, datum))
  message.text(4, request.loss_fn)
  for (const [key, value] of sortedEntries(request.loss_fn_config ?? {})) {
    message.message(5, (into) => into.text(1, key).double(2, value))
  }
  return message.integer(6, request.forward_only === true ? 1 : 0).finish()
}

/** @throws BatonError `wire-format`. */
export function decodeForwardBackwardRequest(bytes: Uint8Array): ForwardBackwardRequest {
  let modelId = ''
  let seqId = 0
  let lossFn = ''
  let isForwardOnly = false
  const data: Datum[] = []
  const config: [string, number][] = []
  for (const field of readFields(bytes, where)) {
    if (field.number === 1) modelId = textOf(field, where)
    else if (field.number === 2) seqId = integerOf(field, where)
    else if (field.number === 3) data.push(readDatum(bytesOf(field, where), `${where}, datum ${data.length}`))
    else if (field.number === 4) lossFn = textOf(field, where)
    else if (field.number === 5) config.push(readSetting(field))
    else if (field.number === 6) isForwardOnly = integerOf(field, where) !== 0
  }
  return {
    model_id: modelId,
    seq_id: seqId,
    data,
    loss_fn: lossFn,
    ...(config.length === 0 ? {} : { loss_fn_config: Object.fromEntries(config) }),
    ...(isForwardOnly ? { forward_only: true } : {}),
  }
}

function readSetting(field: WireField): [string, number] {
  const { key, value } = mapEntry(field, where)
  return [key, value === null ? 0 : doubleOf(value, where)]
}

export function sortedEntries<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
}

function writeDatum(message: MessageWriter, { model_input: input, loss_fn_inputs: inputs }: Datum): void {
  for (const chunk of input.chunks) message.message(1, (into) => writeChunk(into, chunk))
  for (const [key, tensor] of sortedEntries(inputs)) {
    message.message(2, (into) => into.text(1, key).message(2, (inner) => writeTensor(inner, tensor)))
  }
}

function writeChunk(message: MessageWriter, chunk: Chunk): void {
  switch (chunk.type) {
    case 'encoded_text':
      message.message(1, (text) => text.bytes(1, int32Bytes(chunk.tokens)))
      break
    case 'image':
      message.message(2, (image) => {
        image.bytes(1, chunk.data).text(2, chunk.format)
        if (chunk.expected_tokens !== undefined) image.optionalInteger(3, chunk.expected_tokens)
      })
      break
    default:
      chunk satisfies never
  }
}

function readDatum(bytes: Uint8Array, place: string): Datum {
  const chunks: Chunk[] = []
  const inputs: [string, TensorData][] = []
  for (const field of readFields(bytes, place)) {
    if (field.number === 1) chunks.push(readChunk(bytesOf(field, place), place))
    else if (field.number === 2) {
      const { key, value } = mapEntry(field, place)
      if (value === null) throw wireError(`${place}: input ${key} has no tensor`)
      inputs.push([key, readTensor(bytesOf(value, place), `${place}, ${key}`)])
    }
  }
  return { model_input: { chunks }, loss_fn_inputs: Object.fromEntries(inputs) }
}

function readChunk(bytes: Uint8Array, place: string): Chunk {
  const [field] = readFields(bytes, place).filter(({ number }) => number >= 1 && number <= 3)
  if (field === undefined || field.number === 3) throw wireError(`${place}: a chunk is neither text nor image`)
  const parts = readFields(bytesOf(field, place), place)
  if (field.number === 1) {
    const tokens = parts.find(({ number }) => number === 1)
    return {
      type: 'encoded_text',
      tokens: tokens === undefined ? new Int32Array(0) : readInt32s(bytesOf(tokens, place), place),
    }
  }
  const part = (number: number): WireField | undefined => parts.find((candidate) => candidate.number === number)
  const [data, format, expected] = [part(1), part(2), part(3)]
  return {
    type: 'image',
    data: data === undefined ? new Uint8Array(0) : new Uint8Array(bytesOf(data, place)),
    format: format === undefined ? '' : textOf(format, place),
    ...(expected === undefined ? {} : { expected_tokens: integerOf(expected, place) }),
  }
}
