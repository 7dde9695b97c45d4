/** Functions, roots, fractions and binomials, with the arguments that LaTeX and keyboards give them. */

import { integer } from './rational.ts'
import type { Expression } from './syntax.ts'
import { type TokenReader, Unread } from './token-reader.ts'
import type { Token } from './tokens.ts'

interface Readers {
  readonly readExpression: (reader: TokenReader) => Expression
  readonly readAtom: (reader: TokenReader) => Expression
  readonly readPower: (reader: TokenReader) => Expression
  readonly readArgument: (reader: TokenReader) => Expression
}

const named: Readonly<Record<string, string>> = {
  sin: 'sin',
  cos: 'cos',
  tan: 'tan',
  cot: 'cot',
  sec: 'sec',
  csc: 'csc',
  arcsin: 'asin',
  asin: 'asin',
  arccos: 'acos',
  acos: 'acos',
  arctan: 'atan',
  atan: 'atan',
  sinh: 'sinh',
  cosh: 'cosh',
  tanh: 'tanh',
  log: 'log',
  lg: 'log',
  ln: 'ln',
  exp: 'exp',
  gcd: 'gcd',
  lcm: 'lcm',
  max: 'max',
  min: 'min',
  abs: 'abs',
  floor: 'floor',
  ceil: 'ceil',
  sqrt: 'sqrt',
  cbrt: 'cbrt',
  frac: 'frac',
  binom: 'binom',
  choose: 'binom',
}
/** Take one argument in parentheses or the product that follows. */
const open = new Set([
  'sin',
  'cos',
  'tan',
  'cot',
  'sec',
  'csc',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'log',
  'ln',
  'exp',
])

export function isFunction(token: Token): boolean {
  if (token.kind !== 'word' && token.kind !== 'command') return false
  if (token.kind === 'word' && (token.text === 'frac' || token.text === 'binom')) return false
  return Object.hasOwn(named, token.text)
}

export function readFunction(reader: TokenReader, readers: Readers): Expression {
  const name = named[reader.next?.text ?? ''] as string
  reader.at += 1
  const { readArgument } = readers
  if (name === 'frac') return { kind: 'quotient', top: readArgument(reader), bottom: readArgument(reader) }
  if (name === 'binom') return { kind: 'call', name, args: [readArgument(reader), readArgument(reader)] }
  if (name === 'sqrt' || name === 'cbrt') return readRoot(reader, name, readers)
  if (!open.has(name)) return { kind: 'call', name, args: readArguments(reader, readers) }
  const base = name === 'log' && reader.accept('_') !== null ? readArgument(reader) : null
  const raised = reader.accept('^') === null ? null : readArgument(reader)
  const inverse =
    raised?.kind === 'negative' && raised.of.kind === 'number' && raised.of.value.n === 1n && raised.of.value.d === 1n
  const argument = inRadians(reader, readOpenArgument(reader, readers))
  const args = base === null ? [argument] : [argument, base]
  if (inverse) {
    if (!['sin', 'cos', 'tan'].includes(name)) throw new Unread('an inverse that is not known')
    return { kind: 'call', name: `a${name}`, args }
  }
  const call: Expression = { kind: 'call', name, args }
  return raised === null ? call : { kind: 'power', base: call, exponent: raised }
}

/** `\sqrt[3]{27}`, `\sqrt2`, `sqrt(12)`, `√12`. */
function readRoot(reader: TokenReader, name: string, { readExpression, readAtom, readArgument }: Readers): Expression {
  let degree: Expression = { kind: 'number', value: integer(name === 'cbrt' ? 3 : 2), decimals: 0 }
  if (reader.accept('[') !== null) {
    degree = readExpression(reader)
    reader.expect(']')
  }
  // The whole number of `√12` and of `\sqrt12`, which LaTeX would cut: no one means √1 followed by 2.
  const radicand = reader.isAt('{') ? readArgument(reader) : readAtom(reader)
  return { kind: 'call', name: 'root', args: [radicand, degree] }
}

function readArguments(reader: TokenReader, { readExpression }: Readers): Expression[] {
  reader.expect('(')
  const args = [readExpression(reader)]
  while (reader.accept(',', ';') !== null) args.push(readExpression(reader))
  reader.expect(')')
  return args
}

/** `\sin 30^\circ`. */
function inRadians(reader: TokenReader, of: Expression): Expression {
  if (reader.accept('degrees') === null) return of
  const bottom: Expression = { kind: 'number', value: integer(180), decimals: 0 }
  return { kind: 'quotient', top: { kind: 'product', factors: [of, { kind: 'constant', name: 'pi' }] }, bottom }
}

/** `(x+1)`, or a product up to the next sign: `\sin 2x + 1` is sin(2x) + 1. */
function readOpenArgument(reader: TokenReader, { readExpression, readPower }: Readers): Expression {
  if (reader.accept('(') !== null) {
    const inner = readExpression(reader)
    reader.expect(')')
    return inner
  }
  const factors = [readPower(reader)]
  while (reader.next !== undefined && !isFunction(reader.next) && /^[\p{L}π]$/u.test(reader.next.text))
    factors.push(readPower(reader))
  if (reader.isAt('/') && reader.peek(1)?.kind === 'number') {
    reader.at += 1
    const top: Expression = factors.length === 1 ? (factors[0] as Expression) : { kind: 'product', factors }
    return { kind: 'quotient', top, bottom: readPower(reader) }
  }
  return factors.length === 1 ? (factors[0] as Expression) : { kind: 'product', factors }
}
