/**
 * Writes the part of the ONNX protobuf format that a computation graph needs: tensors, attributes, nodes, values, model.
 * It reads nothing and checks nothing: onnxruntime validates the graph when a session is made.
 * Field numbers are those of onnx.proto3 (IR version 8).
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

export type OnnxType = 'float32' | 'int8' | 'int32' | 'int64' | 'bool' | 'uint32'

/** TensorProto.DataType. */
export const onnxTypeCode: Readonly<Record<OnnxType, number>> = {
  float32: 1,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  uint32: 12,
}

export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }

export type Attributes = Readonly<Record<string, Attribute>>

const opset = 18

const message = (write: (writer: BinaryWriter) => void): Uint8Array => {
  const writer = new BinaryWriter()
  write(writer)
  return writer.finish()
}
const integer = (writer: BinaryWriter, field: number, value: number): BinaryWriter =>
  writer.tag(field, WireType.Varint).int64(value)
const bytes = (writer: BinaryWriter, field: number, value: Uint8Array): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).bytes(value)
const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).string(value)

/** TensorProto with raw little-endian data. */
export function encodeTensor(name: string, type: OnnxType, shape: readonly number[], raw: Uint8Array): Uint8Array {
  return message((tensor) => {
    for (const extent of shape) integer(tensor, 1, extent)
    integer(tensor, 2, onnxTypeCode[type])
    text(tensor, 8, name)
    bytes(tensor, 9, raw)
  })
}

function encodeAttribute(name: string, attribute: Attribute): Uint8Array {
  return message((writer) => {
    text(writer, 1, name)
    if ('int' in attribute) integer(integer(writer, 3, attribute.int), 20, 2)
    else if ('float' in attribute) integer(writer.tag(2, WireType.Bit32).float(attribute.float), 20, 1)
    else if ('text' in attribute) integer(text(writer, 4, attribute.text), 20, 3)
    else {
      for (const value of attribute.ints) integer(writer, 8, value)
      integer(writer, 20, 7)
    }
  })
}

export interface NodeFields {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes
  /** '' is the ONNX standard; `com.microsoft` holds onnxruntime's own operators. */
  readonly domain: string
}

/** NodeProto. */
export function encodeNode(node: NodeFields): Uint8Array {
  return message((writer) => {
    for (const name of node.inputs) text(writer, 1, name)
    for (const name of node.outputs) text(writer, 2, name)
    text(writer, 4, node.operator)
    for (const [name, value] of Object.entries(node.attributes)) bytes(writer, 5, encodeAttribute(name, value))
    if (node.domain !== '') text(writer, 7, node.domain)
  })
}

/** ValueInfoProto of a tensor with a static shape. */
export function encodeValue(name: string, type: OnnxType, shape: readonly number[]): Uint8Array {
  const dims = message((writer) => {
    for (const extent of shape)
      bytes(
        writer,
        1,
        message((dim) => integer(dim, 1, extent)),
      )
  })
  const tensorType = message((writer) => bytes(integer(writer, 1, onnxTypeCode[type]), 2, dims))
  return message((value) =>
    bytes(
      text(value, 1, name),
      2,
      message((writer) => bytes(writer, 1, tensorType)),
    ),
  )
}

export interface GraphFields {
  readonly nodes: readonly Uint8Array[]
  readonly initializers: readonly Uint8Array[]
  readonly inputs: readonly Uint8Array[]
  readonly outputs: readonly Uint8Array[]
}

/** ModelProto with one graph. */
export function encodeModel(fields: GraphFields): Uint8Array {
  const graph = message((writer) => {
    for (const node of fields.nodes) bytes(writer, 1, node)
    text(writer, 2, 'graph')
    for (const tensor of fields.initializers) bytes(writer, 5, tensor)
    for (const value of fields.inputs) bytes(writer, 11, value)
    for (const value of fields.outputs) bytes(writer, 12, value)
  })
  const operatorSet = (domain: string, version: number): Uint8Array =>
    message((writer) => integer(text(writer, 1, domain), 2, version))
  return message((model) => {
    text(integer(model, 1, 8), 2, 'baton')
    bytes(model, 7, graph)
    bytes(model, 8, operatorSet('', opset))
    bytes(model, 8, operatorSet('com.microsoft', 1))
  })
}
