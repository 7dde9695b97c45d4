/**
 * Writes the part of the ONNX protobuf format that a computation graph needs: tensors, attributes, nodes, values, model.
 * It reads nothing and checks nothing: onnxruntime validates the graph when a session is made.
 * Field numbers are those of onnx.proto3 (IR version 8).
 */

export type OnnxType = 'float32' | 'int32' | 'int64' | 'bool' | 'uint32'

/** TensorProto.DataType. */
export const onnxTypeCode: Readonly<Record<OnnxType, number>> = {
  float32: 1,
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

const wireVarint = 0
const wireBytes = 2
const wireFixed32 = 5
const opset = 18
const textEncoder = new TextEncoder()

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Negative numbers are written as 64-bit two's complement, as protobuf's int64 wants them. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  do {
    const low = Number(rest & 127n)
    rest >>= 7n
    bytes.push(rest === 0n ? low : low | 128)
  } while (rest !== 0n)
  return Uint8Array.from(bytes)
}

const key = (field: number, wire: number): Uint8Array => varint((field << 3) | wire)
const integerField = (field: number, value: number): Uint8Array => join([key(field, wireVarint), varint(value)])
const bytesField = (field: number, bytes: Uint8Array): Uint8Array =>
  join([key(field, wireBytes), varint(bytes.length), bytes])
const textField = (field: number, text: string): Uint8Array => bytesField(field, textEncoder.encode(text))
const floatField = (field: number, value: number): Uint8Array =>
  join([key(field, wireFixed32), new Uint8Array(Float32Array.of(value).buffer)])

/** TensorProto with raw little-endian data. */
export function encodeTensor(name: string, type: OnnxType, shape: readonly number[], raw: Uint8Array): Uint8Array {
  const dims = shape.map((extent) => integerField(1, extent))
  return join([...dims, integerField(2, onnxTypeCode[type]), textField(8, name), bytesField(9, raw)])
}

function encodeAttribute(name: string, attribute: Attribute): Uint8Array {
  if ('int' in attribute) return join([textField(1, name), integerField(3, attribute.int), integerField(20, 2)])
  if ('float' in attribute) return join([textField(1, name), floatField(2, attribute.float), integerField(20, 1)])
  if ('text' in attribute) return join([textField(1, name), textField(4, attribute.text), integerField(20, 3)])
  return join([textField(1, name), ...attribute.ints.map((value) => integerField(8, value)), integerField(20, 7)])
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
  return join([
    ...node.inputs.map((name) => textField(1, name)),
    ...node.outputs.map((name) => textField(2, name)),
    textField(4, node.operator),
    ...Object.entries(node.attributes).map(([name, value]) => bytesField(5, encodeAttribute(name, value))),
    ...(node.domain === '' ? [] : [textField(7, node.domain)]),
  ])
}

/** ValueInfoProto of a tensor with a static shape. */
export function encodeValue(name: string, type: OnnxType, shape: readonly number[]): Uint8Array {
  const dims = join(shape.map((extent) => bytesField(1, integerField(1, extent))))
  const tensorType = join([integerField(1, onnxTypeCode[type]), bytesField(2, dims)])
  return join([textField(1, name), bytesField(2, bytesField(1, tensorType))])
}

export interface GraphFields {
  readonly nodes: readonly Uint8Array[]
  readonly initializers: readonly Uint8Array[]
  readonly inputs: readonly Uint8Array[]
  readonly outputs: readonly Uint8Array[]
}

/** ModelProto with one graph. */
export function encodeModel(fields: GraphFields): Uint8Array {
  const graph = join([
    ...fields.nodes.map((node) => bytesField(1, node)),
    textField(2, 'graph'),
    ...fields.initializers.map((tensor) => bytesField(5, tensor)),
    ...fields.inputs.map((value) => bytesField(11, value)),
    ...fields.outputs.map((value) => bytesField(12, value)),
  ])
  const operatorSet = (domain: string, version: number): Uint8Array =>
    bytesField(8, join([textField(1, domain), integerField(2, version)]))
  return join([
    integerField(1, 8),
    textField(2, 'baton'),
    bytesField(7, graph),
    operatorSet('', opset),
    operatorSet('com.microsoft', 1),
  ])
}
