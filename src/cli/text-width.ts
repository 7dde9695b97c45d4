/** Terminal columns that a text takes: wide characters take two, combining marks and joined emoji none of their own. */

/** Made when the first text that is not plain ASCII comes: it loads tables for 20 to 50 ms. */
let graphemes: Intl.Segmenter | undefined

/** Scripts whose letters fill two columns, full-width forms, and emoji that are drawn as pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u
const printable = /^[\x20-\x7e]*$/

export function textWidth(text: string): number {
  if (printable.test(text)) return text.length
  return columnsOf(text).reduce((sum, { columns }) => sum + columns, 0)
}

export function padText(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const room = ' '.repeat(Math.max(0, width - textWidth(text)))
  return side === 'left' ? text + room : room + text
}

/** A label of ten columns and its text. */
export function labelled(label: string, text: string): string {
  return `${padText(label, 10)} ${text}`
}

/** The text where it fits, else its beginning with `…`. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  return `${headOf(text, Math.max(0, width - 1))}…`
}

/** Lines of at most `width` columns, broken at blanks where possible. Line feeds are kept. */
export function wrapText(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(2, width)))
}

/** Closing marks stay with what is before them, opening ones with what follows; an ASCII word is one piece. */
const pieces = /[（“《]*(?:[!-~]+|\S)[，。；：、）”》！？…·]*/gu

/** As `wrapText`, for Chinese: a line may end after any character, but within an ASCII word only if that fills a line. */
export function wrapChinese(text: string, width: number): string[] {
  const lines = ['']
  let last = 0
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    const gap = text.slice(last, index)
    last = index + piece.length
    const line = lines.at(-1) as string
    if (line === '' || textWidth(`${line}${gap}${piece}`) <= width)
      lines[lines.length - 1] = `${line}${line === '' ? '' : gap}${piece}`
    else lines.push(piece)
  }
  return lines.flatMap((line) => wrapText(line, width))
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = []
  let rest = line
  while (textWidth(rest) > width) {
    const head = headOf(rest, width)
    // At the last blank, else behind the last bracket, comma or dot, unless that leaves the line less than half full.
    const blank = rest[head.length] === ' ' ? head.length : head.lastIndexOf(' ')
    const mark = head.search(/[([{,=/，。、；）][^([{,=/，。、；）]*$/) + 1
    const dot = /.*\.(?=[a-z_])/is.exec(rest.slice(0, head.length + 1))?.[0].length ?? 0
    const soft = [blank, mark, dot].find((place) => place > head.length / 2 && place <= head.length)
    const at = soft ?? Math.max(1, head.length)
    lines.push(rest.slice(0, at).trimEnd())
    rest = rest.slice(at).replace(/^ /, '')
  }
  return [...lines, rest]
}

/** The longest prefix that takes at most `width` columns. */
export function headOf(text: string, width: number): string {
  if (printable.test(text)) return text.slice(0, width)
  let head = ''
  let used = 0
  for (const { segment, columns } of columnsOf(text)) {
    if (used + columns > width) break
    head += segment
    used += columns
  }
  return head
}

function columnsOf(text: string): { readonly segment: string; readonly columns: number }[] {
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return [...graphemes.segment(text)].map(({ segment }) => ({
    segment,
    columns: wide.test(segment) ? 2 : /^[\p{M}\p{Cf}]+$/u.test(segment) ? 0 : 1,
  }))
}
