/**
 * JSON that a stranger wrote: a completion, a reply, a server's body, a row of a file. `JSON.parse` takes any depth, and what
 * then walks or writes such a value overflows the stack, so that depth is counted in the text, before it is parsed.
 */
import type { Json } from './json.ts'

export interface JsonLimits {
  /** Brackets inside brackets. Default 100. */
  readonly maxDepth?: number
  /** Default 64 million. */
  readonly maxChars?: number
}

export type ParsedJson =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'invalid' | 'too-deep' | 'too-long'; readonly message: string }

/** Deeper than any format that is read here, far from where a recursive reader ends. */
const defaultDepth = 100
const defaultChars = 64_000_000

/** Never throws. Linear in the text. */
export function parseJson(text: string, limits: JsonLimits = {}): ParsedJson {
  const { maxDepth = defaultDepth, maxChars = defaultChars } = limits
  if (text.length > maxChars)
    return { kind: 'too-long', message: `it has ${text.length} characters, more than ${maxChars}` }
  if (isDeeper(text, maxDepth)) return { kind: 'too-deep', message: `it is nested more than ${maxDepth} levels deep` }
  try {
    return { kind: 'value', value: JSON.parse(text) as Json }
  } catch (error) {
    return { kind: 'invalid', message: (error as Error).message }
  }
}

/** The value, or undefined where the text is no JSON within the limits. */
export function jsonOf(text: string, limits?: JsonLimits): Json | undefined {
  const parsed = parseJson(text, limits)
  return parsed.kind === 'value' ? parsed.value : undefined
}

/** `JSON.parse` that throws for what is nested too deep as well. */
export function jsonOrThrow(text: string, limits?: JsonLimits): Json {
  const parsed = parseJson(text, limits)
  if (parsed.kind !== 'value') throw new SyntaxError(parsed.message)
  return parsed.value
}

const quote = 0x22
const backslash = 0x5c

/** Whether brackets outside strings nest deeper. Of text that is no JSON, the answer is of no use and does no harm. */
function isDeeper(text: string, maxDepth: number): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i)
    if (character === quote) {
      for (i += 1; i < text.length && text.charCodeAt(i) !== quote; i++) if (text.charCodeAt(i) === backslash) i += 1
    } else if (character === 0x5b || character === 0x7b) {
      depth += 1
      if (depth > maxDepth) return true
    } else if (character === 0x5d || character === 0x7d) depth -= 1
  }
  return false
}
