/**
 * Reads expressions as LaTeX, Unicode and keyboards write them: sums, written and implied products, fractions, mixed
 * numbers, powers, roots, functions, factorials, repeating decimals, absoluteOf values.
 */
import { isFunction, readFunction } from './parse-function.ts'
import { add, fromDecimal, type Rational } from './rational.ts'
import type { Expression } from './syntax.ts'
import { type TokenReader, Unread } from './token-reader.ts'
import type { Token } from './tokens.ts'

export function number(value: Rational, decimals = 0): Expression {
  return { kind: 'number', value, decimals }
}

/** @throws Unread. */
export function readExpression(reader: TokenReader): Expression {
  return reader.nested(() => {
    const terms: Expression[] = [readTerm(reader)]
    for (;;) {
      const sign = reader.accept('+', '-', '±', '∓')
      if (sign === null) break
      const term = readProduct(reader)
      terms.push(signed(sign, term))
    }
    return terms.length === 1 ? (terms[0] as Expression) : { kind: 'sum', terms }
  })
}

function signed(sign: string, of: Expression): Expression {
  if (sign === '-') return { kind: 'negative', of }
  return sign === '+' ? of : { kind: 'either', of, isLower: sign === '∓' }
}

function readTerm(reader: TokenReader): Expression {
  const sign = reader.accept('+', '-', '±', '∓')
  if (sign === null) return readProduct(reader)
  return signed(
    sign,
    reader.nested(() => readTerm(reader)),
  )
}

function readProduct(reader: TokenReader): Expression {
  let product = readPower(reader)
  for (;;) {
    const operation = reader.accept('*', '/')
    if (operation !== null) {
      const sign = reader.accept('-', '+')
      const factor = readPower(reader)
      const right = sign === '-' ? ({ kind: 'negative', of: factor } as const) : factor
      product = operation === '/' ? { kind: 'quotient', top: product, bottom: right } : times(product, right)
      continue
    }
    const mixed = readMixed(reader, product)
    if (mixed !== null) {
      product = mixed
      continue
    }
    if (!beginsFactor(reader)) break
    // `1/2x` is read as people write it: (1/2) x.
    product = times(product, readPower(reader))
  }
  return product
}

function times(left: Expression, right: Expression): Expression {
  return { kind: 'product', factors: left.kind === 'product' ? [...left.factors, right] : [left, right] }
}

/** `3 1/2` and `3\frac{1}{2}`: a whole number and a fraction below one. */
function readMixed(reader: TokenReader, whole: Expression): Expression | null {
  if (whole.kind !== 'number' || whole.decimals > 0 || whole.value.d !== 1n) return null
  const [top, slash, bottom] = [reader.next, reader.peek(1), reader.peek(2)]
  if (top?.kind === 'number' && top.isSpaced && slash?.text === '/' && bottom?.kind === 'number') {
    if (top.value.n >= bottom.value.n || top.decimals + bottom.decimals > 0) throw new Unread('two numbers in a row')
    reader.at += 3
    return mixed(whole.value, top.value.n, bottom.value.n)
  }
  if (top?.kind !== 'command' || top.text !== 'frac') return null
  const from = reader.at
  const part = readPower(reader)
  const isProper =
    part.kind === 'quotient' &&
    part.top.kind === 'number' &&
    part.bottom.kind === 'number' &&
    part.top.value.n < part.bottom.value.n
  if (isProper && part.top.kind === 'number' && part.bottom.kind === 'number')
    return mixed(whole.value, part.top.value.n, part.bottom.value.n)
  reader.at = from
  return null
}

function mixed(whole: Rational, top: bigint, bottom: bigint): Expression {
  if (bottom === 0n) throw new Unread('a fraction of zero parts')
  return { kind: 'quotient', top: number({ n: whole.n * bottom + top, d: 1n }), bottom: number({ n: bottom, d: 1n }) }
}

/** Whether the next token begins a factor of an implied product. */
function beginsFactor(reader: TokenReader): boolean {
  const token = reader.next
  if (token === undefined) return false
  if (token.kind === 'number') {
    const before = reader.tokens[reader.at - 1]
    return before?.kind === 'mark' && before.text === ')' && !token.isSpaced
  }
  if (token.kind === 'mark') return token.text === '(' || token.text === 'π' || token.text === '{' || token.text === '∞'
  if (token.kind === 'word') return isFunction(token) || isSymbolWord(token)
  return (
    /^(?:frac|sqrt|binom|overline|lfloor|lceil|sin|cos|tan|cot|sec|csc|log|ln|exp|arc\w+|lg)$/.test(token.text) ||
    token.text in greek
  )
}

const greek: Readonly<Record<string, string>> = Object.fromEntries(
  'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega ell hbar'
    .split(' ')
    .map((name) => [name, name]),
)

function readPower(reader: TokenReader): Expression {
  let base = readPostfix(reader, readAtom(reader))
  if (reader.accept('^') !== null) {
    const exponent = readExponent(reader)
    base = readPostfix(reader, { kind: 'power', base, exponent })
  }
  return base
}

/** The exponent of `^`: a group, a signed number, a symbol; `x^2^3` is x^(2^3). */
function readExponent(reader: TokenReader): Expression {
  return reader.nested(() => {
    const sign = reader.accept('-', '+')
    const atom = reader.isAt('{') ? readGroup(reader) : readAtom(reader)
    const raisedAgain =
      reader.accept('^') === null ? atom : ({ kind: 'power', base: atom, exponent: readExponent(reader) } as const)
    return sign === '-' ? { kind: 'negative', of: raisedAgain } : raisedAgain
  })
}

function readPostfix(reader: TokenReader, of: Expression): Expression {
  let value = of
  while (reader.isAt('!') && !reader.next?.isSpaced) {
    reader.at += 1
    value = { kind: 'call', name: 'factorial', args: [value] }
  }
  return value
}

const closers: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '|': '|',
  '\\lfloor': '\\rfloor',
  '\\lceil': '\\rceil',
  '\\|': '\\|',
}

export function readAtom(reader: TokenReader): Expression {
  const token = reader.next
  if (token === undefined) throw new Unread('the text ends too early')
  if (token.kind === 'number') return readNumber(reader, token)
  if (isFunction(token))
    return reader.nested(() => readFunction(reader, { readExpression, readAtom, readPower, readArgument }))
  const open = reader.accept(...Object.keys(closers))
  if (open !== null) {
    const inner = readExpression(reader)
    reader.expect(closers[open] as string)
    if (open === '|' || open === '\\|') return { kind: 'call', name: 'abs', args: [inner] }
    if (open.length > 1) return { kind: 'call', name: open === '\\lfloor' ? 'floor' : 'ceil', args: [inner] }
    return inner
  }
  if (reader.accept('π', '∞') !== null) return { kind: 'constant', name: token.text === 'π' ? 'pi' : 'infinity' }
  if (token.kind === 'command' && Object.hasOwn(greek, token.text)) {
    reader.at += 1
    return withSubscript(reader, token.text)
  }
  if (token.kind === 'word' && isSymbolWord(token)) return readSymbols(reader, token)
  throw new Unread(`${token.text} is not understood`)
}

/** A literal with what belongs to it: repeating digits (`0.\overline{3}`), a base (`47_8`). */
function readNumber(reader: TokenReader, token: Token & { readonly kind: 'number' }): Expression {
  reader.at += 1
  if (reader.isAt('\\overline', '\\bar', '\\dot') && !reader.next?.isSpaced && token.text.includes('.')) {
    reader.at += 1
    const digits = readDigits(reader)
    const scale = 10n ** BigInt(token.text.length - token.text.indexOf('.') - 1)
    const period = { n: BigInt(digits), d: scale * (10n ** BigInt(digits.length) - 1n) }
    return { kind: 'quotient', top: number(add(token.value, period)), bottom: number(fromDecimal('1')) }
  }
  if (reader.isAt('_')) {
    reader.at += 1
    const base = Number(readDigits(reader))
    if (base < 2 || base > 36 || !/^\d+$/.test(token.text)) throw new Unread('a base that is none')
    return { kind: 'based', digits: token.text, base }
  }
  return number(token.value, token.decimals)
}

function readDigits(reader: TokenReader): string {
  const isGroup = reader.accept('{') !== null
  const token = reader.next
  if (token?.kind !== 'number' || !/^\d{1,40}$/.test(token.text)) throw new Unread('digits are expected')
  reader.at += 1
  if (isGroup) reader.expect('}')
  return token.text
}

/** One to three letters that are not a word of a language: symbols, multiplied. */
function isSymbolWord(token: Token): boolean {
  return (
    token.kind === 'word' &&
    (token.text.length === 1 ||
      token.text === 'pi' ||
      (token.text.length <= 3 &&
        !/^(?:and|or|is|the|not|for|to|in|if|of|at|on|no|yes|nor|are|was|it|its|as|by|we|so|an|be|min|max|inf)$/i.test(
          token.text,
        ) &&
        /^[a-zA-Z]+$/.test(token.text)))
  )
}

const romanNumeral = /^(?=[IVXLC])M{0,3}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3})$/

function readSymbols(reader: TokenReader, token: Token): Expression {
  reader.at += 1
  if (token.text === 'pi') return { kind: 'constant', name: 'pi' }
  // A Roman numeral, or a product of symbols.
  if (token.text.length > 1 && romanNumeral.test(token.text)) throw new Unread('a Roman numeral')
  const letters = [...token.text]
  const last = letters.pop() as string
  const symbols = letters.map((name) => constantOr(name))
  symbols.push(withSubscript(reader, last))
  return symbols.length === 1 ? (symbols[0] as Expression) : { kind: 'product', factors: symbols }
}

function constantOr(name: string): Expression {
  return name === 'e' || name === 'i' ? { kind: 'constant', name } : { kind: 'symbol', name }
}

/** `x_1`, `a_{n+1}`, `f'`, `f(x)` with a single letter stay symbols of their own. */
function withSubscript(reader: TokenReader, name: string): Expression {
  let full = name
  if (reader.accept('_') !== null) full += `_${subscriptText(reader)}`
  while (reader.accept("'") !== null) full += "'"
  return full === name ? constantOr(name) : { kind: 'symbol', name: full }
}

function subscriptText(reader: TokenReader): string {
  if (reader.accept('{') === null) {
    const token = reader.next
    if (token === undefined) throw new Unread('an empty subscript')
    reader.at += 1
    return token.text
  }
  const parts: string[] = []
  while (!reader.isAt('}')) {
    const token = reader.next
    if (token === undefined) throw new Unread('a subscript without an end')
    parts.push(token.text)
    reader.at += 1
  }
  reader.at += 1
  return parts.join('')
}

function readGroup(reader: TokenReader): Expression {
  reader.expect('{')
  const inner = readExpression(reader)
  reader.expect('}')
  return inner
}

/** A braced group, or one character as LaTeX takes it: `\frac12` is one half. */
export function readArgument(reader: TokenReader): Expression {
  if (reader.isAt('{')) return readGroup(reader)
  const token = reader.next
  if (token?.kind !== 'number' || !/^\d{2,}$/.test(token.text)) return readAtom(reader)
  const [first, rest] = [token.text.slice(0, 1), token.text.slice(1)]
  const split = (text: string): Token => ({ ...token, text, value: fromDecimal(text), decimals: 0 })
  ;(reader.tokens as Token[]).splice(reader.at, 1, split(first), { ...split(rest), isSpaced: false })
  return readAtom(reader)
}
