/**
 * Walks a function's statements along every path, keeping the names that are surely bound and the calls they come
 * from. Conditions are not evaluated; a loop over a literal range or list is known to run. Loop bodies are walked once:
 * what a later round binds differently adds no certainty, so it is not needed.
 */

import { iterationsOf, pathOf } from './expression-forms.ts'
import { type ExpressionReader, type FlowState, joinOrigins, type Source } from './expressions.ts'
import type { AttributeWrite, PythonReturn } from './facts.ts'
import { capturedNames, importedNames, targetNames, undecorated } from './names.ts'
import { childOf, contentOf, descendantsOf, nodeText, type SyntaxNode } from './syntax-tree.ts'

/** null: this point cannot be reached. */
type State = FlowState | null

interface LoopExits {
  breaks: State
  continues: State
}

export class FlowWalker {
  readonly returns: PythonReturn[] = []
  readonly attributeWrites: AttributeWrite[] = []
  /** Function and class definitions met, for their own analysis. */
  readonly definitions: SyntaxNode[] = []
  readonly #source: Source
  readonly #reader: ExpressionReader
  readonly #loops: LoopExits[] = []

  constructor(source: Source, reader: ExpressionReader) {
    this.#source = source
    this.#reader = reader
  }

  /** @returns whether the end of the block can be reached. */
  walk(body: SyntaxNode, parameters: readonly string[]): boolean {
    return this.#block(body, new Map(parameters.map((name) => [name, null]))) !== null
  }

  #join(a: State, b: State): State {
    if (a === null) return b
    if (b === null) return a
    this.#source.work.spend(a.size)
    const joined: FlowState = new Map()
    for (const [name, origins] of a) {
      const others = b.get(name)
      if (origins !== others) this.#source.work.spend((origins?.length ?? 0) + (others?.length ?? 0))
      if (b.has(name)) joined.set(name, joinOrigins(origins, others))
    }
    return joined
  }

  #copy(state: State): State {
    return state === null ? null : this.#copyOf(state)
  }

  #copyOf(state: FlowState): FlowState {
    this.#source.work.spend(state.size)
    return new Map(state)
  }

  #block(node: SyntaxNode | null, state: State): State {
    let current = state
    for (const statement of node === null ? [] : contentOf(node)) current = this.#statement(statement, current)
    return current
  }

  #statement(node: SyntaxNode, state: State): State {
    if (state === null) return null
    switch (node.type) {
      case 'expression_statement':
        for (const child of contentOf(node)) this.#expressionStatement(child, node, state)
        return state
      case 'return_statement':
        this.#return(node, state)
        return null
      case 'raise_statement':
        this.#readContent(node, state)
        return null
      case 'break_statement':
      case 'continue_statement': {
        const loop = this.#loops.at(-1)
        if (loop !== undefined && node.type === 'break_statement')
          loop.breaks = this.#join(loop.breaks, this.#copy(state))
        else if (loop !== undefined) loop.continues = this.#join(loop.continues, this.#copy(state))
        return null
      }
      case 'if_statement':
        return this.#if(node, state)
      case 'for_statement':
        return this.#for(node, state)
      case 'while_statement':
        return this.#while(node, state)
      case 'try_statement':
        return this.#try(node, state)
      case 'with_statement':
        return this.#with(node, state)
      case 'match_statement':
        return this.#match(node, state)
      case 'function_definition':
      case 'class_definition':
      case 'decorated_definition':
        return this.#define(node, state)
      case 'import_statement':
      case 'import_from_statement':
        for (const { boundName } of importedNames(node, this.#source.text)) state.set(boundName, null)
        return state
      case 'delete_statement':
        this.#readContent(node, state)
        for (const child of contentOf(node))
          for (const name of targetNames(child, this.#source.text)) state.delete(name)
        return state
      case 'global_statement':
      case 'nonlocal_statement':
      case 'comment':
        return state
      default:
        this.#readContent(node, state)
        return state
    }
  }

  #readContent(node: SyntaxNode, state: FlowState): void {
    for (const child of contentOf(node)) this.#reader.read(child, state)
  }

  #expressionStatement(node: SyntaxNode, statement: SyntaxNode, state: FlowState): void {
    if (node.type === 'augmented_assignment') {
      this.#reader.read(childOf(node, 'left'), state)
      this.#reader.read(childOf(node, 'right'), state)
      for (const name of targetNames(childOf(node, 'left'), this.#source.text)) state.set(name, null)
      return
    }
    if (node.type !== 'assignment') {
      this.#reader.read(node, state)
      return
    }
    const targets: SyntaxNode[] = []
    let value: SyntaxNode | null = node
    while (value?.type === 'assignment') {
      const left = childOf(value, 'left')
      if (left !== null) targets.push(left)
      value = childOf(value, 'right')
    }
    if (value === null) return
    this.#reader.read(value, state)
    for (const target of targets) this.#assign(target, value, statement, state)
  }

  #assign(target: SyntaxNode, value: SyntaxNode, statement: SyntaxNode, state: FlowState): void {
    if (target.type === 'identifier') {
      state.set(nodeText(this.#source.text, target), this.#reader.originsOf(value, state))
      return
    }
    if (target.type === 'attribute') {
      this.#reader.read(childOf(target, 'object'), state)
      const path = pathOf(target, this.#source.text)
      if (path !== null)
        this.attributeWrites.push({
          ...this.#source.spanOf(target),
          path,
          value: this.#reader.expression(value, state),
          call: this.#reader.callAt(value),
          statement: this.#source.spanOf(statement),
        })
      return
    }
    if (target.type === 'subscript') {
      this.#reader.read(childOf(target, 'value'), state)
      this.#reader.read(childOf(target, 'subscript'), state)
      return
    }
    this.#bind(target, state)
  }

  #bind(target: SyntaxNode | null, state: FlowState): void {
    for (const name of targetNames(target, this.#source.text)) state.set(name, null)
  }

  #return(node: SyntaxNode, state: FlowState): void {
    const value = contentOf(node)[0] ?? null
    this.#reader.read(value, state)
    this.returns.push({
      ...this.#source.spanOf(node),
      value: value === null ? null : this.#reader.expression(value, state),
    })
  }

  #if(node: SyntaxNode, state: FlowState): State {
    this.#reader.read(childOf(node, 'condition'), state)
    let out = this.#block(childOf(node, 'consequence'), this.#copy(state))
    for (const alternative of node.children.filter((child) => child.field === 'alternative')) {
      if (alternative.type === 'elif_clause') {
        this.#reader.read(childOf(alternative, 'condition'), state)
        out = this.#join(out, this.#block(childOf(alternative, 'consequence'), this.#copy(state)))
      } else return this.#join(out, this.#block(childOf(alternative, 'body'), this.#copy(state)))
    }
    return this.#join(out, state)
  }

  #for(node: SyntaxNode, state: FlowState): State {
    const iterable = childOf(node, 'right')
    this.#reader.read(iterable, state)
    const iterations = iterationsOf(iterable, this.#source.text)
    const inner = this.#copyOf(state)
    this.#bind(childOf(node, 'left'), inner)
    const { end, breaks } = this.#loopBody(childOf(node, 'body'), inner, iterations)
    const isSureToRun = iterations !== null && iterations > 0
    const exhausted = isSureToRun ? end : this.#join(state, end)
    const alternative = childOf(node, 'alternative')
    const finished = alternative === null ? exhausted : this.#block(childOf(alternative, 'body'), exhausted)
    return this.#join(finished, breaks)
  }

  #while(node: SyntaxNode, state: FlowState): State {
    const condition = childOf(node, 'condition')
    this.#reader.read(condition, state)
    const isEndless = condition !== null && /^(True|1)$/.test(nodeText(this.#source.text, condition))
    const { end, breaks } = this.#loopBody(childOf(node, 'body'), this.#copyOf(state), null)
    if (isEndless) return breaks
    const exhausted = this.#join(state, end)
    const alternative = childOf(node, 'alternative')
    const finished = alternative === null ? exhausted : this.#block(childOf(alternative, 'body'), exhausted)
    return this.#join(finished, breaks)
  }

  #loopBody(body: SyntaxNode | null, state: FlowState, iterations: number | null): { end: State; breaks: State } {
    const exits: LoopExits = { breaks: null, continues: null }
    this.#loops.push(exits)
    this.#reader.loops.push(iterations)
    const end = this.#block(body, state)
    this.#reader.loops.pop()
    this.#loops.pop()
    return { end: this.#join(end, exits.continues), breaks: exits.breaks }
  }

  #try(node: SyntaxNode, state: FlowState): State {
    const body = childOf(node, 'body')
    // An exception may come anywhere in the body: what it binds is not sure, what it rebinds may be anything.
    const interrupted: FlowState = this.#copyOf(state)
    for (const name of body === null ? [] : this.#namesBoundIn(body))
      if (interrupted.has(name)) interrupted.set(name, null)
    let out = this.#block(body, this.#copy(state))
    for (const clause of contentOf(node)) {
      if (clause.type === 'else_clause') out = this.#block(childOf(clause, 'body'), out)
      else if (clause.type === 'except_clause' || clause.type === 'except_group_clause')
        out = this.#join(out, this.#except(clause, this.#copyOf(interrupted)))
    }
    const last = contentOf(node).find((clause) => clause.type === 'finally_clause')
    if (last === undefined) return out
    const block = contentOf(last).find((child) => child.type === 'block') ?? null
    const afterFailure = this.#block(block, out === null ? interrupted : this.#copyOf(out))
    return out === null || afterFailure === null ? null : afterFailure
  }

  #except(clause: SyntaxNode, state: FlowState): State {
    for (const child of contentOf(clause)) {
      if (child.type === 'block') continue
      if (child.type === 'as_pattern') {
        this.#reader.read(contentOf(child)[0] ?? null, state)
        this.#bind(childOf(child, 'alias'), state)
      } else this.#reader.read(child, state)
    }
    return this.#block(contentOf(clause).find((child) => child.type === 'block') ?? null, state)
  }

  #namesBoundIn(body: SyntaxNode): Set<string> {
    const names = new Set<string>()
    const nodes = descendantsOf(body)
    this.#source.work.spend(nodes.length)
    for (const node of nodes)
      if (node.type === 'assignment')
        for (const name of targetNames(childOf(node, 'left'), this.#source.text)) names.add(name)
    return names
  }

  #with(node: SyntaxNode, state: FlowState): State {
    for (const clause of contentOf(node)) {
      if (clause.type !== 'with_clause') continue
      for (const item of contentOf(clause)) {
        const value = childOf(item, 'value')
        if (value?.type === 'as_pattern') {
          this.#reader.read(contentOf(value)[0] ?? null, state)
          this.#bind(childOf(value, 'alias'), state)
        } else this.#reader.read(value, state)
      }
    }
    return this.#block(childOf(node, 'body'), state)
  }

  #match(node: SyntaxNode, state: FlowState): State {
    for (const child of node.children) if (child.field === 'subject') this.#reader.read(child, state)
    const body = childOf(node, 'body')
    let out: State = null
    let isExhaustive = false
    for (const clause of body === null ? [] : contentOf(body)) {
      const inner = this.#copyOf(state)
      const patterns = contentOf(clause).filter((child) => child.type === 'case_pattern')
      for (const pattern of patterns)
        for (const name of capturedNames(pattern, this.#source.text)) inner.set(name, null)
      this.#reader.read(childOf(clause, 'guard'), inner)
      if (patterns.some((pattern) => nodeText(this.#source.text, pattern) === '_')) isExhaustive = true
      out = this.#join(out, this.#block(childOf(clause, 'consequence'), inner))
    }
    return isExhaustive ? out : this.#join(out, state)
  }

  #define(node: SyntaxNode, state: FlowState): State {
    const definition = undecorated(node)
    for (const child of contentOf(node))
      if (child.type === 'decorator') this.#reader.read(contentOf(child)[0] ?? null, state)
    const name = childOf(definition, 'name')
    if (name !== null) state.set(nodeText(this.#source.text, name), null)
    this.definitions.push(definition)
    if (definition.type === 'class_definition') {
      this.#reader.read(childOf(definition, 'superclasses'), state)
      const inner: FlowState = this.#copyOf(state)
      for (const child of contentOf(childOf(definition, 'body') ?? definition))
        if (!/definition$/.test(child.type)) this.#statement(child, inner)
    }
    return state
  }
}
