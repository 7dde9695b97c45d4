/**
 * The statements of a Python module, as far as telling code from prose needs them: which lines belong together, what each
 * statement binds, which names it uses, and whether it is whole. Any text is read; nothing here says that it is valid.
 */

export interface SourceStatement {
  /** Lines of the statement, without the newline behind the last. */
  readonly text: string
  readonly kind: 'definition' | 'import' | 'assignment' | 'compound' | 'other'
  /** Names that it binds at module level. */
  readonly binds: ReadonlySet<string>
  /** Brackets and strings are closed, and a head with a colon has its body. */
  readonly isWhole: boolean
}

/** Open strings and brackets at the end of a text, and where its strings are. */
export interface PythonScan {
  readonly depth: number
  readonly openString: string | null
  /** Start and end (exclusive) of each string literal, its quotes included. */
  readonly strings: readonly (readonly [start: number, end: number])[]
  /** The text with the inside of strings and all comments blanked, of the same length. */
  readonly code: string
  /** A string that its line does not close, or a closing bracket without its opening one. */
  readonly hasErrors: boolean
}

export function scanPython(text: string): PythonScan {
  const strings: [number, number][] = []
  const code = text.split('')
  const blank = (start: number, end: number): void => {
    for (let at = start; at < end; at++) if (code[at] !== '\n') code[at] = ' '
  }
  let depth = 0
  let hasErrors = false
  let openString: string | null = null
  for (let at = 0; at < text.length; ) {
    const character = text[at] as string
    if (character === '#') {
      const end = endOr(text.indexOf('\n', at), text)
      blank(at, end)
      at = end
    } else if (character === '"' || character === "'") {
      const { end, isOpen, quote } = stringAt(text, at)
      strings.push([at, end])
      blank(at + quote.length, Math.max(at + quote.length, end - (isOpen ? 0 : quote.length)))
      if (isOpen && quote.length === 3) openString = quote
      else if (isOpen) hasErrors = true
      at = end
    } else {
      if ('([{'.includes(character)) depth += 1
      else if (')]}'.includes(character)) depth -= 1
      if (depth < 0) {
        hasErrors = true
        depth = 0
      }
      at += 1
    }
  }
  return { depth, openString, strings, code: code.join(''), hasErrors }
}

const endOr = (place: number, text: string): number => (place < 0 ? text.length : place)

function stringAt(text: string, start: number): { end: number; isOpen: boolean; quote: string } {
  const one = text[start] as string
  const quote = text.startsWith(one.repeat(3), start) ? one.repeat(3) : one
  for (let at = start + quote.length; at < text.length; at++) {
    if (text[at] === '\\') at += 1
    else if (text.startsWith(quote, at)) return { end: at + quote.length, isOpen: false, quote }
    else if (quote.length === 1 && text[at] === '\n') return { end: at, isOpen: true, quote }
  }
  return { end: text.length, isOpen: true, quote }
}

/** Lines that go on with the statement before them. */
const continuation = /^(?:else|elif|except|finally)\b/
const decorator = /^@/

/** Statements at the outermost level; comments and blank lines before a statement belong to none. */
export function moduleStatements(source: string): SourceStatement[] {
  const lines = source.split('\n')
  const found: SourceStatement[] = []
  for (let first = 0; first < lines.length; ) {
    const line = lines[first] as string
    if (line.trim() === '' || /^\s*#/.test(line)) {
      first += 1
      continue
    }
    const end = statementEnd(lines, first)
    found.push(readStatement(lines.slice(first, end).join('\n')))
    first = end
  }
  return found
}

/** Index behind the last line of the statement that begins at `first`. */
export function statementEnd(lines: readonly string[], first: number): number {
  let end = logicalEnd(lines, first)
  if (decorator.test(lines[first] as string)) {
    const next = lines.findIndex((line, at) => at >= end && line.trim() !== '' && !/^\s*#/.test(line))
    return next < 0 ? end : statementEnd(lines, next)
  }
  for (let at = end; at < lines.length; ) {
    const line = lines[at] as string
    if (line.trim() === '' || /^\s*#/.test(line)) {
      at += 1
      continue
    }
    if (!/^\s/.test(line) && !continuation.test(line)) break
    end = at = logicalEnd(lines, at)
  }
  return end
}

/** Index behind the logical line: brackets, long strings and backslashes join lines. */
export function logicalEnd(lines: readonly string[], first: number): number {
  let text = lines[first] as string
  for (let end = first + 1; ; end++) {
    const { depth, openString } = scanPython(text)
    const isOpen = openString !== null || depth > 0 || /\\$/.test(text)
    if (!isOpen || end >= lines.length) return end
    // A new definition at the margin cannot be inside a bracket: the bracket was never closed.
    if (openString === null && /^(?:async def|def|class|import|from) /.test(lines[end] as string)) return end
    text += `\n${lines[end]}`
  }
}

function readStatement(text: string): SourceStatement {
  const { depth, openString, code, hasErrors } = scanPython(text)
  const binds = new Set<string>()
  const lines = code.split('\n')
  const at = lines.findIndex((line) => !decorator.test(line.trimStart()))
  const head = lines.slice(at).join('\n')
  const defined = /^(?:async\s+def|def|class)\s+(\w+)/.exec(head)?.[1]
  const isCompound = /^(?:if|for|while|try|with|match|async)\b/.test(head)
  let kind: SourceStatement['kind'] = isCompound ? 'compound' : 'other'
  if (defined !== undefined) {
    kind = 'definition'
    binds.add(defined)
  } else if (/^(?:import|from)\b/.test(head)) {
    kind = 'import'
    for (const name of importedNames(head)) binds.add(name)
  } else if (isCompound) for (const line of lines) for (const name of boundByLine(line.trim())) binds.add(name)
  else {
    for (const name of boundByLine(head)) binds.add(name)
    if (binds.size > 0) kind = 'assignment'
  }
  const isHeadOnly = /:\s*$/.test(code.trimEnd()) && (kind === 'definition' || isCompound)
  const isOpenString = openString !== null || hasErrors
  return { text, kind, binds, isWhole: depth === 0 && !isOpenString && !isHeadOnly }
}

function importedNames(statement: string): string[] {
  const [, list = ''] = /^from\s+[\w.]+\s+import\s*\(?([\s\S]*)$/.exec(statement) ?? []
  const names = list === '' ? statement.replace(/^import\s+/, '') : list
  return names
    .split(',')
    .map((part) => /([\w*]+)(?:\.[\w.]+)?(?:\s+as\s+(\w+))?/.exec(part))
    .map((match) => match?.[2] ?? match?.[1] ?? '')
    .filter((name) => name !== '')
}

const target = String.raw`[A-Za-z_]\w*`
const targets = new RegExp(String.raw`^\(?\s*(${target}(?:\s*,\s*\*?${target})*)\s*,?\s*\)?\s*(?::[^=\n]+)?=(?!=)`)

/** Names that one line binds, in whatever block it is. */
function boundByLine(line: string): string[] {
  const defined = /^(?:async\s+def|def|class)\s+(\w+)/.exec(line)?.[1]
  if (defined !== undefined) return [defined]
  if (/^(?:import|from)\s/.test(line)) return importedNames(line)
  const looped = /^(?:async\s+)?for\s+(.+?)\s+in\b/.exec(line)?.[1]
  if (looped !== undefined) return looped.match(/\w+/g) ?? []
  const named = /\bas\s+(\w+)\s*:/.exec(line)?.[1]
  if (/^(?:async\s+)?with\b/.test(line)) return named === undefined ? [] : [named]
  const assigned = targets.exec(line)?.[1]
  // a = b = 1
  const more = [...line.matchAll(/=\s*([A-Za-z_]\w*)\s*(?==(?!=))/g)].map(([, name = '']) => name)
  return assigned === undefined ? [] : [...(assigned.match(/\w+/g) ?? []), ...more]
}

const keywords = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case self cls'.split(
    ' ',
  ),
)

/** Names that a text uses: not attributes, not keywords of calls, not what it binds itself. */
export function namesUsed(text: string): Set<string> {
  const { code, strings } = scanPython(text)
  const formatted = strings
    .filter(([start]) => /[fF][rR]?$|[rR][fF]$/.test(text.slice(Math.max(0, start - 2), start)))
    .flatMap(([start, end]) => [...text.slice(start, end).matchAll(/\{([^{}]+)\}/g)].map(([, inner = '']) => inner))
  const searched = [code, ...formatted].join('\n')
  const used = new Set<string>()
  for (const { 0: name, index } of searched.matchAll(/(?<![\w.])[A-Za-z_]\w*/g)) {
    const after = searched.slice(index + name.length, index + name.length + 3)
    const isKeyword = /^\s?=(?!=)/.test(after) && /[(,]\s*$/.test(searched.slice(Math.max(0, index - 20), index))
    if (!keywords.has(name) && !isKeyword) used.add(name)
  }
  return used
}

/** Names that a module of this text binds at its outermost level, as far as a glance can tell. */
export function moduleNames(source: string): Set<string> {
  return new Set(
    moduleStatements(source)
      .filter(({ text }) => !/^\s/.test(text))
      .flatMap(({ binds }) => [...binds]),
  )
}

/** Whether a function is only announced: its body is a docstring, `pass`, `...` or a NotImplementedError. */
export function isStub(definition: string): boolean {
  const { code } = scanPython(definition)
  const [head = '', ...body] = code.split('\n').filter((line) => line.trim() !== '' && !decorator.test(line))
  const inline = /^[^(]*\((?:[^()]|\([^()]*\))*\)\s*(?:->[^:]+)?:\s*(\S.*)$/.exec(head)?.[1]
  const rest = (inline === undefined ? body : [inline, ...body]).join('\n')
  return rest
    .split('\n')
    .every((line) => /^\s*(?:pass|\.\.\.|[rbuf]*(?:"+|'+)\s*(?:"+|'+)?|raise NotImplementedError\b.*)?\s*$/i.test(line))
}
