/** What becomes of an expression's value as far as waiting for it goes: read off the tree around it, without types. */
import type { Source } from './expressions.ts'
import type { CallUse } from './facts.ts'
import { isComprehension } from './names.ts'
import { childOf, descendantsOf, nodeText, type SyntaxNode } from './syntax-tree.ts'

/** Functions that take coroutines as positional arguments and see to them. */
const takers =
  /(^|\.)(gather|wait|wait_for|create_task|ensure_future|shield|as_completed|run|run_until_complete|append|extend|add|put|put_nowait)$/

const containers = new Set(['list', 'tuple', 'set', 'list_splat', 'pair', 'dictionary', 'conditional_expression'])

function useInPlace(start: SyntaxNode, source: string): CallUse | { readonly assignedTo: string } {
  let node = start
  let isInContainer = false
  for (;;) {
    const parent = node.parent
    if (parent === null) return 'direct'
    if (parent.type === 'await') return 'awaited'
    if (parent.type === 'lambda') return 'handed-on'
    if (isComprehension(parent)) {
      if (node.field !== 'body') return 'direct'
      isInContainer = true
    } else if (containers.has(parent.type)) isInContainer = true
    else if (parent.type === 'argument_list') {
      const callee = parent.parent === null ? null : childOf(parent.parent, 'function')
      return callee !== null && takers.test(nodeText(source, callee)) ? 'handed-on' : 'direct'
    } else if (parent.type === 'assignment' && node.field === 'right') {
      const left = childOf(parent, 'left')
      if (left === null) return 'direct'
      if (left.type === 'identifier') return { assignedTo: nodeText(source, left) }
      return isInContainer || left.type === 'subscript' ? 'handed-on' : 'direct'
    } else if (parent.type !== 'parenthesized_expression') return 'direct'
    node = parent
  }
}

/** Reader of a function body: what becomes of the value of an expression in it. */
export function createUseReader(body: SyntaxNode, { text: source, work }: Source): (expression: SyntaxNode) => CallUse {
  let waitedNames: Set<string> | null = null
  const findWaitedNames = (): Set<string> => {
    const names = new Set<string>()
    const nodes = descendantsOf(body)
    work.spend(nodes.length)
    for (const node of nodes) {
      if (node.type !== 'identifier' || !/await|splat|argument_list|list|tuple/.test(node.parent?.type ?? '')) {
        if (node.field === 'right' && node.parent?.type === 'for_in_clause') names.add(nodeText(source, node))
        if (node.field === 'right' && node.parent?.type === 'for_statement') names.add(nodeText(source, node))
        continue
      }
      const use = useInPlace(node, source)
      if (use === 'awaited' || use === 'handed-on') names.add(nodeText(source, node))
    }
    return names
  }
  return (expression) => {
    const use = useInPlace(expression, source)
    if (typeof use === 'string') return use
    waitedNames ??= findWaitedNames()
    return waitedNames.has(use.assignedTo) ? 'handed-on' : 'direct'
  }
}
