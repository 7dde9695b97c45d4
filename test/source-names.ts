/** Names in TypeScript source, by its tokens alone: comments, strings and regular expressions are passed over. */

const blank = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y
const plainString = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y
const templatePart = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*(`|\$\{)/y
const regularExpression = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y
const identifier = /[A-Za-z_$][\w$]*/y
const number = /\d[\w.]*/y

/** After these a slash begins a regular expression. */
const beforeExpression = /^(?:[([{},;:=!&|?+\-*%<>~^]|return|case|typeof|in|of|yield|await|=>)$/

/** Identifiers and single characters of punctuation, in order; identifiers within templates too. */
function tokensOf(code: string): string[] {
  const tokens: string[] = []
  /** Braces open in the template expressions that the position is in. */
  const templates: number[] = []
  let position = 0
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = position
    const text = pattern.exec(code)?.[0] ?? null
    if (text !== null) position += text.length
    return text
  }
  const template = (): void => {
    position += 1
    if (take(templatePart)?.endsWith('${') === true) templates.push(0)
  }
  while (position < code.length) {
    if (take(blank) !== null || take(plainString) !== null || take(number) !== null) continue
    const name = take(identifier)
    if (name !== null) {
      tokens.push(name)
      continue
    }
    const character = code[position] as string
    const depth = templates.at(-1)
    if (character === '`') template()
    else if (character === '}' && depth === 0) {
      templates.pop()
      template()
    } else if (character === '/' && beforeExpression.test(tokens.at(-1) ?? '(') && take(regularExpression) !== null) {
      tokens.push('0')
    } else {
      if (depth !== undefined && character === '{') templates[templates.length - 1] = depth + 1
      if (depth !== undefined && character === '}') templates[templates.length - 1] = depth - 1
      tokens.push(character)
      position += 1
    }
  }
  return tokens
}

const isName = (token: string | undefined): token is string => token !== undefined && /^[A-Za-z_$]/.test(token)

export function identifiersOf(code: string): string[] {
  return tokensOf(code).filter(isName)
}

/** `createPatientTimer` -> `create`, `patient`, `timer`. */
export function identifierWords(name: string): string[] {
  return name
    .split(/[_$]|(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase())
}

const definingWords = new Set(['type', 'interface', 'function', 'const', 'let', 'class', 'enum'])
const modifiers = new Set(['async', 'abstract', 'declare', '*'])

/** Names that the file both defines and exports; re-exports do not count. */
export function definedExports(code: string): string[] {
  const tokens = tokensOf(code)
  return tokens.flatMap((token, i) => {
    if (token !== 'export') return []
    const rest = tokens.slice(i + 1, i + 6)
    const words = rest.filter((word) => !modifiers.has(word))
    const [kind, name] = words
    return kind !== undefined && definingWords.has(kind) && isName(name) ? [name] : []
  })
}
