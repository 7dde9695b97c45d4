/**
 * Numbers as people and LaTeX write them: literals with commas, currency, percent, powers of ten, fractions and mixed
 * numbers, and constant expressions with roots and pi. No variables, no symbolic algebra.
 */

const plainNumber = String.raw`(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)`
const literal = new RegExp(
  `^([+-]?)(${plainNumber})(?:[eE]([+-]?\\d{1,3})|\\s*(?:x|×|\\*|\\\\times|\\\\cdot)\\s*10\\s*(?:\\^|\\*\\*)\\s*\\{?([+-]?\\d{1,3})\\}?)?$`,
)
const fraction = new RegExp(`^([+-]?)(${plainNumber})\\s*/\\s*(${plainNumber})$`)
const mixed = /^([+-]?)(\d+)\s+(\d+)\s*\/\s*(\d+)$/
const latexFraction = /^([+-]?)(\d+)?\s*\\frac\s*(?:\{([+-]?[\d.,]+)\}|(\d))\s*(?:\{([\d.,]+)\}|(\d))$/

export interface NumberLiteral {
  readonly value: number
  /** Digits after the point as written; 0 for fractions. */
  readonly decimals: number
  /** Written as one number, not as a fraction. */
  readonly isDecimal: boolean
}

/** A literal, a fraction or a mixed number; null for anything else. Text must be free of units and currency. */
export function readNumber(text: string): NumberLiteral | null {
  const trimmed = text.trim()
  const plain = literal.exec(trimmed)
  if (plain !== null) {
    const [, sign = '', digits = '', exponent = plain[4]] = plain
    const value = Number(`${sign}${digits.replaceAll(',', '')}${exponent === undefined ? '' : `e${exponent}`}`)
    const point = digits.indexOf('.')
    const decimals = exponent === undefined && point >= 0 ? digits.length - point - 1 : 0
    return finite(value, decimals, exponent === undefined)
  }
  const [, sign, top, bottom] = fraction.exec(trimmed) ?? []
  if (top !== undefined && bottom !== undefined) return finite((signOf(sign) * plainValue(top)) / plainValue(bottom))
  const [, mixedSign, whole, part, of] = mixed.exec(trimmed) ?? []
  if (whole !== undefined) return finite(signOf(mixedSign) * (Number(whole) + Number(part) / Number(of)))
  const latex = latexFraction.exec(trimmed)
  if (latex === null) return null
  const numerator = plainValue(latex[3] ?? latex[4] ?? '')
  const denominator = plainValue(latex[5] ?? latex[6] ?? '')
  const added = latex[2] === undefined ? 0 : Number(latex[2])
  return finite(signOf(latex[1]) * (added + numerator / denominator))
}

function finite(value: number, decimals = 0, isDecimal = false): NumberLiteral | null {
  return Number.isFinite(value) ? { value, decimals, isDecimal } : null
}

function signOf(text: string | undefined): number {
  return text === '-' ? -1 : 1
}

function plainValue(text: string): number {
  return Number(text.replaceAll(',', ''))
}

const token = /\\frac|\\sqrt|\\pi|\\cdot|\\times|\\div|\d+\.?\d*|\.\d+|[-+*/^(){}[\]!π√×·÷]|\s+/y
const maxChars = 200
const maxDepth = 40

/** Value of a constant expression, e.g. `\frac{\sqrt{6}}{3}`, `2\pi`, `(3+4)/5`; null when it is none. */
export function evaluateExpression(text: string): number | null {
  if (text.length > maxChars || !/\d|\\pi|π/.test(text)) return null
  const tokens: string[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const found = token.exec(text)
    if (found === null) return null
    if (found[0].trim() !== '') tokens.push(found[0])
  }
  const reader = { tokens, at: 0, depth: 0 }
  const value = readSum(reader)
  return value !== null && reader.at === tokens.length && Number.isFinite(value) ? value : null
}

interface Reader {
  readonly tokens: readonly string[]
  at: number
  depth: number
}

function accept(reader: Reader, ...wanted: readonly string[]): string | null {
  const next = reader.tokens[reader.at]
  if (next === undefined || !wanted.includes(next)) return null
  reader.at += 1
  return next
}

function readSum(reader: Reader): number | null {
  if (++reader.depth > maxDepth) return null
  let sum = readProduct(reader)
  while (sum !== null) {
    const operation = accept(reader, '+', '-')
    if (operation === null) break
    const next = readProduct(reader)
    sum = next === null ? null : operation === '+' ? sum + next : sum - next
  }
  reader.depth -= 1
  return sum
}

/** Products, written out or implied: `2\pi`, `3(4+5)`. */
function readProduct(reader: Reader): number | null {
  let product = readSigned(reader)
  while (product !== null) {
    const operation = accept(reader, '*', '/', '\\cdot', '\\times', '\\div', '×', '·', '÷')
    const next = reader.tokens[reader.at]
    if (operation === null && (next === undefined || !/^(?:\\frac|\\sqrt|\\pi|π|√|\(|\{)$/.test(next))) break
    const factor = operation === null ? readPower(reader) : readSigned(reader)
    const isDivision = operation === '/' || operation === '\\div' || operation === '÷'
    product = factor === null ? null : isDivision ? product / factor : product * factor
  }
  return product
}

function readSigned(reader: Reader): number | null {
  const sign = accept(reader, '-', '+')
  const value = readPower(reader)
  return value === null ? null : sign === '-' ? -value : value
}

function readPower(reader: Reader): number | null {
  const base = readAtom(reader)
  if (base === null || accept(reader, '^') === null) return base
  const sign = accept(reader, '-')
  const exponent = readAtom(reader)
  return exponent === null ? null : base ** (sign === '-' ? -exponent : exponent)
}

function readAtom(reader: Reader): number | null {
  const next = reader.tokens[reader.at]
  if (next === undefined) return null
  if (/^[\d.]/.test(next)) {
    reader.at += 1
    return accept(reader, '!') === null ? Number(next) : factorial(Number(next))
  }
  if (accept(reader, '\\pi', 'π') !== null) return Math.PI
  if (accept(reader, '(', '{', '[') !== null) {
    const value = readSum(reader)
    return accept(reader, { '(': ')', '{': '}', '[': ']' }[next] ?? '') === null ? null : value
  }
  if (accept(reader, '\\sqrt', '√') !== null) {
    const degree = reader.tokens[reader.at] === '[' ? readAtom(reader) : 2
    const radicand = readArgument(reader)
    return degree === null || radicand === null ? null : radicand ** (1 / degree)
  }
  if (accept(reader, '\\frac') !== null) {
    const top = readArgument(reader)
    const bottom = readArgument(reader)
    return top === null || bottom === null ? null : top / bottom
  }
  return null
}

/** A braced group, or one character as LaTeX takes it: `\frac12` is one half. */
function readArgument(reader: Reader): number | null {
  const next = reader.tokens[reader.at]
  if (next === undefined || !/^\d{2,}$/.test(next)) return readAtom(reader)
  const tokens = reader.tokens as string[]
  tokens.splice(reader.at, 1, next.slice(0, 1), next.slice(1))
  return readAtom(reader)
}

function factorial(n: number): number | null {
  if (!Number.isInteger(n) || n > 100) return null
  let product = 1
  for (let i = 2; i <= n; i++) product *= i
  return product
}
