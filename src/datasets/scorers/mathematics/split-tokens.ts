/** Cuts rows of tokens outside their brackets: at separators, at relations, at the brackets around the whole. */
import { isFunction } from './parse-function.ts'
import type { Token } from './tokens.ts'

/** As it is written, `\` of commands included. */
export function written(token: Token): string {
  return token.kind === 'command' ? `\\${token.text}` : token.text
}

function depthChange(token: Token): number {
  if (token.kind === 'command') {
    if (['{', 'lfloor', 'lceil', 'begin'].includes(token.text)) return 1
    return ['}', 'rfloor', 'rceil', 'end'].includes(token.text) ? -1 : 0
  }
  if (token.kind !== 'mark') return 0
  if ('([{⟨'.includes(token.text)) return 1
  return ')]}⟩'.includes(token.text) ? -1 : 0
}

/** Parts between the separators outside all brackets, and the separators. A `\begin` and its name nest like a bracket. */
export function splitTop(
  tokens: readonly Token[],
  separators: readonly string[],
): { parts: Token[][]; marks: string[] } {
  const parts: Token[][] = [[]]
  const marks: string[] = []
  let depth = 0
  for (const token of tokens) {
    const change = depthChange(token)
    depth += change
    const text = written(token)
    const isSeparator =
      depth === 0 && token.kind !== 'number' && separators.includes(token.kind === 'word' ? text.toLowerCase() : text)
    if (isSeparator) {
      marks.push(text.toLowerCase())
      parts.push([])
    } else (parts.at(-1) as Token[]).push(token)
  }
  return { parts, marks }
}

/** Places of relations outside all brackets. */
export function relationAt(tokens: readonly Token[]): number[] {
  const places: number[] = []
  let depth = 0
  for (const [at, token] of tokens.entries()) {
    depth += depthChange(token)
    if (depth === 0 && token.kind === 'mark' && '<>≤≥≠=≈∈'.includes(token.text)) places.push(at)
  }
  return places
}

export function partsAt(tokens: readonly Token[], places: readonly number[]): Token[][] {
  return [...places, tokens.length].map((place, at) =>
    tokens.slice(at === 0 ? 0 : (places[at - 1] as number) + 1, place),
  )
}

export interface Bracketed {
  readonly open: string
  readonly close: string
  readonly inner: readonly Token[]
}

/** The brackets around the whole and what they hold; `]2, 5[` is (2, 5). */
export function unwrapped(tokens: readonly Token[]): Bracketed | null {
  const [first, last] = [tokens[0], tokens.at(-1)]
  if (first === undefined || last === undefined || tokens.length < 2) return null
  const [open, close] = [written(first), written(last)]
  const inner = tokens.slice(1, -1)
  if ((open === ']' && /^[[\])]$/.test(close)) || (close === '[' && /^[[(]$/.test(open)))
    return { open: open === ']' ? '(' : open, close: close === '[' ? ')' : close, inner }
  if (!['(', '[', '{', '\\{', '⟨'].includes(open) || depthChange(last) !== -1) return null
  let depth = 0
  for (const [at, token] of tokens.entries()) {
    depth += depthChange(token)
    if (depth === 0 && at < tokens.length - 1) return null
  }
  return depth === 0 ? { open, close, inner } : null
}

/**
 * What is left of `=` where it is a name: `x`, `x_1`, `f(x)`, `AB`, `(x, y)`, "Area"; null where it is an expression.
 */
export function nameOf(tokens: readonly Token[]): string | null {
  const [first] = tokens
  if (first === undefined || tokens.length > 14) return null
  const text = tokens.map(written).join(' ')
  if (/[+*/^<>|\d]/.test(text.replace(/_ (?:\{[^{}]*\}|\S+)|(?<=^\p{L} )\( [^()]* \)/gu, ''))) return null
  if (first.text === '(' && tokens.at(-1)?.text === ')') {
    const inner = splitTop(tokens.slice(1, -1), [',']).parts
    return inner.length > 1 && inner.every((part) => nameOf(part) !== null)
      ? inner.map((part) => nameOf(part)).join(',')
      : null
  }
  if (first.kind === 'number' || first.kind === 'mark' || isFunction(first)) return null
  const isOneSymbol = /^(?:\p{L}|\\[a-zA-Z]+)(?: _ (?:\{ .* \}|\S+))?(?: ')*(?: \( .* \))?$/u.test(text)
  const isGeometry = /^(?:\\(?:angle|triangle|overline|widehat|vec|hat)[ {]*)?[A-Z]{1,4}(?: \})?$/.test(text)
  const isWord =
    /\p{L}{4}/u.test(text) &&
    tokens.every(({ kind, text: own }) => kind === 'word' || own === "'" || own === '(' || own === ')')
  return isOneSymbol || isGeometry || isWord ? text : null
}
