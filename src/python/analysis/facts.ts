/**
 * What the analyzer reports about a Python module: facts about Python, with no opinion on what the program is for.
 * Offsets are UTF-16 code units of the source (`source.slice(start, end)`), lines 1-based.
 */

export interface Span {
  readonly start: number
  readonly end: number
  readonly line: number
}

export interface PythonModule {
  readonly source: string
  readonly syntaxErrors: readonly SyntaxProblem[]
  readonly classes: readonly PythonClass[]
  /** Functions defined at module level. */
  readonly functions: readonly PythonFunction[]
  /** The module's own statements, as a function without parameters; class bodies run within it. */
  readonly body: PythonFunction
  /** Module-level statements in order. */
  readonly statements: readonly PythonStatement[]
  /** Everywhere, inside functions too. */
  readonly imports: readonly PythonImport[]
}

export interface SyntaxProblem extends Span {
  readonly message: string
}

export interface PythonStatement extends Span {
  /** tree-sitter's node type, e.g. `import_statement`, `expression_statement`, `ERROR`. */
  readonly type: string
  readonly isAssignment: boolean
  readonly isString: boolean
}

export interface PythonImport extends Span {
  /** `a.b` of `import a.b` and of `from a.b import c`; leading dots kept. */
  readonly module: string
  /** Imported name, or null for `import module`. `*` for a wildcard. */
  readonly name: string | null
  /** Name bound in the program. */
  readonly boundName: string
}

export interface PythonClass extends Span {
  readonly name: string
  readonly bases: readonly string[]
  readonly methods: readonly PythonFunction[]
  /** Names assigned in the class body itself. */
  readonly attributes: readonly string[]
  /** Offset of the first statement of the body, and its column. */
  readonly bodyStart: number
  readonly bodyIndent: string
}

export interface PythonParameter extends Span {
  readonly name: string
  readonly kind: 'plain' | 'list-splat' | 'dictionary-splat' | 'separator'
  readonly annotation: string | null
  readonly defaultValue: string | null
}

export interface PythonFunction extends Span {
  readonly name: string
  readonly isAsync: boolean
  readonly parameters: readonly PythonParameter[]
  /** With its parentheses. */
  readonly parametersSpan: Span
  /** Direct statements of the body in order, a docstring included. */
  readonly statements: readonly PythonStatement[]
  readonly bodyIndent: string
  /** Reachable calls in source order, those in nested functions left out. */
  readonly calls: readonly PythonCall[]
  readonly awaits: readonly Span[]
  readonly returns: readonly PythonReturn[]
  readonly attributeWrites: readonly AttributeWrite[]
  readonly attributeReads: readonly AttributeRead[]
  readonly keyReads: readonly KeyRead[]
  /** Local names that some path to a use leaves unassigned; the first such use of each. Conservative: conditions are not evaluated. */
  readonly maybeUnbound: readonly UnboundName[]
  /** Names that nothing in the module, Python's builtins included, binds; every use. */
  readonly undefinedNames: readonly UndefinedName[]
  readonly bindings: ReadonlyMap<string, Binding>
  /** Some path runs off the end without `return` or `raise`. */
  readonly canFallThrough: boolean
  readonly nested: readonly PythonFunction[]
}

export interface Binding {
  readonly firstStart: number
  readonly kinds: ReadonlySet<ExpressionKind>
}

export interface UnboundName extends Span {
  readonly name: string
  /** Where the name is first bound in this function. */
  readonly firstBindingStart: number
}

export interface UndefinedName extends Span {
  readonly name: string
  readonly role: 'called' | 'object' | 'value'
}

export type ExpressionKind =
  | 'name'
  | 'attribute'
  | 'string'
  | 'number'
  | 'tuple'
  | 'list'
  | 'call'
  | 'await'
  | 'none'
  | 'other'

export interface PythonExpression extends Span {
  readonly kind: ExpressionKind
  /** `['self', 'llm']` for `self.llm`; null where it is not a dotted name. */
  readonly path: readonly string[] | null
  /** Text of a plain string literal, else null. */
  readonly literal: string | null
  /** Elements of a tuple written out, else null. */
  readonly length: number | null
  /** Calls whose awaited result the value is, on every path; null where it may be anything else. */
  readonly origins: readonly PythonCall[] | null
}

export interface PythonArgument extends Span {
  /** Keyword, or null for a positional argument. */
  readonly name: string | null
  readonly isSplat: boolean
  readonly value: PythonExpression
}

/** What becomes of a call's value, as far as waiting for it goes. */
export type CallUse =
  | 'awaited'
  /** Put where something else can await it: a list, a task, a name that is awaited or gathered later. */
  | 'handed-on'
  /** Used as it is. */
  | 'direct'

export interface PythonCall extends Span {
  /** Dotted name called, or null. */
  readonly path: readonly string[] | null
  readonly arguments: readonly PythonArgument[]
  readonly argumentsSpan: Span
  readonly use: CallUse
  /** The value is subscripted, called or has an attribute read on the spot: `f(x)["k"]`. */
  readonly isAccessed: boolean
  /** null outside loops; else the product of the loops' lengths that can be read off, 1 for each that cannot. */
  readonly repeats: number | null
}

export interface PythonReturn extends Span {
  readonly value: PythonExpression | null
}

export interface AttributeWrite extends Span {
  /** `['self', 'llm']` for `self.llm = ...`. */
  readonly path: readonly string[]
  readonly value: PythonExpression | null
  /** The call on the right-hand side, where it is one. */
  readonly call: PythonCall | null
  /** Whole statement. */
  readonly statement: Span
}

export interface AttributeRead extends Span {
  /** Longest chain read: `['self', 'llm', 'get_usage_summary']`; `'()'` stands for a start that is not a name. */
  readonly path: readonly string[]
  /** Span of each part of the path. */
  readonly parts: readonly Span[]
  readonly isCalled: boolean
}

export interface KeyRead extends Span {
  readonly key: string
  /** `x["key"]`, `x.get("key")`, or `x.key`, which is read of no dict. */
  readonly form: 'subscript' | 'get' | 'attribute'
  readonly origins: readonly PythonCall[] | null
}
