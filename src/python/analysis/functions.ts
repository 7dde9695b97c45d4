/** Facts of one function (or of a module's or class's own statements), nested functions included. */
import { createUseReader } from './coroutines.ts'
import { kindOf } from './expression-forms.ts'
import { ExpressionReader, type Source } from './expressions.ts'
import type { PythonFunction, PythonParameter, PythonStatement, Span } from './facts.ts'
import { FlowWalker } from './flow.ts'
import { collectBindings } from './names.ts'
import { childOf, contentOf, indentBefore, nodeText, type SyntaxNode } from './syntax-tree.ts'

interface Body {
  readonly name: string
  readonly isAsync: boolean
  readonly span: Span
  readonly parameters: readonly PythonParameter[]
  readonly parametersSpan: Span
  readonly block: SyntaxNode
}

export function parametersOf(list: SyntaxNode | null, source: Source): PythonParameter[] {
  if (list === null) return []
  return contentOf(list).map((node) => {
    const named = node.type === 'identifier' ? node : (childOf(node, 'name') ?? contentOf(node)[0] ?? node)
    const isSplat = /splat_pattern$/.test(named.type)
    const nameNode = isSplat ? (contentOf(named)[0] ?? named) : named
    const annotation = childOf(node, 'type')
    const value = childOf(node, 'value')
    const kind = /separator/.test(node.type)
      ? 'separator'
      : isSplat || /splat_pattern$/.test(node.type)
        ? /dictionary/.test(isSplat ? named.type : node.type)
          ? 'dictionary-splat'
          : 'list-splat'
        : 'plain'
    return {
      ...source.spanOf(node),
      name: nodeText(source.text, nameNode),
      kind,
      annotation: annotation === null ? null : nodeText(source.text, annotation),
      defaultValue: value === null ? null : nodeText(source.text, value),
    }
  })
}

export function statementsOf(block: SyntaxNode, source: Source): PythonStatement[] {
  return contentOf(block).map((node) => {
    const inner = node.type === 'expression_statement' ? contentOf(node)[0] : undefined
    return {
      ...source.spanOf(node),
      type: node.type,
      isAssignment: inner?.type === 'assignment',
      isString: inner?.type === 'string' || inner?.type === 'concatenated_string',
    }
  })
}

/** White space in front of the first statement of a block; of an empty block, what its first statement would need. */
export function indentOf(block: SyntaxNode, source: string): string {
  const first = contentOf(block)[0]
  const at = first ?? block.parent ?? block
  const indent = indentBefore(source, at.start) ?? indentOfLine(source, at.start)
  return first === undefined ? `${indent}    ` : indent
}

/** Of the line that a place is on: something else stands before it. */
function indentOfLine(source: string, place: number): string {
  const lineStart = source.lastIndexOf('\n', place - 1) + 1
  return /^[ \t]*/.exec(source.slice(lineStart, Math.min(place, lineStart + 1000)))?.[0] ?? ''
}

export function analyzeFunction(node: SyntaxNode, source: Source, visibleNames: ReadonlySet<string>): PythonFunction {
  const parameterList = childOf(node, 'parameters')
  const name = childOf(node, 'name')
  return analyzeBody(
    {
      name: name === null ? '' : nodeText(source.text, name),
      isAsync: node.children[0]?.type === 'async',
      span: source.spanOf(node),
      parameters: parametersOf(parameterList, source),
      parametersSpan: source.spanOf(parameterList ?? node),
      block: childOf(node, 'body') ?? node,
    },
    source,
    visibleNames,
  )
}

/** @param visibleNames bound outside the body: the module's names, and those of the functions around it. */
export function analyzeBody(body: Body, source: Source, visibleNames: ReadonlySet<string>): PythonFunction {
  const bindings = collectBindings(body.block, source.text, kindOf)
  const reader = new ExpressionReader(source, bindings, visibleNames, createUseReader(body.block, source))
  const walker = new FlowWalker(source, reader)
  const parameterNames = body.parameters.map((parameter) => parameter.name)
  const canFallThrough = walker.walk(body.block, parameterNames)
  const isModule = body.name === '<module>'
  const nested = isModule ? [] : walker.definitions.filter((node) => node.type === 'function_definition')
  return {
    ...body.span,
    name: body.name,
    isAsync: body.isAsync,
    parameters: body.parameters,
    parametersSpan: body.parametersSpan,
    statements: statementsOf(body.block, source),
    bodyIndent: indentOf(body.block, source.text),
    calls: reader.calls.sort((a, b) => a.start - b.start || b.end - a.end),
    awaits: reader.awaits,
    returns: walker.returns,
    attributeWrites: walker.attributeWrites,
    attributeReads: reader.attributeReads,
    keyReads: reader.keyReads,
    maybeUnbound: reader.maybeUnbound,
    undefinedNames: reader.undefinedNames,
    bindings,
    canFallThrough,
    nested: analyzeNested(nested, [visibleNames, parameterNames, bindings.keys()], source),
  }
}

/** @param names that the functions see, from outside and from the function around them. */
function analyzeNested(
  nodes: readonly SyntaxNode[],
  names: readonly Iterable<string>[],
  source: Source,
): PythonFunction[] {
  if (nodes.length === 0) return []
  const inner = new Set(names.flatMap((some) => [...some]))
  source.work.spend(inner.size)
  return nodes.map((node) => analyzeFunction(node, source, inner))
}
