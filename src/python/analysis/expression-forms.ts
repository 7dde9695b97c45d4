/** What can be read off an expression by its form alone: kind, dotted path, literal text, length of what is looped over. */
import type { ExpressionKind } from './facts.ts'
import { childOf, contentOf, nodeText, type SyntaxNode } from './syntax-tree.ts'

export function kindOf(node: SyntaxNode): ExpressionKind {
  switch (node.type) {
    case 'identifier':
      return 'name'
    case 'attribute':
      return 'attribute'
    case 'string':
    case 'concatenated_string':
      return 'string'
    case 'integer':
    case 'float':
      return 'number'
    case 'tuple':
    case 'expression_list':
      return 'tuple'
    case 'list':
    case 'list_comprehension':
      return 'list'
    case 'call':
      return 'call'
    case 'await':
      return 'await'
    case 'none':
      return 'none'
    case 'parenthesized_expression': {
      const inner = contentOf(node)[0]
      return inner === undefined ? 'other' : kindOf(inner)
    }
    default:
      return 'other'
  }
}

/** Parts of a dotted name (`self.llm` has two), or null. */
function pathNodes(node: SyntaxNode | null): SyntaxNode[] | null {
  if (node === null) return null
  if (node.type === 'identifier') return [node]
  if (node.type !== 'attribute') return null
  const object = pathNodes(childOf(node, 'object'))
  const attribute = childOf(node, 'attribute')
  return object === null || attribute === null ? null : [...object, attribute]
}

/** What an attribute chain starts from, whatever that is, and its attributes. */
export function chainOf(node: SyntaxNode): SyntaxNode[] {
  const object = childOf(node, 'object')
  const attribute = childOf(node, 'attribute')
  if (node.type !== 'attribute' || object === null || attribute === null) return [node]
  return [...chainOf(object), attribute]
}

export function pathOf(node: SyntaxNode | null, source: string): string[] | null {
  return pathNodes(node)?.map((part) => nodeText(source, part)) ?? null
}

/** Text of a string literal without interpolation, null for anything else. Simple escapes are undone. */
export function literalOf(node: SyntaxNode | null, source: string): string | null {
  if (node?.type !== 'string') return null
  let text = ''
  for (const child of node.children) {
    if (child.type === 'interpolation') return null
    if (child.type === 'string_content') text += nodeText(source, child)
  }
  return text.replace(/\\(["'\\])/g, '$1').replace(/\\n/g, '\n')
}

/** How often a loop over this iterable runs, where it can be read off: `range(3)`, `range(1, 4)`, `[a, b]`. */
export function iterationsOf(iterable: SyntaxNode | null, source: string): number | null {
  if (iterable === null) return null
  if (iterable.type === 'list' || iterable.type === 'tuple') {
    const elements = contentOf(iterable)
    return elements.some((element) => element.type === 'list_splat') ? null : elements.length
  }
  if (iterable.type !== 'call' || !/^range$/.test(nodeText(source, childOf(iterable, 'function') as SyntaxNode)))
    return null
  const bounds = contentOf(childOf(iterable, 'arguments') as SyntaxNode).map((node) =>
    node.type === 'integer' ? Number(nodeText(source, node)) : Number.NaN,
  )
  const [first, second] = bounds
  if (bounds.length === 1 && Number.isInteger(first)) return Math.max(0, first as number)
  if (bounds.length === 2 && bounds.every(Number.isInteger)) return Math.max(0, (second as number) - (first as number))
  return null
}
