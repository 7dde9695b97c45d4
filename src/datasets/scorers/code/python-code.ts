/**
 * Finds the program that a reply means: the last whole version of the function that is asked for, with what it needs
 * from the other pieces of code in the reply. Examples of use that come in pieces of their own are left out.
 */
import {
  barePieces,
  type CodeBlock,
  codeBlocks,
  readableReply,
  unescapedTexts,
  withoutPrefixes,
  withPlainSpaces,
} from './code-blocks.ts'
import { isStub, moduleNames, moduleStatements, namesUsed, type SourceStatement } from './python-statements.ts'

/**
 * The code of a reply, ending with one newline; '' when there is none.
 * @param prompt what was asked: imports and helpers that only the prompt defines belong to the program.
 */
export function pythonCode(text: string, entryPoint: string, prompt = ''): string {
  const code = replyCode(text, entryPoint)
  if (code === '' || !/^\s*(?:def|class|import|from)\b/m.test(prompt)) return code
  const given = [...codeBlocks(prompt).map((block) => block.code), ...barePieces(prompt)]
  return supplied(code, { before: [], after: given, entryPoint })
}

function replyCode(text: string, entryPoint: string): string {
  const reply = readableReply(text)
  const found = codeIn(withoutPrefixes(reply), entryPoint)
  if (found !== '' && definesName(found, entryPoint)) return found
  for (const unescaped of unescapedTexts(reply)) {
    const code = codeIn(unescaped, entryPoint)
    if (definesName(code, entryPoint)) return code
  }
  if (found !== '') return found
  // `f = lambda x: x + 1` in a sentence.
  const inline = [...reply.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, code = '']) => code)
  return tidy(inline.findLast((code) => definesName(code, entryPoint)) ?? '')
}

/** Whether a module of this text binds the name at its top level, as far as a glance can tell. */
export function definesName(code: string, name: string): boolean {
  return moduleNames(code).has(name)
}

function codeIn(text: string, entryPoint: string): string {
  const blocks = codeBlocks(text)
  const usable = usableBlocks(blocks, entryPoint)
  if (usable.length > 0) return theProgram(usable, entryPoint)
  const bare = text.replace(/^[ \t]*(?:```|~~~).*$/gm, '(fence)')
  const pieces = barePieces(dedent(bare)).map((code) => tidy(code))
  const hasCode = pieces.some((code) => /^(?:@|(?:async )?def |class |import |from [\w.]+ import )/m.test(code))
  return hasCode || pieces.some((code) => definesName(code, entryPoint)) ? theProgram(pieces, entryPoint) : ''
}

/** Blocks of Python; where none says so, those without a language; else any that define the function. */
function usableBlocks(blocks: readonly CodeBlock[], entryPoint: string): string[] {
  const tidied = blocks
    .map(({ code, language }) => ({ language, code: tidy(bareInside(withoutPrefixes(code))) }))
    .filter(({ code }) => code !== '')
  const labelled = tidied.filter(({ language }) => /^(?:i?python|py|sage)[\d.]*$|\.py$|^python\W/.test(language))
  const plain = tidied.filter(({ language }) => language === '')
  const defining = tidied.filter(({ code }) => definesName(code, entryPoint))
  const others = defining.some((block) => labelled.includes(block))
    ? labelled
    : [...new Set([...labelled, ...defining])]
  const chosen = others.length > 0 ? tidied.filter((block) => others.includes(block)) : plain
  return chosen.map(({ code }) => code)
}

/** A fenced block may hold marks of its own around the code. */
function bareInside(code: string): string {
  if (!/^\s*(?:<\/?\w+>|\[\/?[A-Z]+\])\s*$/m.test(code)) return code
  return barePieces(dedent(code)).join('\n\n')
}

/** The last piece in which the function is whole, and before it what it lacks from the others. */
function theProgram(pieces: readonly string[], entryPoint: string): string {
  const ranks = pieces.map((code) => rankOf(code, entryPoint))
  const best = Math.max(...ranks)
  if (best <= 0) return tidy(pieces.join('\n'))
  const place = ranks.lastIndexOf(best)
  const whole = pieces[place] as string
  const main = best > 1 ? withoutCutEnd(whole) : whole
  return supplied(main, { before: pieces.slice(0, place), after: pieces.slice(place + 1), entryPoint })
}

interface OtherPieces {
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly entryPoint: string
}

/**
 * Code with the statements of other pieces that bind a name which it uses and does not bind, from the nearest piece
 * before it, else after it; and with the classes of pieces before it, which a test may ask for.
 */
function supplied(main: string, { before, after, entryPoint }: OtherPieces): string {
  const bound = moduleNames(main).add(entryPoint)
  const earlier = before.map(definitionsIn)
  const searched = [...earlier.toReversed(), ...after.map(definitionsIn)]
  const chosen = new Set<SourceStatement>()
  const choose = (statement: SourceStatement): void => {
    chosen.add(statement)
    for (const name of statement.binds) bound.add(name)
    supply(namesUsed(statement.text))
  }
  const supply = (names: ReadonlySet<string>): void => {
    for (const name of names) {
      if (bound.has(name)) continue
      const found = searched
        .map((statements) => statements.findLast(({ binds }) => binds.has(name)))
        .find((statement) => statement !== undefined)
      if (found !== undefined) choose(found)
    }
  }
  supply(namesUsed(main))
  for (const statement of earlier.flat())
    if (isClass(statement) && [...statement.binds].every((name) => !bound.has(name))) choose(statement)
  const inOrder = [...earlier.flat(), ...searched.slice(earlier.length).flat()].filter((statement) =>
    chosen.has(statement),
  )
  const imports = inOrder.filter(({ kind }) => kind === 'import')
  const rest = inOrder.filter(({ kind }) => kind !== 'import')
  const texts = [...imports, ...rest].map(({ text }) => text)
  return tidy([...texts, main].join('\n'))
}

function isClass({ kind, text }: SourceStatement): boolean {
  return kind === 'definition' && /^class /m.test(text) && /^(?:@|class )/.test(text)
}

/** 0: does not define the function; then: cut off, announced only, whole. */
function rankOf(code: string, entryPoint: string): number {
  const defining = moduleStatements(code).filter(({ binds }) => binds.has(entryPoint))
  const last = defining.at(-1)
  if (last === undefined) return 0
  if (!last.isWhole) return 1
  return last.kind === 'definition' && isStub(last.text) ? 2 : 3
}

function definitionsIn(code: string): SourceStatement[] {
  return moduleStatements(code).filter(
    ({ kind, isWhole, text }) =>
      isWhole && kind !== 'other' && !/^if\s+__name__\b/.test(text) && !/\binput\(/.test(text),
  )
}

/** Without a last statement that was cut off, where something whole comes before it. */
function withoutCutEnd(code: string): string {
  const statements = moduleStatements(code)
  const last = statements.at(-1)
  if (last === undefined || last.isWhole || statements.length < 2) return code
  return code.slice(0, code.lastIndexOf(last.text))
}

function tidy(code: string): string {
  const trimmed = dedent(
    withPlainSpaces(code)
      .replace(/^(?:[ \t]*\n)+/, '')
      .trimEnd(),
  )
  return trimmed.trim() === '' ? '' : `${trimmed}\n`
}

function dedent(code: string): string {
  const lines = code.split('\n')
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0)
  const common = indents.length === 0 ? 0 : Math.min(...indents)
  return common === 0 ? code : lines.map((line) => line.slice(common)).join('\n')
}
