/** Characters that word processors, phones and other scripts put where Python wants plain ones. Strings keep theirs. */

const doubleQuotes = '“”„‟«»＂'
const singleQuotes = '‘’‚‛＇`´'

const plain: Readonly<Record<string, string>> = Object.fromEntries([
  ...[...'\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u3000'].map(
    (blank) => [blank, ' '],
  ),
  ...[...'\u200B\u200C\u200D\u2060\uFEFF\u00AD\u200E\u200F'].map((invisible) => [invisible, '']),
  ...[...'\u2010\u2011\u2012\u2013\u2014\u2212'].map((dash) => [dash, '-']),
  ...[...'！＃％＆（）＊＋，－．／：；＜＝＞［］＿｛｜｝'].map((wide) => [
    wide,
    String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
  ]),
  ['，', ','],
  ['、', ','],
  ['【', '['],
  ['】', ']'],
  ['…', '...'],
  ['×', '*'],
  ['≤', '<='],
  ['≥', '>='],
  ['≠', '!='],
])

export function plainCharacters(code: string): string {
  let out = ''
  for (let i = 0; i < code.length; ) {
    const character = code[i] as string
    if (character === '#') {
      const end = code.indexOf('\n', i)
      const stop = end < 0 ? code.length : end
      out += code.slice(i, stop)
      i = stop
    } else if (character === '"' || character === "'") {
      const stop = endOfString(code, i)
      out += code.slice(i, stop)
      i = stop
    } else if (doubleQuotes.includes(character) || singleQuotes.includes(character)) {
      const read = readTypographicString(code, i)
      out += read.text
      i = read.end
    } else {
      out += plain[character] ?? character
      i += 1
    }
  }
  return out
}

/** Offset behind a string that begins at `start`; a string in single quotes ends with its line. */
function endOfString(code: string, start: number): number {
  const quote = code[start] as string
  const isTriple = code.startsWith(quote.repeat(3), start)
  const quotes = isTriple ? quote.repeat(3) : quote
  for (let i = start + quotes.length; i < code.length; i++) {
    if (code[i] === '\\') i += 1
    else if (code.startsWith(quotes, i)) return i + quotes.length
    else if (!isTriple && code[i] === '\n') return i
  }
  return code.length
}

/** A string in typographic quotes that is longer than this is taken for none. */
const maxStringChars = 1000

/** A string between typographic quotes becomes one between plain quotes; an apostrophe within does not end it. */
function readTypographicString(code: string, start: number): { readonly text: string; readonly end: number } {
  const family = doubleQuotes.includes(code[start] as string) ? `${doubleQuotes}"` : `${singleQuotes}'`
  const quote = family.at(-1) as string
  const isTriple = [...code.slice(start, start + 3)].every((character) => family.includes(character))
  const count = isTriple && code.length >= start + 3 ? 3 : 1
  for (let i = start + count; i < code.length; i++) {
    const character = code[i] as string
    if (count === 1 && (character === '\n' || i - start > maxStringChars)) break
    if (!family.includes(character)) continue
    if (count === 3 && ![...code.slice(i, i + 3)].every((next) => family.includes(next))) continue
    const isApostrophe = quote === "'" && /\w/.test(code[i - 1] ?? '') && /\w/.test(code[i + 1] ?? '')
    if (isApostrophe) continue
    const inside = code.slice(start + count, i).replaceAll(quote, `\\${quote}`)
    return { text: quote.repeat(count) + inside + quote.repeat(count), end: i + count }
  }
  return { text: quote, end: start + 1 }
}
