/** Lines up the statements of a program whose indentation CPython would refuse, by the colons that open its blocks. */
import { sourceLines } from './lines.ts'

const step = 4

interface Level {
  /** Width as written, and as it will be. */
  readonly from: number
  readonly to: number
  /** The block's statements are indented no deeper than the line that opens it. */
  readonly isFlat: boolean
}

const definition = /^(async\s+def|def|class|@)\b/

/**
 * @param tabWidth blanks that a tab counts as; only the order of the widths matters.
 * @returns the program with four blanks a level; the same text where nothing was to be done.
 */
export function lineUp(code: string, tabWidth: number): string {
  const out: string[] = []
  let levels: Level[] = [{ from: 0, to: 0, isFlat: false }]
  let opener: string | null = null
  const top = (): Level => levels.at(-1) as Level
  for (const line of sourceLines(code)) {
    if (!line.beginsStatement) {
      out.push(line.text)
      continue
    }
    const text = line.text.trimStart()
    const width = widthOf(line.text, tabWidth)
    if (opener !== null && width > top().from) levels.push({ from: width, to: top().to + step, isFlat: false })
    else if (opener !== null && isFlatBody(opener, text))
      levels.push({ from: width, to: top().to + step, isFlat: true })
    else {
      if (opener !== null) out.push(`${' '.repeat(top().to + step)}pass`)
      levels = levelsFor(levels, width, definition.test(text))
    }
    out.push(' '.repeat(top().to) + text)
    opener = line.opensBlock ? text : null
  }
  if (opener !== null) out.push(`${' '.repeat(top().to + step)}pass`)
  return out.join('\n')
}

function widthOf(text: string, tabWidth: number): number {
  const indent = /^\s*/.exec(text)?.[0] ?? ''
  return indent.replaceAll('\t', ' '.repeat(tabWidth)).length
}

/** `class Workflow:` with its methods below it, `def f():` with its statements below it, none of them indented. */
function isFlatBody(opener: string, text: string): boolean {
  if (opener.startsWith('class')) return definition.test(text)
  return definition.test(opener) && !definition.test(text)
}

/** Leaves the blocks that a line of this width is no longer in; a width that no block has goes to the nearest one. */
function levelsFor(levels: readonly Level[], width: number, isDefinition: boolean): Level[] {
  const open = [...levels]
  let left: Level | null = null
  const endsFlat = (level: Level): boolean => isDefinition && level.isFlat && level.from === width && level.to > step
  while (open.length > 1 && (width < (open.at(-1) as Level).from || endsFlat(open.at(-1) as Level)))
    left = open.pop() as Level
  const level = open.at(-1) as Level
  if (width <= level.from) return open
  const isNearer = left !== null && left.from - width <= width - level.from
  open.push({ from: width, to: isNearer && left !== null ? left.to : level.to, isFlat: false })
  return open
}
