/**
 * Reads a verdict out of a judge's reply. Strict, because a guess here is a wrong reward: JSON, else the whole reply as
 * one word, else a `verdict:` line, else a first line that is one verdict, with or without a reason behind it, and no later
 * line that takes it back. Anything else is not a verdict. Quotations (`> `) are the response's words and are not read.
 * English words only: a reply in another language is asked for again.
 */
import { jsonOf } from '../core/parse-json.ts'
import { separateReasoning } from '../core/reasoning.ts'

/** @returns null when the reply does not say one thing clearly. */
export function readVerdict(reply: string): boolean | null {
  const { text, isCut } = separateReasoning(reply)
  // The reasoning was never closed: no verdict was reached.
  if (isCut) return null
  const visible = text
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, '')
    .replace(/<\|[^|<>]{1,30}\|>|<\/s>/g, '')
    .replace(/^[ \t]*>.*$/gm, '')
    .trim()
  const json = jsonIn(visible)
  if (json !== null) return fromJson(json)
  return fromWord(visible) ?? fromElement(visible) ?? fromVerdictLine(visible) ?? fromFirstLine(visible)
}

const verdictKeys = ['verdict', 'correct', 'is_correct', 'isCorrect', 'true_false', 'result', 'equivalent']

/** The reply as JSON, or the one fenced block of JSON in it; null where there is none. */
function jsonIn(text: string): string | null {
  if (text.startsWith('{')) return text
  const fenced = [...text.matchAll(/```(?:json)?\s*(\{[\s\S]*?\})\s*```/g)]
  return fenced.length === 1 ? (fenced[0]?.[1] ?? null) : null
}

function fromJson(body: string): boolean | null {
  const value = jsonOf(body)
  if (value === undefined) return null
  const said = verdictKeys.flatMap((key) => {
    const field = (value as Record<string, unknown>)[key]
    if (typeof field === 'boolean') return [field]
    const word = typeof field === 'string' ? fromWord(field) : null
    return word === null ? [] : [word]
  })
  return agreed(said)
}

function fromWord(text: string): boolean | null {
  const word = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '').toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : null
}

/** `<verdict>True</verdict>` and nothing else. */
function fromElement(text: string): boolean | null {
  const inner = /^<(verdict|answer|true_false|judge?ment|result|decision)>([^<>]*)<\/\1>$/i.exec(text)?.[2]
  return inner === undefined ? null : fromWord(inner)
}

/** A judge that corrects itself. */
const takenBack =
  /\b(?:wait|actually|on second thoughts?|correction|i was wrong|my mistake|let me (?:re-?\w+|think again|double[- ]check)|reconsider(?:ing)?|scratch that|no longer|changed? my mind)\b/i

const label = String.raw`(?:(?:my\s+|the\s+)?(?:final\s+)?(?:verdict|answer|judge?ment|decision|conclusion)(?:\s+is)?|the response is correct|<true_false>|结论|结果|判断|判定)`

/**
 * `Verdict: True` and its like on a line of their own. A label in a sentence or in quotes is not such a line; a line
 * with nothing but the other word speaks against it, and so does one that takes it back.
 */
function fromVerdictLine(text: string): boolean | null {
  const line = new RegExp(
    String.raw`^[^\p{L}\p{N}<]*${label}[^\p{L}\p{N}]*(true|false)[^\p{L}\p{N}]*(?:true_false)?[^\p{L}\p{N}]*$`,
    'iu',
  )
  const lines = text.split('\n').filter((candidate) => !/^\s*[|"“']/.test(candidate))
  const labelled = lines.map((candidate) => line.exec(candidate)?.[1]?.toLowerCase() ?? null)
  const last = labelled.findLastIndex((word) => word !== null)
  if (last < 0 || lines.slice(last + 1).some((candidate) => takenBack.test(candidate))) return null
  const bare = lines.map(fromWord).filter((word) => word !== null)
  return agreed([...labelled.filter((word) => word !== null).map((word) => word === 'true'), ...bare])
}

/** `True`, `True, both say 5.`: the word, then punctuation; not "True answer is 5" and not "False alarm: ...". */
function fromFirstLine(text: string): boolean | null {
  const [first = '', ...later] = text.split('\n')
  const [, word, rest = ''] =
    /^[^\p{L}\p{N}"“'‘]*(true|false)(?![\p{L}\p{N}])["”'’*_`]*\s*(?:$|([,.:;!(—–…-].*))$/iu.exec(first) ?? []
  if (word === undefined || /\b(?:true|false|but|however|although|though|except|unless|yet|not sure)\b/i.test(rest))
    return null
  if (takenBack.test(rest) || later.some((line) => takenBack.test(line))) return null
  const isTrue = word.toLowerCase() === 'true'
  if (isContrary(isTrue, rest) || later.some((line) => isContrary(isTrue, line))) return null
  const stated = [isTrue, ...later.map(statedBy).filter((one) => one !== null)]
  return agreed(stated)
}

const subject = String.raw`\b(?:the (?:response|prediction|answers|two|values)|both|they)\b[^.\n]{0,60}`
const saysWrong = new RegExp(
  String.raw`${subject}\b(?:is|are|was|were)\s+(?:not\s+(?:correct|right|equal|equivalent|the same)|incorrect|wrong|different)\b|${subject}\b(?:do|does|did)(?:n['’]t| not)\s+(?:match|agree|equal)`,
  'i',
)
const saysRight = new RegExp(
  String.raw`${subject}\b(?:is|are|was|were)\s+(?:correct|right|equal|equivalent|the same)\b|${subject}\b(?:match(?:es)?|agrees?)\b`,
  'i',
)

/** A reason that says the opposite of the verdict before it. */
function isContrary(said: boolean, reason: string): boolean {
  return said
    ? saysWrong.test(reason)
    : saysRight.test(reason) && !/\b(?:not|n['’]t|never|neither|no)\b|n['’]t\b/i.test(reason)
}

/** What a later line states: the word alone, or behind a label. */
function statedBy(line: string): boolean | null {
  const word = new RegExp(
    String.raw`^[^\p{L}\p{N}]*(?:(?:so|thus|therefore|hence|overall|in conclusion)[,:]?\s+)?(?:${label}|it is|the (?:response|answer|statement) is)?[^\p{L}\p{N}]*(true|false)[^\p{L}\p{N}]*$`,
    'iu',
  ).exec(line)?.[1]
  return word === undefined ? null : word.toLowerCase() === 'true'
}

function agreed(said: readonly boolean[]): boolean | null {
  const [first] = said
  return first !== undefined && said.every((value) => value === first) ? first : null
}
