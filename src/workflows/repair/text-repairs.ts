/**
 * Repairs of text that is not Python: a syntax tree says little there, so each of these rewrites lines and is kept only
 * if fewer syntax errors are left. What CPython itself would say of the result comes out when it is run.
 */
import type { PythonAnalyzer, PythonModule } from '../../python/analysis/index.ts'
import { workflowClass } from '../contract/index.ts'
import { plainCharacters } from './characters.ts'
import { createRepair, type Repair } from './edits.ts'
import { lineUp } from './indentation.ts'
import type { RepairKind } from './kinds.ts'
import { sourceLines } from './lines.ts'
import { maxLineChars, withKeywords, withPythonMarks } from './punctuation.ts'

interface TextRepair {
  readonly kind: RepairKind
  /** Texts to try, the first that helps is taken. */
  candidates(code: string, module: PythonModule): Iterable<string>
}

const textRepairs: readonly TextRepair[] = [
  { kind: 'characters', candidates: (code) => [plainCharacters(code)] },
  { kind: 'python-2', candidates: (code, module) => [callStatements(code, module)] },
  { kind: 'drop', candidates: (code, module) => [withoutProse(code, module)] },
  { kind: 'keyword', candidates: (code, module) => [onBrokenLines(code, module, withKeywords)] },
  { kind: 'punctuation', candidates: (code, module) => [onBrokenLines(code, module, withPythonMarks)] },
  { kind: 'indentation', candidates: (code) => [lineUp(code, 4), lineUp(code, 8)] },
  { kind: 'cut-off', candidates: shorterPrograms },
]

/** Characters that are read in search of a better text, all tries together. */
const maxCharsRead = 1_000_000

/** @returns the code as it was, with no repairs, where nothing helped. */
export function repairText(
  code: string,
  analyzer: PythonAnalyzer,
): { readonly code: string; readonly repairs: readonly Repair[] } {
  const repairs: Repair[] = []
  let current = code
  let module = analyzer.analyze(code)
  let read = 0
  for (let isBetter = true; isBetter && module.syntaxErrors.length > 0; ) {
    isBetter = false
    for (const { kind, candidates } of textRepairs) {
      if (module.syntaxErrors.length === 0) break
      for (const candidate of candidates(current, module)) {
        read += candidate.length
        if (candidate === current || read > maxCharsRead) continue
        const next = analyzer.analyze(candidate)
        if (next.syntaxErrors.length >= module.syntaxErrors.length) continue
        repairs.push(lineRepair(kind, current, candidate))
        current = candidate
        module = next
        isBetter = true
        break
      }
    }
  }
  return { code: current, repairs }
}

/** Methods without their class: the start of a completion that treats the prompt as its own beginning. */
export function wrapMethods(code: string, module: PythonModule): { code: string; repair: Repair } | null {
  const methods = module.functions.filter(({ parameters }) => parameters[0]?.name === 'self')
  const first = methods[0]
  if (first === undefined || !methods.some(({ name }) => name === '__call__')) return null
  const lines = code.split('\n')
  const inString = sourceLines(code)
  // `async def` begins before the function's own offset: whole lines are what is moved.
  const from = first.line - 1
  const moved = lines.map((line, i) =>
    i < from || line.trim() === '' || (inString[i]?.beginsStatement === false && !line.trim().startsWith('#'))
      ? line
      : `    ${line}`,
  )
  const wrapped = [...moved.slice(0, from), `class ${workflowClass.name}:`, ...moved.slice(from)].join('\n')
  return { code: wrapped, repair: lineRepair('add-class', code, wrapped) }
}

/** One diff from the first line that differs to the last. */
function lineRepair(kind: RepairKind, before: string, after: string): Repair {
  const old = before.split('\n')
  const now = after.split('\n')
  let head = 0
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head += 1
  let tail = 0
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1
  return createRepair({
    kind,
    line: head + 1,
    before: old.slice(head, old.length - tail).join('\n'),
    after: now.slice(head, now.length - tail).join('\n'),
    finding: kind === 'add-class' ? 'no-class' : 'syntax-error',
  })
}

/** `print "x"` and `exec code` of Python 2 as calls, on the lines where the analyzer saw them. */
function callStatements(code: string, module: PythonModule): string {
  const lines = code.split('\n')
  for (const { line, message } of module.syntaxErrors) {
    const text = lines[line - 1]
    if (text === undefined || !/Python 2/.test(message)) continue
    lines[line - 1] = withCall(text)
  }
  return lines.join('\n')
}

function withCall(line: string): string {
  const head = /\b(?:print|exec)(?=[ \t])/.exec(line)
  if (head === null || line.length > maxLineChars) return line
  const [statement = '', ...later] = line.slice(head.index + head[0].length).split(';')
  const argument = statement
    .trim()
    .replace(/^>>\s*[\w.]+\s*,/, '')
    .replace(/,$/, '')
    .trim()
  return `${line.slice(0, head.index)}${head[0]}(${argument})${later.map((rest) => `;${rest}`).join('')}`
}

/** Rewrites the lines where the syntax breaks, the first of each break and the ones around it. */
function onBrokenLines(code: string, module: PythonModule, rewrite: (line: string) => string): string {
  const lines = code.split('\n')
  const inString = sourceLines(code)
  const near = new Set(module.syntaxErrors.flatMap(({ line }) => [line - 2, line - 1, line]))
  for (const { start, end } of module.syntaxErrors) {
    const from = code.slice(0, start).split('\n').length - 1
    const to = Math.min(from + code.slice(start, end).split('\n').length, from + 8)
    for (let i = from; i < to; i++) near.add(i)
  }
  return lines
    .map((line, i) =>
      near.has(i) && (inString[i]?.beginsStatement === true || /^\s*\W/.test(line)) ? rewrite(line) : line,
    )
    .join('\n')
}

/** Without the sentences between statements, on lines where the syntax breaks. */
function withoutProse(code: string, module: PythonModule): string {
  const lines = code.split('\n')
  const spans = module.syntaxErrors.map(({ line, start, end }) => [
    line - 1,
    line - 1 + code.slice(start, end).trimEnd().split('\n').length,
  ])
  return lines
    .filter((line, i) => !spans.some(([from = 0, to = 0]) => i >= from - 1 && i <= to) || !isProse(line))
    .join('\n')
}

const keywords: ReadonlySet<string> = new Set(
  `and as assert async await break case class continue def del elif else except False finally for from global if import
  in is lambda match None nonlocal not or pass raise return True try while with yield print`.split(/\s+/),
)

/** Three words in a row that are not Python, or a mark that Markdown puts at the head of a line. */
function isProse(line: string): boolean {
  const text = line.trim()
  if (text === '' || text.startsWith('#')) return false
  if (/^(```|~~~|\*\*|[-*•] |\d+[.)] |<\/?\w+>$|[>|] )/.test(text)) return true
  if (/^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]{2}/u.test(text)) return true
  const words = /^[\p{L}'’]+(?:[ ,:]+[\p{L}'’]+){2}/u.exec(text)?.[0].split(/[ ,:]+/) ?? []
  return words.length >= 3 && !words.slice(0, 3).some((word) => keywords.has(word)) && !/^[\w.]+ ?[=([]/.test(text)
}

/** Most lines that may be missing at the end of a program that was cut off. */
const maxCutLines = 12

/** The program without its last, half-written statement; what is left must still call something in `__call__`. */
function* shorterPrograms(code: string): Generator<string> {
  const lines = sourceLines(code.trimEnd())
  for (let end = lines.length - 1; end > 0 && end >= lines.length - maxCutLines; end--) {
    if (lines[end - 1]?.isComplete !== true || lines[end]?.beginsStatement !== true) continue
    const kept = lines
      .slice(0, end)
      .map(({ text }) => text)
      .join('\n')
      .trimEnd()
    if (!/\bdef __call__\b[\s\S]*\bawait\b/.test(kept)) return
    yield `${kept}\n`
  }
}
