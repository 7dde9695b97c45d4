/**
 * Arithmetic in Python's syntax over named values: the steps of a worked problem are kept as text, so that the same line
 * can be evaluated, explained with its numbers filled in, printed in a program, and spoilt by one slip.
 * Operators: + - * / // % and parentheses. No calls, no powers.
 */

const tokenPattern = /\d+(?:\.\d+)?|[a-z_][a-z_0-9]*|\/\/|[-+*/%()]/g
const cache = new Map<string, readonly string[]>()
const cacheLimit = 4096

export function tokens(expression: string): readonly string[] {
  const known = cache.get(expression)
  if (known !== undefined) return known
  const found = expression.match(tokenPattern) ?? []
  if (cache.size >= cacheLimit) cache.clear()
  cache.set(expression, found)
  return found
}

export function isName(token: string): boolean {
  return /^[a-z_]/.test(token)
}

/** @returns the value, or NaN for an unknown name or malformed text. */
export function arithmeticValue(expression: string, values: ReadonlyMap<string, number>): number {
  const list = tokens(expression)
  let position = 0
  const atom = (): number => {
    const token = list[position++]
    if (token === undefined) return Number.NaN
    if (token === '(') {
      const inner = sum()
      position++
      return inner
    }
    if (token === '-') return -atom()
    return isName(token) ? (values.get(token) ?? Number.NaN) : Number(token)
  }
  const product = (): number => {
    let left = atom()
    for (;;) {
      const operator = list[position]
      if (operator !== '*' && operator !== '/' && operator !== '//' && operator !== '%') return left
      position++
      const right = atom()
      if (operator === '*') left *= right
      else if (operator === '/') left /= right
      else if (operator === '//') left = Math.floor(left / right)
      else left -= right * Math.floor(left / right)
    }
  }
  const sum = (): number => {
    let left = product()
    for (;;) {
      const operator = list[position]
      if (operator !== '+' && operator !== '-') return left
      position++
      const right = product()
      left = operator === '+' ? left + right : left - right
    }
  }
  const value = sum()
  return position >= list.length ? value : Number.NaN
}

/** Joins tokens again, spaced as people write arithmetic. */
export function joined(list: readonly string[]): string {
  return list.join(' ').replaceAll('( ', '(').replaceAll(' )', ')')
}
