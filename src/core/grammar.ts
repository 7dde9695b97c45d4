/** A grammar as data, and its two notations: GBNF (llama.cpp; also what vLLM's xgrammar backend reads) and a regular expression. */

export type Syntax =
  | { readonly kind: 'text'; readonly text: string }
  /** A character class without its brackets, in the form that GBNF and regular expressions share. */
  | { readonly kind: 'characters'; readonly set: string }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Syntax[] }
  | { readonly kind: 'choice'; readonly parts: readonly Syntax[] }
  /** `max` null: without limit. */
  | { readonly kind: 'repeat'; readonly part: Syntax; readonly min: number; readonly max: number | null }

/** Rules by name, none of them recursive; the whole is `root`. */
export type Grammar = ReadonlyMap<string, Syntax>

export const text = (value: string): Syntax => ({ kind: 'text', text: value })
export const characters = (set: string): Syntax => ({ kind: 'characters', set })
export const rule = (name: string): Syntax => ({ kind: 'rule', name })
export const sequence = (...parts: readonly Syntax[]): Syntax => ({ kind: 'sequence', parts })
export const choice = (...parts: readonly Syntax[]): Syntax =>
  parts.length === 1 ? (parts[0] as Syntax) : { kind: 'choice', parts }
export const repeat = (part: Syntax, min: number, max: number | null): Syntax => ({ kind: 'repeat', part, min, max })

/** One rule a line, `root` first. */
export function gbnfOf(grammar: Grammar): string {
  const names = ['root', ...[...grammar.keys()].filter((name) => name !== 'root')]
  return names.map((name) => `${name} ::= ${gbnfPart(ruleOf(grammar, name), false)}\n`).join('')
}

function gbnfPart(syntax: Syntax, isInner: boolean): string {
  switch (syntax.kind) {
    case 'text':
      return `"${syntax.text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
    case 'characters':
      return `[${syntax.set}]`
    case 'rule':
      return syntax.name
    case 'sequence': {
      const parts = syntax.parts.map((part) => gbnfPart(part, true)).join(' ')
      return isInner && syntax.parts.length > 1 ? `(${parts})` : parts
    }
    case 'choice': {
      const parts = syntax.parts.map((part) => gbnfPart(part, part.kind === 'choice')).join(' | ')
      return isInner ? `(${parts})` : parts
    }
    case 'repeat':
      return gbnfPart(syntax.part, true) + quantifier(syntax.min, syntax.max)
    default:
      return syntax satisfies never
  }
}

/** Anchored on neither side: servers match the whole output. Grows with every use of a rule. */
export function regexOf(grammar: Grammar): string {
  const known = new Map<string, string>()
  const write = (syntax: Syntax): string => {
    switch (syntax.kind) {
      case 'text':
        return syntax.text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('\n', '\\n')
      case 'characters':
        return `[${syntax.set}]`
      case 'rule': {
        const made = known.get(syntax.name) ?? write(ruleOf(grammar, syntax.name))
        known.set(syntax.name, made)
        return made
      }
      case 'sequence':
        return syntax.parts.map((part) => write(part)).join('')
      case 'choice':
        return `(?:${syntax.parts.map((part) => write(part)).join('|')})`
      case 'repeat': {
        const part = write(syntax.part)
        const { kind } = resolved(grammar, syntax.part)
        const isOne = kind === 'characters' || kind === 'choice'
        return (isOne ? part : `(?:${part})`) + quantifier(syntax.min, syntax.max)
      }
      default:
        return syntax satisfies never
    }
  }
  return write(rule('root'))
}

function quantifier(min: number, max: number | null): string {
  if (min === 0 && max === 1) return '?'
  if (max === null) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  return min === max ? `{${min}}` : `{${min},${max}}`
}

/** The syntax that a rule stands for. */
function resolved(grammar: Grammar, syntax: Syntax): Syntax {
  return syntax.kind === 'rule' ? resolved(grammar, ruleOf(grammar, syntax.name)) : syntax
}

export function ruleOf(grammar: Grammar, name: string): Syntax {
  const found = grammar.get(name)
  if (found === undefined) throw new Error(`the grammar has no rule ${name}`)
  return found
}
