/**
 * English sentences of the program in Chinese. Errors and notices are made below the command line, in English, with
 * their values in them: each is recognised here by its template. `{name}` stands for a value, which is kept unchanged,
 * `{name!}` for one without white space, `{name~}` for a part that has to be translated too. A text is translated whole
 * or not at all.
 */
import { sentences } from './sentences.ts'

interface Template {
  readonly pattern: RegExp
  readonly literals: number
  readonly names: readonly string[]
  readonly chinese: string
  /** Of a sentence: no text that ends with a full stop is meant. */
  readonly isFragment: boolean
}

/** Three words in a row. */
const prose = /\b[a-z]+(?: [A-Za-z]+){2,}/

/** Values that are other programs' words, or the user's input. */
const quoted: ReadonlySet<string> = new Set(['message', 'reason', 'why', 'what', 'got', 'text', 'value'])

const hole = /\{(\w+)([~!]?)\}/g

let compiled: readonly Template[] | null = null

export function translate(english: string): string | null {
  compiled ??= Object.entries(sentences)
    .map(([template, chinese]) => compile(template, chinese))
    // The template that says the most is the one that was meant.
    .sort((a, b) => b.literals - a.literals)
  const [indent = ''] = /^[ ]+/.exec(english) ?? []
  if (indent !== '') {
    const text = translate(english.slice(indent.length))
    return text === null ? null : `${indent}${text}`
  }
  return whole(english) ?? lineByLine(english) ?? sentenceBySentence(english)
}

function compile(template: string, chinese: string): Template {
  const names: string[] = []
  const source = template
    .split(hole)
    .map((part, i, parts) => {
      if (i % 3 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      if (i % 3 === 2) return ''
      names.push(part)
      return { '!': '(\\S+?)', '~': '(.*?)' }[parts[i + 1] ?? ''] ?? '([^\\n]*?)'
    })
    .join('')
  return {
    pattern: new RegExp(`^${source}$`, 's'),
    literals: template.replace(hole, '').length,
    names,
    chinese,
    isFragment: !/(?:[.?]|~\}|: \{\w+\})$/.test(template),
  }
}

function whole(english: string): string | null {
  const isSentence = /[.?]$/.test(english)
  for (const { pattern, names, chinese, isFragment } of compiled ?? []) {
    if (isSentence && isFragment) continue
    const found = pattern.exec(english)
    if (found === null) continue
    const text = filled(chinese, new Map(names.map((name, i) => [name, found[i + 1] as string])))
    if (text !== null) return text
  }
  return null
}

/** null where a part that has to be translated cannot be. */
function filled(chinese: string, values: ReadonlyMap<string, string>): string | null {
  let isWhole = true
  const text = chinese.replace(hole, (_, name: string, mark: string) => {
    const value = values.get(name) ?? ''
    const own = mark === '~' ? translate(value) : prose.test(value) && !quoted.has(name) ? null : value
    if (own === null) isWhole = false
    return own ?? ''
  })
  return isWhole ? text : null
}

function lineByLine(english: string): string | null {
  if (!english.includes('\n')) return null
  const lines = english.split('\n').map((line) => {
    const [indent = ''] = /^\s*/.exec(line) ?? []
    const text = line.slice(indent.length)
    const chinese = text === '' ? '' : translate(text)
    return chinese === null ? null : `${indent}${chinese}`
  })
  return lines.includes(null) ? null : lines.join('\n')
}

/** The longest beginning that is known, then the rest. */
function sentenceBySentence(english: string): string | null {
  const ends = [...english.matchAll(/[.?!] (?=\S)/g)].map(({ index }) => index + 1).reverse()
  for (const end of ends) {
    const first = whole(english.slice(0, end))
    const rest = first === null ? null : translate(english.slice(end + 1))
    if (rest !== null) return `${first}${rest}`
  }
  return null
}
