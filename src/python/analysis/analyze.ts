/**
 * Tolerant static analysis of a Python module: facts for the code that judges the program. It knows Python, not
 * workflows.
 * CPython's own `compile` in the sandbox stays the last word on what is Python.
 */
import { kindOf } from './expression-forms.ts'
import type { Source } from './expressions.ts'
import type { PythonClass, PythonImport, PythonModule, SyntaxProblem } from './facts.ts'
import { analyzeBody, analyzeFunction, indentOf, statementsOf } from './functions.ts'
import { collectBindings, importedNames, targetNames, undecorated } from './names.ts'
import { checkStrictRules } from './strict-rules.ts'
import {
  childOf,
  contentOf,
  createLineIndex,
  createPythonParser,
  descendantsOf,
  nodeText,
  type SyntaxNode,
  type SyntaxTree,
} from './syntax-tree.ts'
import { createWorkLimit, maxProgramChars, TooMuchWork } from './work-limit.ts'

export interface PythonAnalyzer {
  /**
   * Synchronous; never throws for any text. About 1 ms for 40 lines. The last modules are kept: a policy writes the same
   * program again and again.
   */
  analyze(source: string): PythonModule
}

/** Modules that are kept. */
const maxKept = 256

let shared: Promise<PythonAnalyzer> | null = null

/** Loads the Python grammar once a process; the analyzer can be shared. */
export function createPythonAnalyzer(): Promise<PythonAnalyzer> {
  shared ??= createPythonParser().then((parse) => {
    const kept = new Map<string, PythonModule>()
    return {
      analyze: (source) => {
        const found = kept.get(source) ?? analyzeWithin(parse, source)
        // A map keeps the order of insertion: the first is the one that was asked for the longest ago.
        kept.delete(source)
        kept.set(source, found)
        if (kept.size > maxKept) kept.delete(kept.keys().next().value as string)
        return found
      },
    }
  })
  return shared
}

/** The module; of a program that is too large to be read, one without content and with that as its syntax error. */
function analyzeWithin(parse: Awaited<ReturnType<typeof createPythonParser>>, text: string): PythonModule {
  if (text.length > maxProgramChars) return unread(text)
  const work = createWorkLimit()
  try {
    return analyzeTree(parse(text, work), { text, work })
  } catch (error) {
    if (error instanceof TooMuchWork) return unread(text)
    throw error
  }
}

function unread(text: string): PythonModule {
  const span = { start: 0, end: 0, line: 1 }
  const nothing = {
    ...{ calls: [], awaits: [], returns: [], attributeWrites: [], attributeReads: [], keyReads: [] },
    ...{ maybeUnbound: [], undefinedNames: [], bindings: new Map(), statements: [], parameters: [], nested: [] },
  }
  return {
    source: text,
    syntaxErrors: [{ ...span, message: 'more code than can be read' }],
    classes: [],
    functions: [],
    body: {
      ...{ ...span, ...nothing, name: '<module>', isAsync: false, parametersSpan: span, bodyIndent: '' },
      canFallThrough: true,
    },
    statements: [],
    imports: [],
  }
}

function analyzeTree(tree: SyntaxTree, { text, work }: Pick<Source, 'text' | 'work'>): PythonModule {
  const lineOf = createLineIndex(text)
  const source: Source = {
    text,
    work,
    spanOf: (node) => ({ start: node.start, end: node.end, line: lineOf(node.start) }),
  }
  const { root } = tree
  const moduleNames = new Set(collectBindings(root, text, kindOf).keys())
  const span = source.spanOf(root)
  const definitions = contentOf(root).map(undecorated)
  return {
    source: text,
    syntaxErrors: syntaxProblems(tree, source),
    classes: definitions
      .filter((node) => node.type === 'class_definition')
      .map((node) => analyzeClass(node, source, moduleNames)),
    functions: definitions
      .filter((node) => node.type === 'function_definition')
      .map((node) => analyzeFunction(node, source, moduleNames)),
    body: analyzeBody(
      { name: '<module>', isAsync: false, span, parameters: [], parametersSpan: span, block: root },
      source,
      moduleNames,
    ),
    statements: statementsOf(root, source),
    imports: importsOf(root, source),
  }
}

function analyzeClass(node: SyntaxNode, source: Source, moduleNames: ReadonlySet<string>): PythonClass {
  const body = childOf(node, 'body') ?? node
  const name = childOf(node, 'name')
  const bases = childOf(node, 'superclasses')
  const attributes: string[] = []
  const methods: SyntaxNode[] = []
  for (const statement of contentOf(body)) {
    const definition = undecorated(statement)
    if (definition.type === 'function_definition') methods.push(definition)
    const inner = statement.type === 'expression_statement' ? contentOf(statement)[0] : undefined
    if (inner?.type === 'assignment') targetNames(childOf(inner, 'left'), source.text, attributes)
  }
  return {
    ...source.spanOf(node),
    name: name === null ? '' : nodeText(source.text, name),
    bases: bases === null ? [] : contentOf(bases).map((base) => nodeText(source.text, base)),
    methods: methods.map((method) => analyzeFunction(method, source, moduleNames)),
    attributes,
    bodyStart: (contentOf(body)[0] ?? body).start,
    bodyIndent: indentOf(body, source.text),
  }
}

function importsOf(root: SyntaxNode, source: Source): PythonImport[] {
  const found: PythonImport[] = []
  for (const node of descendantsOf(root))
    if (node.type === 'import_statement' || node.type === 'import_from_statement')
      for (const name of importedNames(node, source.text)) found.push({ ...source.spanOf(node), ...name })
  return found
}

/** What a broken text has beyond these says nothing new. */
const maxSyntaxProblems = 100

/** ERROR and missing nodes, empty blocks, `return` outside a function, and what only CPython is strict about. */
function syntaxProblems(tree: SyntaxTree, source: Source): SyntaxProblem[] {
  const problems: SyntaxProblem[] = []
  const report = (node: SyntaxNode, message: string): void => {
    problems.push({ ...source.spanOf(node), message })
  }
  const visit = (node: SyntaxNode, isInFunction: boolean): void => {
    if (node.isMissing) report(node, `${node.type} expected`)
    else if (node.type === 'ERROR') {
      report(node, 'invalid syntax')
      return
    } else if (node.type === 'block' && contentOf(node).length === 0) report(node, 'an indented block is expected')
    else if (node.type === 'return_statement' && !isInFunction) report(node, "'return' outside function")
    const isFunction = node.type === 'function_definition' || node.type === 'lambda'
    for (const child of node.children) visit(child, isInFunction || isFunction)
  }
  visit(tree.root, false)
  checkStrictRules(tree.root, source.text, report)
  if (tree.cutAt !== null) report(tree.cutAt, 'nested too deeply')
  return problems.sort((a, b) => a.start - b.start).slice(0, maxSyntaxProblems)
}
