/**
 * `ForwardBackwardOutput` in protobuf: the outputs of the datums are column-wise in records, each field one run of
 * bytes with the byte offsets of its datums.
 */
import { dataTypes, float32Bytes, int64Bytes, readInt64s, readNumbers } from './arrays.ts'
import { sortedEntries } from './forward-backward-request.ts'
import { bytesOf, doubleOf, integerOf, integersOf, MessageWriter, mapEntry, readFields, textOf } from './protobuf.ts'
import type { ForwardBackwardOutput, TensorData } from './protocol.ts'
import { wireError } from './wire-error.ts'

const where = 'forward_backward result'

export function encodeForwardBackwardOutput(output: ForwardBackwardOutput): Uint8Array<ArrayBuffer> {
  const message = new MessageWriter().text(1, output.loss_fn_output_type)
  const names = Object.keys(output.loss_fn_outputs[0] ?? {}).sort()
  if (output.loss_fn_outputs.length > 0) {
    message.message(2, (record) => {
      record.text(1, output.loss_fn_output_type)
      for (const name of names) {
        record.message(2, (column) => column.text(1, name).message(2, (into) => writeColumn(into, name, output)))
      }
      record.integer(3, output.loss_fn_outputs.length)
    })
  }
  for (const [key, value] of sortedEntries(output.metrics)) {
    message.message(3, (into) => into.text(1, key).double(2, value))
  }
  return message.finish()
}

function writeColumn(message: MessageWriter, name: string, { loss_fn_outputs: outputs }: ForwardBackwardOutput): void {
  const tensors = outputs.map((output, i) => {
    const tensor = output[name]
    if (tensor === undefined) throw wireError(`${where}: datum ${i} has no ${name}, others have`)
    return tensor
  })
  const { dtype, shape } = tensors[0] as TensorData
  const parts = tensors.map(({ data }) => (dtype === 'int64' ? int64Bytes(data) : float32Bytes(data)))
  const offsets = [0]
  for (const part of parts) offsets.push((offsets.at(-1) as number) + part.length)
  const bytes = new Uint8Array(offsets.at(-1) as number)
  parts.forEach((part, i) => {
    bytes.set(part, offsets[i])
  })
  message
    .bytes(1, bytes)
    .bytes(2, int64Bytes(offsets))
    .integer(3, dataTypes[dtype])
    .packedIntegers(4, (shape ?? []).slice(1))
}

/** @throws BatonError `wire-format`. */
export function decodeForwardBackwardOutput(bytes: Uint8Array): ForwardBackwardOutput {
  let type = ''
  const outputs: Record<string, TensorData>[] = []
  const metrics: [string, number][] = []
  for (const field of readFields(bytes, where)) {
    if (field.number === 1) type = textOf(field, where)
    else if (field.number === 2) outputs.push(...readRecord(bytesOf(field, where)))
    else if (field.number === 3) {
      const { key, value } = mapEntry(field, where)
      metrics.push([key, value === null ? 0 : doubleOf(value, where)])
    }
  }
  return {
    loss_fn_output_type: type.slice(type.lastIndexOf(':') + 1),
    loss_fn_outputs: outputs,
    metrics: Object.fromEntries(metrics),
  }
}

function readRecord(bytes: Uint8Array): Record<string, TensorData>[] {
  let announced = 0
  const columns: [string, TensorData[]][] = []
  for (const field of readFields(bytes, where)) {
    if (field.number === 3) announced = integerOf(field, where)
    else if (field.number === 2) {
      const { key, value } = mapEntry(field, where)
      if (value === null) throw wireError(`${where}: ${key} has no numbers`)
      columns.push([key, readColumn(bytesOf(value, where), key)])
    }
  }
  const count = announced === 0 ? (columns[0]?.[1].length ?? 0) : announced
  const uneven = columns.find(([, tensors]) => tensors.length !== count)
  if (uneven !== undefined) throw wireError(`${where}: ${uneven[0]} has ${uneven[1].length} of ${count} datums`)
  // Without columns a count would make objects out of nothing, as many as the message likes.
  if (columns.length === 0 && count > 0) throw wireError(`${where}: ${count} datums without outputs`)
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(columns.map(([key, tensors]) => [key, tensors[i] as TensorData])),
  )
}

function readColumn(bytes: Uint8Array, name: string): TensorData[] {
  let data: Uint8Array = new Uint8Array(0)
  let offsets: Float64Array = new Float64Array(0)
  let dataType = 0
  const trailing: number[] = []
  for (const field of readFields(bytes, where)) {
    if (field.number === 1) data = bytesOf(field, where)
    else if (field.number === 2) offsets = readInt64s(bytesOf(field, where), where)
    else if (field.number === 3) dataType = integerOf(field, where)
    else if (field.number === 4) trailing.push(...integersOf(field, where))
  }
  const rowSize = trailing.reduce((product, size) => product * size, 1)
  return Array.from({ length: Math.max(0, offsets.length - 1) }, (_, i) => {
    const [start, end] = [offsets[i] as number, offsets[i + 1] as number]
    if (start < 0 || end < start || end > data.length) {
      throw wireError(`${where}: the offsets of ${name} leave its ${data.length} bytes`)
    }
    const numbers = readNumbers(data.subarray(start, end), dataType, `${where}, ${name}`)
    const rows = rowSize === 0 ? 0 : numbers.data.length / rowSize
    if (!Number.isInteger(rows) || rows < 0) throw wireError(`${where}: ${name} is no whole number of rows`)
    return { ...numbers, shape: [rows, ...trailing] }
  })
}
