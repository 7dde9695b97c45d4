/**
 * The pieces of code in a reply: fenced by three or more back-ticks or tildes (on lines of their own or not), in tags and
 * marks (`<answer>`, `[BEGIN]`), quoted by `> `, typed into a shell (`>>> `), numbered, escaped in a string, or bare
 * between sentences.
 */
import { separateReasoning } from '../../../core/reasoning.ts'
import { logicalEnd, scanPython, statementEnd } from './python-statements.ts'

export interface CodeBlock {
  readonly code: string
  /** Of the fence, in lower case; '' where it names none. */
  readonly language: string
  readonly isClosed: boolean
}

const turnMarks =
  /<[|｜][\w▁ -]{1,40}[|｜]>|<\/?s>|<(?:end_of_turn|start_of_turn|eos|bos|pad|unk|sep)>|\[\/?INST\]|<<\/?SYS>>/g

/** Line ends as `\n`; without reasoning, marks of chat templates and characters of no width. */
export function readableReply(text: string): string {
  const normal = text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/[\ufeff\u200b-\u200d\u2060\u00ad\0]/g, '')
    .replace(turnMarks, '')
  const { text: answer, reasoning } = separateReasoning(normal)
  return answer.trim() === '' ? reasoning : answer
}

/** Spaces of other widths as plain ones, but for those in strings. */
export function withPlainSpaces(code: string): string {
  if (!/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/.test(code)) return code
  const { strings } = scanPython(code)
  const isInString = (at: number): boolean => strings.some(([start, end]) => at > start && at < end)
  return code.replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, (space, at: number) =>
    isInString(at) ? space : ' ',
  )
}

const fence = /^([^`~]*?)(`{3,}|~{3,})[ \t]*(.*)$/
const languages = /^\{?\.?([A-Za-z][\w+#.-]*)\}?(?=\s|$|[:,{])/

/** Fenced blocks in order. A fence inside a long string of the code is part of it. */
export function codeBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: { mark: string; language: string; lines: string[] } | null = null
  const close = (isClosed: boolean): void => {
    if (open !== null) blocks.push({ code: open.lines.join('\n'), language: open.language, isClosed })
    open = null
  }
  for (const line of text.split('\n')) {
    const current: { mark: string; language: string; lines: string[] } | null = open
    if (current === null) {
      open = opening(line)
      const last = open?.lines.at(-1)
      const ends = last === undefined ? null : beforeFence(last, open?.mark ?? '')
      if (open !== null && ends !== null) {
        open.lines[open.lines.length - 1] = ends
        close(true)
      }
      continue
    }
    const before = beforeFence(line, current.mark)
    const again = opening(line)
    const isInString = (): boolean => scanPython(current.lines.join('\n')).openString !== null
    if (before !== null && !isInString()) {
      if (before.trim() !== '') current.lines.push(before)
      close(true)
    } else if (again !== null && again.mark === current.mark && again.language !== '' && !isInString()) {
      close(false)
      open = again
    } else current.lines.push(line)
  }
  close(false)
  return blocks.flatMap((block) => (isMarkdown(block) ? codeBlocks(block.code) : [block]))
}

/** A block around other blocks. */
function isMarkdown({ code, language }: CodeBlock): boolean {
  return !/^py/.test(language) && /^[ \t]*(?:```|~~~)/m.test(code)
}

function opening(line: string): { mark: string; language: string; lines: string[] } | null {
  const [, before = '', mark = '', info = ''] = fence.exec(line) ?? []
  if (mark === '' || /^\s*["'#]/.test(before)) return null
  const language = looksLikeCode(info) ? '' : (languages.exec(info)?.[1] ?? '').toLowerCase()
  const rest = language === '' ? info : info.slice(info.toLowerCase().indexOf(language) + language.length).trim()
  const isCode = (looksLikeCode(rest) && !/^[\w-]+=\S/.test(rest)) || (rest !== '' && beforeFence(rest, mark) !== null)
  return { mark, language, lines: isCode ? [rest] : [] }
}

/** What a line holds before the fence that ends it; null where it holds no such fence. */
function beforeFence(line: string, mark: string): string | null {
  const trimmed = line.trimEnd()
  const character = mark[0] ?? '`'
  let length = 0
  while (trimmed[trimmed.length - 1 - length] === character) length += 1
  return length >= mark.length ? trimmed.slice(0, trimmed.length - length) : null
}

const name = String.raw`[A-Za-z_]\w*(?:\.\w+|\[[^\]]*\])*`
const codeLine = new RegExp(
  [
    String.raw`import [\w.]+(?: as \w+)?(?:\s*,\s*[\w.]+(?: as \w+)?)*\s*(?:[#;].*)?$`,
    String.raw`from [\w.]+ import [\w*(]`,
    String.raw`(?:async )?def \w+\s*\(`,
    String.raw`class \w+\s*(?:\(|:)`,
    String.raw`@[\w.]+(?:\(.*)?$`,
    String.raw`\(?${name}(?:\s*,\s*\*?${name})*\s*\)?\s*(?::[^=\n]{1,60})?(?:=(?!=)|[-+*/|&^%]=|//=|\*\*=)\s*\S`,
    String.raw`(?:async )?(?:for\b.+\bin\b.+|while\b.+|if\b.+|with\b.+|try|match\b.+):`,
    String.raw`(?:else|elif\b.+|except\b.*|finally)\s*:`,
    String.raw`${name}\s*\(.*\)\s*(?:[#;].*)?$`,
    String.raw`(?:assert|return|raise|del|global|yield)\b\s*\S`,
    String.raw`(?:pass|break|continue|\.\.\.)\s*(?:#.*)?$`,
    `[rbuRBU]?(?:"""|''')`,
    String.raw`[)\]}]`,
  ]
    .map((form) => `(?:${form})`)
    .join('|')
    .replace(/^/, '^(?:')
    .concat(')'),
)

export function looksLikeCode(line: string): boolean {
  return (
    codeLine.test(line) &&
    !/^(?:if|for|while|with|assert|return|raise)\b[^()[\]=<>"']*\b(?:you|we|the|this|is)\b[^()[\]"'=<>]*$/.test(line)
  )
}

/** A line that begins code where prose came before, however far it is indented. */
const startLine = /^[ \t]*(?:@[\w.]+|(?:async )?def \w+\s*\(|class \w+\s*[(:]|import [\w.]+|from [\w.]+ import )/

const wrapper = String.raw`[\w-]*(?:answer|code|python|py|solution|program|response|output|result|implementation|function|script|snippet|completion|execute|final|pre|begin|end|done)[\w-]*`
const markLine = new RegExp(
  String.raw`^[ \t]*(?:</?${wrapper}(?:\s[^<>\n]*)?>|\[/?${wrapper}(?: ${wrapper})?\])[ \t]*`,
  'i',
)
const markAtEnd = new RegExp(String.raw`(?:</${wrapper}>|\[/${wrapper}\]|\[(?:DONE|END)\])[ \t]*$`, 'i')

/** Pieces of a text without fences that read like code, each dedented, in order. */
export function barePieces(text: string): string[] {
  const lines = splitAtMarks(text)
  const pieces: string[] = []
  let piece: string[] = []
  let indent = ''
  const end = (): void => {
    const code = piece.join('\n').trimEnd()
    if (code.trim() !== '') pieces.push(code.replace(/^(?:[ \t]*\n)+/, ''))
    piece = []
    indent = ''
  }
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] as string
    const hasCode = piece.some((one) => one.trim() !== '' && !one.startsWith('#'))
    if (line.trim() === '' || /^\s*#/.test(line)) {
      piece.push(line.startsWith(indent) ? line.slice(indent.length) : line.trimStart())
      at += 1
    } else if (line.startsWith(indent) && looksLikeCode(line.slice(indent.length))) {
      const own = lines.slice(at).map((one) => (one.startsWith(indent) ? one.slice(indent.length) : one.trimStart()))
      const length = isClosedSoon(own) ? statementEnd(own, 0) : 1
      piece.push(...own.slice(0, length))
      at += length
    } else if (!hasCode && startLine.test(line)) {
      indent = /^[ \t]*/.exec(line)?.[0] ?? ''
      piece = []
      if (indent === '') at += 1
    } else {
      end()
      at += 1
    }
  }
  end()
  return pieces
}

/** Whether the logical line that begins here ends at all; prose with an open bracket does not. */
function isClosedSoon(lines: readonly string[]): boolean {
  if (/^(?:def|class|async|@|import|from)\b/.test(lines[0] ?? '')) return true
  const end = logicalEnd(lines, 0)
  const { depth, openString } = scanPython(lines.slice(0, end).join('\n'))
  return depth === 0 && openString === null
}

/** Lines with the marks of wrappers taken out; a mark leaves a line of prose, so that it separates pieces. */
function splitAtMarks(text: string): string[] {
  const isHtml = /<(?:pre|code)\b/i.test(text)
  const decoded = isHtml
    ? text
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&quot;/g, '"')
        .replace(/&#39;|&apos;/g, "'")
        .replace(/&amp;/g, '&')
    : text
  const lines: string[] = []
  for (const line of decoded.split('\n')) {
    let rest = line
    let marks = 0
    for (let mark = markLine.exec(rest); mark !== null && marks < 8; mark = markLine.exec(rest), marks++) {
      rest = rest.slice(mark[0].length)
    }
    if (marks > 0) lines.push('(mark)')
    const closing = markAtEnd.exec(rest)
    if (closing === null) {
      if (marks === 0 || rest.trim() !== '') lines.push(rest)
    } else lines.push(rest.slice(0, closing.index).replace(markAtEnd, ''), '(mark)')
  }
  return lines
}

const numbered = /^ *\d{1,4}(?:[:|)] ?|\. ?|\t| \| ?| (?= |$)|$)/

/** Takes `> `, shell prompts and line numbers off where they stand before the code. */
export function withoutPrefixes(text: string): string {
  const unquoted = /^ {0,3}> ?(?:```|~~~|(?:async )?def |class |import |from |@)/m.test(text)
    ? text.replace(/^ {0,3}> ?(?!>>)/gm, '')
    : text
  const shell = unquoted.split('\n')
  const isTyped = /^[ \t]*>>> (?:(?:async )?def |class |import |from |@|\w+ ?=)/m.test(unquoted)
  if (isTyped && !scanPython(textBefore(unquoted, '>>>')).openString)
    return shell
      .filter((line) => /^[ \t]*(?:>>>|\.\.\.)/.test(line))
      .map((line) => line.replace(/^[ \t]*(?:>>>|\.\.\.) ?/, ''))
      .join('\n')
  const written = shell.filter((line) => line.trim() !== '')
  const isNumbered = written.length >= 2 && written.every((line) => numbered.test(line))
  const isDiff = written.length >= 2 && written.every((line) => line.startsWith('+'))
  if (isNumbered) return shell.map((line) => line.replace(numbered, '')).join('\n')
  return isDiff ? shell.map((line) => line.replace(/^\+/, '')).join('\n') : unquoted
}

const textBefore = (text: string, mark: string): string => text.slice(0, text.indexOf(mark))

/** Programs written as a string with `\n` for its line ends: the strings themselves, or the whole text unescaped. */
export function unescapedTexts(text: string): string[] {
  if (!/\\r?\\?n/.test(text)) return []
  const quoted = [...text.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/gs)]
    .map(([literal]) => literal.slice(1, -1))
    .filter((inner) => /\\n/.test(inner) && /(?:def |class |lambda |import )/.test(inner))
  return [...quoted, text].map((part) =>
    part
      .replace(/\\(r\\n|["'\\nrt])/g, (_, character: string) => unescapes[character] ?? character)
      .replace(/:[ \t]+(?=(?:async )?def \w+\s*\(|import \w|from \w|class \w)/g, ':\n'),
  )
}

const unescapes: Readonly<Record<string, string>> = { 'r\\n': '\n', n: '\n', r: '\n', t: '\t' }
