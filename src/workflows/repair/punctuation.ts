/** Marks that a line lacks, has too many of, or took from another language; keywords with a slip. For lines that do not parse. */
import { nearestName } from '../../core/spelling.ts'

const header = /^(?:class|def|async def|if|elif|for|async for|while|with|async with|else|try|except|finally)\b/
const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const keywords = ['async', 'await', 'return', 'class', 'import', 'while', 'except', 'finally', 'raise', 'else', 'elif']

/** A longer line is left as it is. */
export const maxLineChars = 1000

/** A line with the marks of Python: colon, closed brackets and strings, `#`, `and`, `elif`. */
export function withPythonMarks(line: string): string {
  if (line.length > maxLineChars) return line
  const indent = /^\s*/.exec(line)?.[0] ?? ''
  let text = line
    .slice(indent.length)
    .trimEnd()
    .replace(/^\/\/\s?/, '# ')
    .replace(/\s\/\/\s.*$/, '')
    .replace(/^(?:const|let|var)\s+/, '')
    .replace(/^else if\b/, 'elif')
    .replace(/;+$/, '')
    .replace(/^}\s*/, '')
    .replace(/\s*&&\s*/g, ' and ')
    .replace(/\s*\|\|\s*/g, ' or ')
    .replace(/^([\w.]+)\+\+$/, '$1 += 1')
  if (header.test(text)) text = text.replace(/\s*\{$/, ':')
  text = balanced(text)
  if (header.test(text) && !/:\s*(?:#.*)?$/.test(text) && !/:\s+\S/.test(text)) text += ':'
  return text === '' ? '' : indent + text
}

/** Closes a string and the brackets that the line leaves open, drops closing brackets that nothing opened. */
function balanced(text: string): string {
  const open: string[] = []
  let kept = ''
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string
    if (character === '#') return kept + open.reverse().join('') + text.slice(i)
    if (character === '"' || character === "'") {
      const end = endOfString(text, i)
      // An open string ends before the brackets that close the line.
      const string = end === null ? text.slice(i).replace(/[)\]}:]*$/, '') + character : text.slice(i, end)
      kept += string
      i += (end === null ? string.length - 1 : string.length) - 1
    } else if (character in closers) {
      open.push(closers[character] as string)
      kept += character
    } else if (character === ')' || character === ']' || character === '}') {
      if (open.at(-1) === character) {
        open.pop()
        kept += character
      }
    } else kept += character
  }
  const isHeader = header.test(kept) && kept.endsWith(':')
  const rest = open.reverse().join('')
  return isHeader ? `${kept.slice(0, -1)}${rest}:` : kept + rest
}

function endOfString(text: string, start: number): number | null {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i += 1
    else if (text[i] === text[start]) return i + 1
  }
  return null
}

/** Words that are a slip of a keyword: at the head of a line, after it (`async`), or in front of a call (`await`). */
export function withKeywords(line: string): string {
  if (line.length > maxLineChars) return line
  const fixed = (word: string): string => (word.length > 3 ? (nearestName(word, keywords) ?? word) : word)
  return line
    .replace(/^(\s*)([A-Za-z]+)(?=\s+[\w"'([{]|:)/, (_, indent: string, word: string) =>
      keywords.includes(word) ? indent + word : indent + fixed(word),
    )
    .replace(/(=\s*)([a-z]+)(?=\s+self\.)/, (_, before: string, word: string) => before + fixed(word))
}
