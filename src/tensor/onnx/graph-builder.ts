/**
 * Collects the nodes of an ONNX graph: names values, shares equal nodes (common subexpressions) and equal constants,
 * drops what no output needs, and serialises. Knows nothing of jax-js.
 */
import { createHash } from 'node:crypto'
import {
  type Attributes,
  encodeModel,
  encodeNode,
  encodeTensor,
  encodeValue,
  type NodeFields,
  type OnnxType,
} from './protobuf.ts'

export interface GraphNode extends NodeFields {
  readonly output: string
}

export interface NodeOptions {
  readonly attributes?: Attributes
  readonly domain?: string
}

export class GraphBuilder {
  #nodes: GraphNode[] = []
  #nodeByOutput = new Map<string, GraphNode>()
  #outputByNode = new Map<string, string>()
  #initializers = new Map<string, Uint8Array>()
  #constants = new Map<string, string>()
  #inputs: Uint8Array[] = []
  #outputs: { readonly name: string; readonly encoded: Uint8Array }[] = []
  #count = 0

  #fresh(prefix: string): string {
    this.#count += 1
    return `${prefix}${this.#count}`
  }

  /** Declares the next graph input. */
  input(type: OnnxType, shape: readonly number[]): string {
    const name = `in${this.#inputs.length}`
    this.#inputs.push(encodeValue(name, type, shape))
    return name
  }

  /** Declares the next graph output, a copy of `source`. */
  output(source: string, type: OnnxType, shape: readonly number[]): string {
    const name = `out${this.#outputs.length}`
    const fields = { operator: 'Identity', inputs: [source], outputs: [name], attributes: {}, domain: '' }
    this.#nodes.push({ ...fields, output: name })
    this.#outputs.push({ name, encoded: encodeValue(name, type, shape) })
    return name
  }

  /** Appends a node with one output, or returns the output of an equal one. */
  node(operator: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const attributes = options.attributes ?? {}
    const identity = `${operator}|${inputs.join()}|${JSON.stringify(attributes)}`
    const known = this.#outputByNode.get(identity)
    if (known !== undefined) return known
    const output = this.#fresh('t')
    const node = { operator, inputs, outputs: [output], attributes, domain: options.domain ?? '', output }
    this.#nodes.push(node)
    this.#nodeByOutput.set(output, node)
    this.#outputByNode.set(identity, output)
    return output
  }

  /** The node that computes `name`; undefined for inputs and constants. */
  producer(name: string): GraphNode | undefined {
    return this.#nodeByOutput.get(name)
  }

  /** A constant; equal ones are shared. */
  constant(type: OnnxType, shape: readonly number[], raw: Uint8Array): string {
    const identity = `${type}|${shape.join()}|${createHash('sha256').update(raw).digest('base64')}`
    const known = this.#constants.get(identity)
    if (known !== undefined) return known
    const name = this.#fresh('c')
    this.#initializers.set(name, encodeTensor(name, type, shape, raw))
    this.#constants.set(identity, name)
    return name
  }

  /** A vector of int64, as shape arguments are. */
  integers(values: readonly number[]): string {
    return this.constant('int64', [values.length], new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer))
  }

  /** A scalar of the given type; booleans are 0 or 1. */
  scalar(type: OnnxType, value: number): string {
    return this.constant(type, [], scalarBytes(type, value))
  }

  /** ModelProto of everything that the outputs need. */
  serialise(): { bytes: Uint8Array; nodeCount: number } {
    const needed = new Set(this.#outputs.map(({ name }) => name))
    const kept: GraphNode[] = []
    for (const node of this.#nodes.toReversed()) {
      if (!needed.has(node.output)) continue
      for (const input of node.inputs) needed.add(input)
      kept.push(node)
    }
    const bytes = encodeModel({
      nodes: kept.toReversed().map(encodeNode),
      initializers: [...this.#initializers].filter(([name]) => needed.has(name)).map(([, encoded]) => encoded),
      inputs: this.#inputs,
      outputs: this.#outputs.map(({ encoded }) => encoded),
    })
    return { bytes, nodeCount: kept.length }
  }
}

function scalarBytes(type: OnnxType, value: number): Uint8Array {
  switch (type) {
    case 'float32':
      return new Uint8Array(Float32Array.of(value).buffer)
    case 'int8':
      return new Uint8Array(Int8Array.of(value).buffer)
    case 'int32':
      return new Uint8Array(Int32Array.of(value).buffer)
    case 'uint32':
      return new Uint8Array(Uint32Array.of(value).buffer)
    case 'int64':
      return new Uint8Array(BigInt64Array.of(BigInt(value)).buffer)
    case 'bool':
      return Uint8Array.of(value === 0 ? 0 : 1)
    default:
      return type satisfies never
  }
}
