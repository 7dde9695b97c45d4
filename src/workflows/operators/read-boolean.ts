/**
 * A yes or no as models write it in a field: the word alone, the word in front of its reason, or one of a few sentences that
 * say one thing. A word found in a sentence ("No issues found", "Not incorrect") is not read without it.
 */

const positive = '(?:true|yes|correct|right|valid|passed?|ok|okay)'
const negative = '(?:false|no|incorrect|wrong|invalid|fail(?:ed|s)?)'
const word = new RegExp(`^(?:${positive}|(${negative}))$`, 'i')
const leading = new RegExp(String.raw`^(?:${positive}|(${negative}))\s*[.,:;!—–(\n-]+\s*([\s\S]+)$`, 'i')

const subject = String.raw`(?:(?:the|this|that|your|its|final|proposed|given)\s+)*(?:solution|answer|response|result|code|program|function|reasoning|it|everything)\s+(?:is|seems|looks|appears|was)(?:\s+to\s+be)?`
const degree = String.raw`(?:\s+(?:indeed|completely|entirely|fully|perfectly|mathematically|logically|clearly|quite|definitely|also))*`
const good = String.raw`(?:correct|right|valid|true|accurate|not\s+(?:incorrect|wrong|invalid|false))`
const bad = String.raw`(?:incorrect|wrong|invalid|false|inaccurate|flawed|not\s+(?:correct|right|valid|true|accurate))`
const fault = '(?:issues?|errors?|mistakes?|problems?|bugs?|faults?|flaws?)'

const sayTrue = new RegExp(
  String.raw`^(?:${subject}${degree}\s+${good}|${good}|(?:i\s+(?:found|see)\s+|there\s+(?:are|is|were)\s+|it\s+(?:has|contains)\s+)?no\s+(?:obvious\s+|further\s+|major\s+)?${fault}(?:\s+(?:(?:was|were|is|are)\s+)?(?:found|detected|identified|seen|present))?)$`,
  'i',
)
const sayFalse = new RegExp(
  String.raw`^(?:${subject}${degree}\s+${bad}|${bad}|(?:there\s+(?:is|are)|(?:the\s+)?(?:solution|answer|code|it)\s+(?:has|contains))\s+(?:an?\s+|some\s+|several\s+)?${fault})$`,
  'i',
)
const isGood = new RegExp(String.raw`\b(?:is|seems|looks|are)\s+(?:\w+\s+)?${good}\b`, 'i')
const isBad = new RegExp(String.raw`\b(?:is|seems|looks|are)\s+(?:\w+\s+)?${bad}\b|\bbut\b|\bhowever\b`, 'i')

/** @returns null when the text says neither, or both. */
export function readBoolean(text: string): boolean | null {
  const plain = text
    .replace(/[*_`"'#>[\]{}]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^[:(\-.\s]+|[.!)\s]+$/g, '')
  const alone = word.exec(plain)
  if (alone !== null) return alone[1] === undefined
  const led = leading.exec(plain)
  if (led !== null) {
    const said = led[1] === undefined
    const rest = led[2] ?? ''
    return (said ? isBad : isGood).test(rest) || (said ? sayFalse : sayTrue).test(firstSentence(rest)) ? null : said
  }
  const first = firstSentence(plain)
  const rest = plain.slice(first.length)
  if (sayTrue.test(first)) return isBad.test(rest) ? null : true
  if (sayFalse.test(first)) return isGood.test(rest) ? null : false
  return null
}

function firstSentence(text: string): string {
  return (/^[\s\S]*?(?=[.!;:,]\s|[.!]$|$)/.exec(text)?.[0] ?? text).trim()
}
