/**
 * Output to a terminal wraps at words, with continuation lines indented below the text of the first. Whole lines only:
 * a line that is redrawn keeps within the width by itself. Without a terminal nothing changes.
 *
 * A command can still be pasted: it is continued with `\`, and never broken inside quotes. A word that is wider than
 * the terminal, such as a path, stays whole.
 */
import { textWidth } from './text-width.ts'

/** Terminals that are narrower say so by mistake. */
const leastColumns = 20

const wrapping = new WeakMap<NodeJS.WriteStream['write'], NodeJS.WriteStream['write']>()

/** From here on, lines written to these streams are wrapped while they are terminals. */
export function wrapLinesOf(streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams.filter(({ write }) => !wrapping.has(write))) {
    const plain = stream.write
    const write = ((text: unknown, ...rest: never[]) => {
      const width = stream.isTTY === true ? stream.columns : 0
      const isText = typeof text === 'string' && width >= leastColumns
      return plain.call(stream, isText ? wrapped(text, width) : (text as string), ...rest)
    }) as NodeJS.WriteStream['write']
    wrapping.set(write, plain)
    stream.write = write
  }
}

/** Text for programs, to be copied as it is: JSON, YAML, source code. */
export function writeVerbatim(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  const write = wrapping.get(stream.write) ?? stream.write
  write.call(stream, text)
}

/** Each line that ends in the text, broken where it is too wide. */
export function wrapped(text: string, width: number): string {
  const lines = text.split('\n')
  const drawn = lines.pop() ?? ''
  return [...lines.flatMap((line) => (line.includes('\r') ? [line] : wrappedLine(line, width))), drawn].join('\n')
}

function wrappedLine(line: string, width: number): string[] {
  if (shownWidth(line) <= width) return [line]
  const [, before = line, command, remark] =
    /^(|.*?(?:: | {2,}|^))((?:[A-Z_]+=\S+ )?npx baton \S.*?)(?: {3,}(\S.*))?$/.exec(line) ?? []
  const hanging = hangingIndent(withoutEscapes(line), width)
  if (command === undefined) return broken({ words: wordsOf(line), width, indent: hanging, mark: '' })
  const indent = Math.max(hanging, (/^ */.exec(line)?.[0].length ?? 0) + 2)
  return [
    ...broken({ words: [...wordsOf(before), ...argumentsOf(command)], width, indent, mark: ' \\' }),
    ...(remark === undefined ? [] : wrappedLine(`${' '.repeat(indent)}# ${remark}`, width)),
  ]
}

interface Word {
  /** What is before it where it does not begin a line. */
  readonly gap: string
  readonly text: string
  readonly isArgument?: boolean
}

interface Breaking {
  readonly words: readonly Word[]
  readonly width: number
  readonly indent: number
  /** Ends a line in the middle of a command. */
  readonly mark: string
}

function broken({ words, width, indent, mark }: Breaking): string[] {
  const lines: string[] = []
  let line = ''
  for (const [i, { gap, text, isArgument = false }] of words.entries()) {
    const isLast = i === words.length - 1
    const room = width - (isLast || words[i + 1]?.isArgument !== true ? 0 : mark.length)
    if (line.trim() === '' || shownWidth(`${line}${gap}${text}`) <= room) {
      line += gap + text
      continue
    }
    lines.push(line.trimEnd() + (isArgument ? mark : ''))
    line = ' '.repeat(indent) + text
  }
  return [...lines, line]
}

/** Wide characters (Chinese) are words of their own, with the punctuation that belongs to them. */
const pieces =
  /(?<=[\u3000-\u9fff\uff00-\uff60])(?![、。，；：！？）」』”》…])|(?=[\u3000-\u9fff])(?<![（「『“《\s])(?<!^)/u

function wordsOf(text: string): Word[] {
  return [...text.matchAll(/( *)([^ ]+)|( +)$/g)].flatMap(([, gap = '', word = '', end = '']) =>
    word === ''
      ? [{ gap: end, text: '' }]
      : word.split(pieces).map((piece, i) => ({ gap: i === 0 ? gap : '', text: piece })),
  )
}

function argumentsOf(command: string): Word[] {
  return [...command.matchAll(/( *)((?:"[^"]*"|'[^']*'|[^ ])+)/g)].map(([, gap = '', text = ''], i) => ({
    gap,
    text,
    isArgument: i > 0,
  }))
}

/** Below the text after `label      `, `error: ` or `- `; else below the beginning, a little to the right. */
function hangingIndent(line: string, width: number): number {
  const start = /^ */.exec(line)?.[0].length ?? 0
  const label = /^ *(?:[-*] |(?:error|warning|note): |\S+(?: \S+)* {2,}(?=\S))/.exec(line)?.[0]
  if (label !== undefined && textWidth(label) <= width / 2) return textWidth(label)
  return start > 0 && start <= width / 2 && label === undefined ? start : Math.min(start, 4) + 2
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal
const escapes = /\u001b\[[0-9;]*[A-Za-z]/g

function withoutEscapes(text: string): string {
  return text.replace(escapes, '')
}

function shownWidth(text: string): number {
  return textWidth(withoutEscapes(text))
}

/** Cells one after the other, as many on a line as fit, the following lines indented. */
export function flowed(
  cells: readonly string[],
  { width, indent }: { readonly width: number; readonly indent: number },
): string[] {
  const lines: string[] = []
  let line = ''
  for (const cell of cells.filter((one) => one !== '')) {
    if (line === '') line = cell
    else if (shownWidth(`${line}  ${cell}`) <= width) line += `  ${cell}`
    else {
      lines.push(line)
      line = ' '.repeat(indent) + cell
    }
  }
  return [...lines, line].flatMap((one) => wrappedLine(one, width))
}
