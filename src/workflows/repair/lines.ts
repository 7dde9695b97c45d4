/**
 * The lines of a program as far as brackets and strings show: which begin a statement, after which the program could
 * end. It needs no syntax tree, which is of little use where the syntax is broken.
 */

export interface SourceLine {
  readonly text: string
  /** No bracket or string of an earlier line is open, and there is more on it than a comment. */
  readonly beginsStatement: boolean
  /** Nothing is open at its end and it opens no block. */
  readonly isComplete: boolean
  /** Opens a block: its last character, comments aside, is a colon outside brackets. */
  readonly opensBlock: boolean
}

const opening = '([{'
const closing = ')]}'

export function sourceLines(code: string): SourceLine[] {
  const lines: SourceLine[] = []
  let depth = 0
  let quotes = ''
  for (const text of code.split('\n')) {
    const isOpenBefore = depth > 0 || quotes !== ''
    let last = ''
    for (let i = 0; i < text.length; i++) {
      const character = text[i] as string
      if (quotes !== '') {
        if (character === '\\') i += 1
        else if (text.startsWith(quotes, i)) {
          i += quotes.length - 1
          quotes = ''
          last = character
        }
        continue
      }
      if (character === '#') break
      if (character === '"' || character === "'") {
        quotes = text.startsWith(character.repeat(3), i) ? character.repeat(3) : character
        i += quotes.length - 1
      } else if (opening.includes(character)) depth += 1
      else if (closing.includes(character)) depth = Math.max(0, depth - 1)
      if (character.trim() !== '') last = character
    }
    // A string in single quotes ends with its line, closed or not.
    const isBroken = quotes.length === 1
    if (isBroken) quotes = ''
    const isOpen = depth > 0 || quotes !== ''
    const opensBlock = !isOpen && last === ':'
    lines.push({
      text,
      beginsStatement: !isOpenBefore && /^\s*[^\s#]/.test(text),
      isComplete: !isOpen && !isBroken && !opensBlock && last !== '\\',
      opensBlock,
    })
  }
  return lines
}
