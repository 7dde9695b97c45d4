/**
 * Reads expressions in evaluation order: calls, awaits, attributes, keys and names, against the names that are surely
 * bound at that point. Statements are `flow.ts`'s affair.
 */

import { chainOf, iterationsOf, kindOf, literalOf, pathOf } from './expression-forms.ts'
import type {
  AttributeRead,
  Binding,
  CallUse,
  KeyRead,
  PythonArgument,
  PythonCall,
  PythonExpression,
  Span,
  UnboundName,
  UndefinedName,
} from './facts.ts'
import { isComprehension, pythonBuiltins, targetNames } from './names.ts'
import { childOf, contentOf, nodeText, type SyntaxNode } from './syntax-tree.ts'
import type { WorkLimit } from './work-limit.ts'

/** Names surely bound, each with the calls whose awaited result it is (null: may be anything). */
export type FlowState = Map<string, readonly PythonCall[] | null>

export interface Source {
  readonly text: string
  readonly work: WorkLimit
  spanOf(node: SyntaxNode): Span
}

export function joinOrigins(
  a: readonly PythonCall[] | null | undefined,
  b: readonly PythonCall[] | null | undefined,
): readonly PythonCall[] | null {
  if (a === null || a === undefined || b === null || b === undefined) return null
  return a === b ? a : [...new Set([...a, ...b])]
}

export class ExpressionReader {
  readonly calls: PythonCall[] = []
  readonly awaits: Span[] = []
  readonly attributeReads: AttributeRead[] = []
  readonly keyReads: KeyRead[] = []
  readonly maybeUnbound: UnboundName[] = []
  readonly undefinedNames: UndefinedName[] = []
  readonly #source: Source
  readonly #bindings: ReadonlyMap<string, Binding>
  readonly #visibleNames: ReadonlySet<string>
  readonly #useOf: (node: SyntaxNode) => CallUse
  readonly #callFacts = new Map<SyntaxNode, PythonCall>()
  readonly #reported = new Set<string>()
  /** Lengths of the loops around the statement being read; null where unknown. */
  readonly loops: (number | null)[] = []

  constructor(
    source: Source,
    bindings: ReadonlyMap<string, Binding>,
    visibleNames: ReadonlySet<string>,
    useOf: (node: SyntaxNode) => CallUse,
  ) {
    this.#source = source
    this.#bindings = bindings
    this.#visibleNames = visibleNames
    this.#useOf = useOf
  }

  callAt(node: SyntaxNode | null): PythonCall | null {
    return node === null ? null : (this.#callFacts.get(node) ?? null)
  }

  /** The expression as a fact. Read it first: a call's fact exists from then on. */
  expression(node: SyntaxNode, state: FlowState): PythonExpression {
    const kind = kindOf(node)
    return {
      ...this.#source.spanOf(node),
      kind,
      path: pathOf(node, this.#source.text),
      literal: literalOf(node, this.#source.text),
      length: kind === 'tuple' ? contentOf(node).length : null,
      origins: this.originsOf(node, state),
    }
  }

  originsOf(node: SyntaxNode | null, state: FlowState): readonly PythonCall[] | null {
    if (node === null) return null
    if (node.type === 'identifier') return state.get(nodeText(this.#source.text, node)) ?? null
    if (node.type === 'parenthesized_expression') return this.originsOf(contentOf(node)[0] ?? null, state)
    if (node.type === 'await') {
      const call = this.callAt(contentOf(node)[0] ?? null)
      return call === null ? null : [call]
    }
    return null
  }

  read(node: SyntaxNode | null, state: FlowState, scope: ReadonlySet<string> = noNames): void {
    if (node === null || !node.isNamed) return
    switch (node.type) {
      case 'identifier':
        this.#readName(node, state, scope)
        return
      case 'attribute':
        this.#readAttribute(node, state, scope, false)
        return
      case 'call':
        this.#readCall(node, state, scope)
        return
      case 'subscript':
        this.#readSubscript(node, state, scope)
        return
      case 'await':
        this.#readAll(node, state, scope)
        this.awaits.push(this.#source.spanOf(node))
        return
      case 'named_expression': {
        const value = childOf(node, 'value')
        const name = childOf(node, 'name')
        this.read(value, state, scope)
        if (name !== null) state.set(nodeText(this.#source.text, name), this.originsOf(value, state))
        return
      }
      case 'keyword_argument':
        this.read(childOf(node, 'value'), state, scope)
        return
      case 'lambda':
        this.#readLambda(node, state, scope)
        return
      case 'string':
        for (const child of node.children)
          if (child.type === 'interpolation') for (const part of contentOf(child)) this.read(part, state, scope)
        return
      case 'type':
      case 'type_conversion':
        return
      default:
        if (isComprehension(node)) this.#readComprehension(node, state, scope)
        else this.#readAll(node, state, scope)
    }
  }

  #readAll(node: SyntaxNode, state: FlowState, scope: ReadonlySet<string>): void {
    for (const child of node.children) this.read(child, state, scope)
  }

  #readName(node: SyntaxNode, state: FlowState, scope: ReadonlySet<string>): void {
    const name = nodeText(this.#source.text, node)
    if (scope.has(name) || state.has(name)) return
    const binding = this.#bindings.get(name)
    if (binding !== undefined) {
      if (this.#reported.has(name)) return
      this.#reported.add(name)
      this.maybeUnbound.push({ ...this.#source.spanOf(node), name, firstBindingStart: binding.firstStart })
    } else if (!this.#visibleNames.has(name) && !pythonBuiltins.has(name)) {
      const isObject = node.parent?.type === 'attribute' || node.parent?.type === 'subscript'
      const role = isObject ? 'object' : node.parent?.type === 'call' ? 'called' : 'value'
      this.undefinedNames.push({ ...this.#source.spanOf(node), name, role })
    }
  }

  #readAttribute(node: SyntaxNode, state: FlowState, scope: ReadonlySet<string>, isCalled: boolean): void {
    const parts = chainOf(node)
    const root = parts[0] as SyntaxNode
    // Where the tree was cut an attribute has no parts: it is its own root.
    if (root === node) return
    this.read(root, state, scope)
    this.attributeReads.push({
      ...this.#source.spanOf(node),
      path: parts.map((part, i) => (i === 0 && part.type !== 'identifier' ? '()' : nodeText(this.#source.text, part))),
      parts: parts.map((part) => this.#source.spanOf(part)),
      isCalled,
    })
    const attribute = parts[1]
    const origins = this.originsOf(root, state)
    if (attribute === undefined || origins === null || (isCalled && parts.length === 2)) return
    const { start, line } = this.#source.spanOf(root)
    const key = nodeText(this.#source.text, attribute)
    this.keyReads.push({ start, end: attribute.end, line, key, form: 'attribute', origins })
  }

  #readSubscript(node: SyntaxNode, state: FlowState, scope: ReadonlySet<string>): void {
    const value = childOf(node, 'value')
    this.#readAll(node, state, scope)
    const key = literalOf(childOf(node, 'subscript'), this.#source.text)
    if (key === null) return
    const origins = this.originsOf(value, state)
    this.keyReads.push({ ...this.#source.spanOf(node), key, form: 'subscript', origins })
  }

  #readCall(node: SyntaxNode, state: FlowState, scope: ReadonlySet<string>): void {
    const callee = childOf(node, 'function')
    const argumentList = childOf(node, 'arguments')
    if (callee?.type === 'attribute') this.#readAttribute(callee, state, scope, true)
    else this.read(callee, state, scope)
    this.read(argumentList, state, scope)
    const given = argumentList === null ? [] : isComprehension(argumentList) ? [argumentList] : contentOf(argumentList)
    const fact: PythonCall = {
      ...this.#source.spanOf(node),
      path: pathOf(callee, this.#source.text),
      arguments: given.map((argument) => this.#argument(argument, state)),
      argumentsSpan: this.#source.spanOf(argumentList ?? node),
      use: this.#useOf(node),
      isAccessed: isAccessed(node),
      repeats:
        this.loops.length === 0 ? null : this.loops.reduce<number>((product, length) => product * (length ?? 1), 1),
    }
    this.#callFacts.set(node, fact)
    this.calls.push(fact)
    const key = literalOf(given[0] ?? null, this.#source.text)
    if (
      callee?.type === 'attribute' &&
      fact.path?.at(-1) !== undefined &&
      key !== null &&
      isGet(callee, this.#source.text)
    ) {
      const origins = this.originsOf(childOf(callee, 'object'), state)
      this.keyReads.push({ ...this.#source.spanOf(node), key, form: 'get', origins })
    }
  }

  #argument(node: SyntaxNode, state: FlowState): PythonArgument {
    const span = this.#source.spanOf(node)
    if (node.type !== 'keyword_argument')
      return { ...span, name: null, isSplat: /splat/.test(node.type), value: this.expression(node, state) }
    const name = childOf(node, 'name')
    const value = childOf(node, 'value') ?? node
    const nameText = name === null ? '' : nodeText(this.#source.text, name)
    return { ...span, name: nameText, isSplat: false, value: this.expression(value, state) }
  }

  #readLambda(node: SyntaxNode, state: FlowState, scope: ReadonlySet<string>): void {
    const inner = new Set(scope)
    this.#source.work.spend(scope.size + this.#bindings.size)
    const parameters = childOf(node, 'parameters')
    for (const parameter of parameters === null ? [] : contentOf(parameters)) {
      const name = parameter.type === 'identifier' ? parameter : (childOf(parameter, 'name') ?? contentOf(parameter)[0])
      if (name !== undefined && name !== null) inner.add(nodeText(this.#source.text, name))
    }
    for (const name of this.#bindings.keys()) inner.add(name)
    this.read(childOf(node, 'body'), state, inner)
  }

  #readComprehension(node: SyntaxNode, state: FlowState, scope: ReadonlySet<string>): void {
    const inner = new Set(scope)
    this.#source.work.spend(scope.size)
    const clauses = contentOf(node).filter((child) => child.type === 'for_in_clause')
    let depth = 0
    for (const clause of clauses) {
      this.read(childOf(clause, 'right'), state, inner)
      for (const name of targetNames(childOf(clause, 'left'), this.#source.text)) inner.add(name)
      this.loops.push(iterationsOf(childOf(clause, 'right'), this.#source.text))
      depth += 1
    }
    for (const child of contentOf(node)) if (child.type !== 'for_in_clause') this.read(child, state, inner)
    this.loops.length -= depth
  }
}

const noNames: ReadonlySet<string> = new Set()

function isAccessed(node: SyntaxNode): boolean {
  let inner = node
  while (inner.parent?.type === 'parenthesized_expression') inner = inner.parent
  const parent = inner.parent
  if (parent === null) return false
  if (parent.type === 'attribute') return inner.field === 'object'
  if (parent.type === 'subscript') return inner.field === 'value'
  return parent.type === 'call' && inner.field === 'function'
}

function isGet(callee: SyntaxNode, source: string): boolean {
  const attribute = childOf(callee, 'attribute')
  return attribute !== null && nodeText(source, attribute) === 'get'
}
