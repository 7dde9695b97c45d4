/**
 * Reads the arrow language: a chain of steps with `->` (or `→`), parallel branches in brackets, loops with `* n`, choices
 * with `? :`. `Review ? Revise : done` revises at a fault; where only the first branch is `done`, the second one is for faults.
 */
import { BatonError } from '../../../core/failure.ts'
import type { Step } from './steps.ts'

interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'mark' | 'end'
  readonly text: string
  readonly at: number
}

const tokenPattern =
  /\s+|#[^\n]*|(?:->|-->|=>|→)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|[A-Za-z_]\w*|\d+|[[\](),*×?:;|]/y
const maxTimes = 20
const maxDepth = 20
const maxSteps = 64

/** One step after another, on one line or several; nothing that Python would be. */
export function isArrow(text: string): boolean {
  const bare = withoutFrame(text)
  if (bare === '' || /\b(?:class|def|import)\b/.test(bare) || bare.length > 4000) return false
  try {
    return tokensOf(bare).every(({ kind }) => kind !== 'text' || bare.length > 0) && /->|→|=>|^\s*\w+\s*$/.test(bare)
  } catch {
    return /->|→/.test(bare) && !/[{}=;]/.test(bare.replace(/=>/g, ''))
  }
}

/** @throws BatonError that says where the text stops making sense. */
export function parseArrow(text: string): Step {
  const bare = withoutFrame(text)
  const tokens = tokensOf(bare)
  let position = 0
  let steps = 0
  const peek = (): Token => tokens[position] as Token
  const is = (...marks: readonly string[]): boolean => peek().kind === 'mark' && marks.includes(peek().text)
  const expect = (mark: string): void => {
    if (!is(mark)) throw arrowError(bare, peek(), `"${mark}" is missing`)
    position += 1
  }

  const chain = (depth: number): Step => {
    if (depth > maxDepth) throw arrowError(bare, peek(), 'the steps are nested too deeply')
    const found = [choice(depth)]
    while (is('->')) {
      position += 1
      found.push(choice(depth))
    }
    return found.length === 1 ? (found[0] as Step) : { kind: 'chain', steps: found }
  }

  const choice = (depth: number): Step => {
    const condition = repeated(depth)
    if (!is('?')) return condition
    position += 1
    const first = repeated(depth)
    expect(':')
    const second = choice(depth)
    const isSwapped = first.kind === 'done' && second.kind !== 'done'
    return { kind: 'branch', condition, atFault: isSwapped ? second : first, otherwise: isSwapped ? first : second }
  }

  const repeated = (depth: number): Step => {
    let step = single(depth)
    while (is('*')) {
      position += 1
      const token = peek()
      const times = Number(token.text)
      if (token.kind !== 'number' || times < 1 || times > maxTimes)
        throw arrowError(bare, token, `a loop runs 1 to ${maxTimes} times`)
      position += 1
      step = { kind: 'loop', body: step, times }
    }
    return step
  }

  const single = (depth: number): Step => {
    const token = peek()
    steps += 1
    if (steps > maxSteps) throw arrowError(bare, token, `more than ${maxSteps} steps`)
    position += 1
    if (token.kind === 'mark' && token.text === '(') {
      const inner = chain(depth + 1)
      expect(')')
      return inner
    }
    if (token.kind === 'mark' && token.text === '[') {
      const branches = [chain(depth + 1)]
      while (is(',')) {
        position += 1
        branches.push(chain(depth + 1))
      }
      expect(']')
      return { kind: 'parallel', branches }
    }
    if (token.kind !== 'name') throw arrowError(bare, token, 'an operator is missing')
    if (/^(?:done|end|stop|finish|pass|none)$/i.test(token.text)) return { kind: 'done' }
    return { kind: 'operator', name: token.text, instruction: instructionAfter(), at: token.at }
  }

  /** `Custom("Solve it step by step.")`; empty parentheses mean nothing. */
  const instructionAfter = (): string | null => {
    const next = tokens[position + 1]
    if (!is('(') || next === undefined) return null
    if (next.kind === 'mark' && next.text === ')') {
      position += 2
      return null
    }
    if (next.kind !== 'text') return null
    position += 2
    expect(')')
    return next.text
  }

  const whole = chain(0)
  if (peek().kind !== 'end') throw arrowError(bare, peek(), `"${peek().text}" does not belong there`)
  return whole
}

/** Without a fence or a `workflow:` before it. */
function withoutFrame(text: string): string {
  return text
    .replace(/^[ \t]*```[ \t]*\w*[ \t]*$/gm, '')
    .replace(/<\/?(?:workflow|graph|dsl)>/gi, '')
    .replace(/^\s*(?:workflow|dsl)\s*[:=]\s*/i, '')
    .trim()
}

const sameMark: Readonly<Record<string, string>> = { '→': '->', '=>': '->', '-->': '->', '×': '*' }

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  tokenPattern.lastIndex = 0
  while (tokenPattern.lastIndex < text.length) {
    const at = tokenPattern.lastIndex
    const match = tokenPattern.exec(text)
    if (match === null) throw arrowError(text, { at }, `"${text[at]}" means nothing here`)
    const raw = match[0]
    const quoted = match[1] ?? match[2]
    if (/^(?:\s|#)/.test(raw)) continue
    if (quoted !== undefined)
      tokens.push({ kind: 'text', text: quoted.replace(/\\n/g, '\n').replace(/\\(.)/g, '$1'), at })
    else if (/^[A-Za-z_]/.test(raw)) tokens.push({ kind: 'name', text: raw, at })
    else if (/^\d/.test(raw)) tokens.push({ kind: 'number', text: raw, at })
    else tokens.push({ kind: 'mark', text: sameMark[raw] ?? raw, at })
  }
  return [...tokens, { kind: 'end', text: 'the end', at: text.length }]
}

export function arrowError(text: string, token: Pick<Token, 'at'>, what: string): BatonError {
  const shown = text.slice(Math.max(0, token.at - 20), token.at + 20).replace(/\s+/g, ' ')
  const where = token.at >= text.length ? 'at the end' : `at character ${token.at + 1}, near "${shown}"`
  return new BatonError(`This is no workflow in the arrow language: ${what} (${where}).`, {
    boundary: 'parse',
    code: 'arrow-syntax',
    hint: 'For example: Plan -> [Custom, Programmer] -> ScEnsemble -> Review ? Revise : done. Loops: (Review -> Revise) * 2.',
  })
}
