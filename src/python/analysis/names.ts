/** Which names a Python function binds, and which names Python provides. Comprehension variables belong to the comprehension. */
import type { Binding, ExpressionKind } from './facts.ts'
import { childOf, contentOf, nodeText, type SyntaxNode } from './syntax-tree.ts'

const comprehensions = new Set([
  'list_comprehension',
  'set_comprehension',
  'dictionary_comprehension',
  'generator_expression',
])

export function isComprehension(node: SyntaxNode): boolean {
  return comprehensions.has(node.type)
}

/** Names assigned by a target: `a`, `(a, *b)`, `[a, b]`; not `a.b`, not `a[0]`. */
export function targetNames(target: SyntaxNode | null, source: string, names: string[] = []): string[] {
  if (target === null) return names
  if (target.type === 'identifier') names.push(nodeText(source, target))
  else if (/pattern|tuple|list|splat|parenthesized|as_pattern_target/.test(target.type))
    for (const child of contentOf(target)) targetNames(child, source, names)
  return names
}

/** Names a case pattern captures: bare identifiers other than `_`. */
export function capturedNames(pattern: SyntaxNode, source: string): string[] {
  const names: string[] = []
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'dotted_name' && node.parent?.type === 'case_pattern' && contentOf(node).length === 1)
      names.push(nodeText(source, node))
    else if (node.type === 'identifier' && node.parent?.type !== 'dotted_name') names.push(nodeText(source, node))
    else for (const child of contentOf(node)) visit(child)
  }
  visit(pattern)
  return names.filter((name) => name !== '_')
}

export interface ImportedName {
  readonly module: string
  readonly name: string | null
  readonly boundName: string
}

export function importedNames(statement: SyntaxNode, source: string): ImportedName[] {
  const moduleNode = childOf(statement, 'module_name')
  const from = moduleNode === null ? null : nodeText(source, moduleNode)
  const found: ImportedName[] = []
  for (const child of statement.children) {
    if (child.type === 'wildcard_import') found.push({ module: from ?? '', name: '*', boundName: '*' })
    if (child.field !== 'name') continue
    const nameNode = child.type === 'aliased_import' ? childOf(child, 'name') : child
    const aliasNode = child.type === 'aliased_import' ? childOf(child, 'alias') : null
    const name = nameNode === null ? '' : nodeText(source, nameNode)
    const alias = aliasNode === null ? null : nodeText(source, aliasNode)
    if (from === null) found.push({ module: name, name: null, boundName: alias ?? (name.split('.')[0] as string) })
    else found.push({ module: from, name, boundName: alias ?? name })
  }
  return found
}

/** Definition inside a `decorated_definition`, or the node itself. */
export function undecorated(node: SyntaxNode): SyntaxNode {
  return node.type === 'decorated_definition' ? (childOf(node, 'definition') ?? node) : node
}

/** Names a body binds (parameters not included), with where first and to what kinds of value. */
export function collectBindings(
  body: SyntaxNode,
  source: string,
  kindOf: (value: SyntaxNode) => ExpressionKind,
): Map<string, Binding> {
  const bindings = new Map<string, { firstStart: number; kinds: Set<ExpressionKind> }>()
  const outer = new Set<string>()
  const bind = (name: string, start: number, kind: ExpressionKind = 'other'): void => {
    const known = bindings.get(name)
    if (known === undefined) bindings.set(name, { firstStart: start, kinds: new Set([kind]) })
    else known.kinds.add(kind)
  }
  const bindTarget = (target: SyntaxNode | null, kind: ExpressionKind): void => {
    if (target === null) return
    const isName = target.type === 'identifier'
    for (const name of targetNames(target, source)) bind(name, target.start, isName ? kind : 'other')
  }
  const visit = (node: SyntaxNode, isInComprehension: boolean): void => {
    switch (node.type) {
      case 'function_definition':
      case 'class_definition': {
        const name = childOf(node, 'name')
        if (name !== null) bind(nodeText(source, name), node.start)
        return
      }
      case 'lambda':
        return
      case 'assignment':
      case 'augmented_assignment': {
        const right = childOf(node, 'right')
        if (right !== null) bindTarget(childOf(node, 'left'), kindOf(right))
        break
      }
      case 'for_statement':
        bindTarget(childOf(node, 'left'), 'other')
        break
      case 'named_expression': {
        const name = childOf(node, 'name')
        if (name !== null) bind(nodeText(source, name), node.start)
        break
      }
      case 'as_pattern':
        for (const name of targetNames(childOf(node, 'alias'), source)) bind(name, node.start)
        break
      case 'case_pattern':
        if (!isInComprehension) for (const name of capturedNames(node, source)) bind(name, node.start)
        break
      case 'global_statement':
      case 'nonlocal_statement':
        for (const child of contentOf(node)) outer.add(nodeText(source, child))
        return
      case 'import_statement':
      case 'import_from_statement':
        for (const { boundName } of importedNames(node, source)) bind(boundName, node.start)
        return
    }
    for (const child of node.children) if (child.isNamed) visit(child, isInComprehension || isComprehension(node))
  }
  for (const child of body.children) visit(child, false)
  for (const name of outer) bindings.delete(name)
  return bindings
}

/** Names of Python 3.14's builtins module, and the module variables every module has. */
export const pythonBuiltins: ReadonlySet<string> = new Set(
  `ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError
  BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError
  ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception ExceptionGroup
  False FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError
  ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError
  MemoryError ModuleNotFoundError NameError None NotADirectoryError NotImplemented NotImplementedError OSError
  OverflowError PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError RecursionError
  ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError
  SyntaxWarning SystemError SystemExit TabError TimeoutError True TypeError UnboundLocalError UnicodeDecodeError
  UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning
  ZeroDivisionError __build_class__ __debug__ __doc__ __import__ __loader__ __name__ __package__ __spec__ __file__
  __annotations__ __builtins__ __class__ abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable
  chr classmethod compile complex copyright credits delattr dict dir divmod enumerate eval exec exit filter float
  format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len license list
  locals map max memoryview min next object oct open ord pow print property quit range repr reversed round set
  setattr slice sorted staticmethod str sum super tuple type vars zip`
    .split(/\s+/)
    .filter((name) => name !== ''),
)
