/**
 * A Python syntax tree as plain objects, copied out of tree-sitter's memory in one cursor walk (asking tree-sitter for
 * each node's text and fields later is several times slower). Offsets are UTF-16 code units of the source, lines 1-based.
 * Tolerant: a tree comes back for any text, with ERROR nodes where it is not Python.
 */
import { createRequire } from 'node:module'
import { Language, Parser, type TreeCursor } from 'web-tree-sitter'
import { maxParserSteps, TooMuchWork, type WorkLimit } from './work-limit.ts'

export interface SyntaxNode {
  readonly type: string
  readonly isNamed: boolean
  readonly isMissing: boolean
  /** Name of the parent's field that holds this node, e.g. `left`; null for marks such as operators. */
  readonly field: string | null
  readonly start: number
  readonly end: number
  readonly parent: SyntaxNode | null
  readonly children: SyntaxNode[]
  /** All nodes of the tree in source order, a parent before its children; this one's own place; the first place behind its descendants. */
  readonly order: SyntaxNode[]
  readonly place: number
  placeAfter: number
}

/** Deeper than anything a person writes, shallow enough for recursive readers; CPython itself stops at 100 indents. */
const maxDepth = 200

export interface SyntaxTree {
  readonly root: SyntaxNode
  readonly hasErrors: boolean
  /** Node at which the tree was cut because it nests deeper than 200. */
  readonly cutAt: SyntaxNode | null
}

/** The parser throws `TooMuchWork` for text that costs more than the limit. */
export async function createPythonParser(): Promise<(source: string, work: WorkLimit) => SyntaxTree> {
  await Parser.init()
  const require = createRequire(import.meta.url)
  const python = await Language.load(require.resolve('tree-sitter-python/tree-sitter-python.wasm'))
  const parser = new Parser()
  parser.setLanguage(python)
  return (source, work) => {
    let steps = 0
    const isTooMuch = (): boolean => {
      steps += 1
      return steps > maxParserSteps
    }
    const tree = parser.parse(source, null, { progressCallback: isTooMuch })
    if (tree === null) {
      parser.reset()
      throw new TooMuchWork()
    }
    try {
      const cursor = tree.walk()
      const copied = copyTree(cursor, python.types, work)
      cursor.delete()
      return copied
    } finally {
      tree.delete()
    }
  }
}

// Calls into WebAssembly are what the copy costs, so none is made whose answer is known: whether a node is named follows
// from its type, marks and names have no children, and only some nodes hold theirs by field.
const namedTypes: boolean[] = []
const leaves = new Set([
  'identifier',
  'integer',
  'float',
  'comment',
  'string_start',
  'string_end',
  'true',
  'false',
  'none',
])
const fieldless = new Set([
  'module',
  'block',
  'argument_list',
  'parameters',
  'string',
  'expression_statement',
  'tuple',
  'list',
])

/** A node is copied once and read a few times. */
const nodeCost = 10

function copyTree(cursor: TreeCursor, types: readonly string[], work: WorkLimit): SyntaxTree {
  let hasErrors = false
  let cutAt: SyntaxNode | null = null
  const order: SyntaxNode[] = []
  const read = (parent: SyntaxNode | null): SyntaxNode => {
    const typeId = cursor.nodeTypeId
    let isNamed = namedTypes[typeId]
    if (isNamed === undefined) {
      isNamed = cursor.nodeIsNamed
      namedTypes[typeId] = isNamed
    }
    const start = cursor.startIndex
    const end = cursor.endIndex
    const node: SyntaxNode = {
      type: types[typeId] ?? 'ERROR',
      isNamed,
      // What the parser puts in by itself is empty.
      isMissing: start === end && cursor.nodeIsMissing,
      field: isNamed && parent !== null && !fieldless.has(parent.type) ? cursor.currentFieldName : null,
      start,
      end,
      parent,
      children: [],
      order,
      place: order.length,
      placeAfter: order.length + 1,
    }
    order.push(node)
    work.spend(nodeCost)
    if (node.type === 'ERROR' || node.isMissing) hasErrors = true
    parent?.children.push(node)
    return node
  }
  const root = read(null)
  let node = root
  let depth = 0
  for (;;) {
    const mayHaveChildren = node.isNamed && !leaves.has(node.type)
    if (mayHaveChildren && depth < maxDepth && cursor.gotoFirstChild()) {
      node = read(node)
      depth += 1
      continue
    }
    if (mayHaveChildren && depth >= maxDepth) cutAt ??= node
    let isAtEnd = false
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent() || node.parent === null) {
        isAtEnd = true
        break
      }
      node.parent.placeAfter = order.length
      node = node.parent
      depth -= 1
    }
    if (isAtEnd) return { root, hasErrors, cutAt }
    node = read(node.parent)
  }
}

export function childOf(node: SyntaxNode, field: string): SyntaxNode | null {
  for (const child of node.children) if (child.field === field) return child
  return null
}

/** Named children without comments and line continuations. */
export function contentOf(node: SyntaxNode): SyntaxNode[] {
  return node.children.filter(
    (child) => child.isNamed && child.type !== 'comment' && child.type !== 'line_continuation',
  )
}

/** White space before a place on its line, or null where something else is there. */
export function indentBefore(source: string, place: number): string | null {
  let at = place
  while (at > 0 && (source[at - 1] === ' ' || source[at - 1] === '\t' || source[at - 1] === '\f')) at -= 1
  return at === 0 || source[at - 1] === '\n' ? source.slice(at, place) : null
}

/** Every node below `node`, itself included, in source order. */
export function descendantsOf(node: SyntaxNode): readonly SyntaxNode[] {
  return node.order.slice(node.place, node.placeAfter)
}

export function nodeText(source: string, node: SyntaxNode): string {
  return source.slice(node.start, node.end)
}

/** 1-based line of an offset, by binary search over line starts. */
export function createLineIndex(source: string): (offset: number) => number {
  const starts = [0]
  for (let i = source.indexOf('\n'); i >= 0; i = source.indexOf('\n', i + 1)) starts.push(i + 1)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] as number) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
}
