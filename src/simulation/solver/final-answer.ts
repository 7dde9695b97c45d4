/** The final answer of a text, and whether two answers are the same, as a careful reader would find. */
import { bareCode } from './code/writing.ts'

const numberWords = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]
const months = /\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b/

export function isCode(text: string): boolean {
  return /^\s*(?:def|class|import|from) \w|```(?:python)?\s*\n/m.test(text)
}

function stripEnd(text: string): string {
  return text
    .trim()
    .replace(/^[*_`"']+|[*_`"']+$/g, '')
    .replace(/[.!,;]+$/, '')
    .replace(/^[*_`"']+|[*_`"']+$/g, '')
    .trim()
}

/** What a solution ends up saying: the answer tag, the box, what follows "the answer is", else its last sentence. */
export function statedAnswer(text: string): string {
  const tagged = [...text.matchAll(/<answer>([\s\S]*?)<\/answer>/gi)].pop()?.[1]
  if (tagged !== undefined) return stripEnd(tagged)
  const boxed = [...text.matchAll(/\\boxed\{((?:[^{}]|\{[^{}]*\})*)\}/g)].pop()?.[1]
  if (boxed !== undefined) return stripEnd(boxed)
  const said = [
    ...text.matchAll(/\b(?:answer|result)(?: to [^.?!\n]*?)?\s*(?:is|was|comes to|would be|[:=])\s*\**\s*([^\n]+)/gi),
  ].pop()?.[1]
  if (said !== undefined) return stripEnd(firstSentence(said))
  const marked = /####\s*([^\n]+)/.exec(text)?.[1]
  if (marked !== undefined) return stripEnd(marked)
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return stripEnd(lastSentence(lines[lines.length - 1] ?? ''))
}

function firstSentence(text: string): string {
  return /^(.*?[^\s.]{2,}|.*?\d)[.!?](?=\s|$)/.exec(text)?.[1] ?? text
}

function lastSentence(line: string): string {
  const parts = line.trim().split(/(?<=[^\s.]{2}[.!?])\s+(?=[A-Z0-9])/)
  return parts[parts.length - 1] ?? line
}

/** Lower case, without articles, punctuation and ordinal endings; number words as digits. */
function plainText(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/(\d),(?=\d{3}\b)/g, '$1')
    .replaceAll(/\b(\d+)(?:st|nd|rd|th)\b/g, '$1')
    .replaceAll(/[^\p{L}\p{N}:./%' -]/gu, ' ')
    .replaceAll(/\.(?!\d)|(?<=\s)'|'(?=\s|$)|^'|'s\b/g, ' ')
    .replaceAll(/\b(?:a|an|the)\b/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function tokensOf(text: string): string[] {
  return plainText(text)
    .split(' ')
    .filter((word) => word !== '')
}

/** Date parts in a fixed order, so that `May 12` is `12 May`. */
function dateText(text: string): string {
  return tokensOf(text)
    .filter((word) => word !== 'of' && word !== 'on')
    .sort()
    .join(' ')
}

/** Numbers of a text, in order; fractions as their value, number words as numbers. */
export function numbersIn(text: string): number[] {
  const plain = text.replaceAll(/(\d),(?=\d{3}(?!\d))/g, '$1').replaceAll(/\\[dt]?frac\{(-?\d+)\}\{(\d+)\}/g, '$1/$2')
  const found: number[] = []
  for (const match of plain.matchAll(/(?<![\w.])-?\d+(?:\.\d+)?(?:\s*\/\s*\d+(?:\.\d+)?)?/g)) {
    const [top, bottom] = match[0].split('/').map(Number) as [number, number | undefined]
    found.push(bottom === undefined ? top : top / bottom)
  }
  if (found.length > 0) return found
  return tokensOf(text).flatMap((word) => {
    const value = numberWords.indexOf(word)
    return value < 0 ? [] : [value]
  })
}

/** A reference that is a number, perhaps with a currency sign or a unit. */
function asNumber(reference: string): number | null {
  const plain = reference.trim()
  if (
    !/^[-+$\u20ac\u00a3]{0,2}\s*\d[\d,]*(?:\.\d+)?(?:\s*\/\s*\d+)?\s*(?:%|[a-z\u00b0]+(?: [a-z]+){0,2})?\.?$/i.test(
      plain,
    )
  )
    return null
  if (months.test(plain.toLowerCase())) return null
  return numbersIn(plain)[0] ?? null
}

/** Equal, or, where the reference has two decimals or more, equal when rounded to as many. */
function isNear(said: number, reference: number, decimals: number): boolean {
  const rounding = decimals >= 2 ? 0.5 * 10 ** -decimals : 0
  return Math.abs(said - reference) <= rounding + 1e-9 * Math.max(1, Math.abs(reference))
}

function sameNumber(reference: string, value: number, response: string): boolean {
  const said = numbersIn(statedAnswer(response))
  const last = said[said.length - 1] ?? numbersIn(response).pop()
  return last !== undefined && isNear(last, value, /\.(\d+)/.exec(reference)?.[1]?.length ?? 0)
}

function sameYesNo(reference: string, response: string): boolean {
  const said = /\b(yes|no|true|false)\b/i.exec(statedAnswer(response)) ?? [...response.matchAll(/\b(yes|no)\b/gi)].pop()
  const word = said?.[1]?.toLowerCase()
  return word !== undefined && (word === 'true' ? 'yes' : word === 'false' ? 'no' : word) === reference
}

function parts(text: string): string[] {
  return text
    .split(/,|;|\band\b/)
    .map(plainText)
    .filter((part) => part !== '')
    .sort()
}

function holdsPhrase(text: string, phrase: string): boolean {
  return phrase !== '' && ` ${text} `.includes(` ${phrase} `)
}

function sameText(reference: string, response: string): boolean {
  const wanted = plainText(reference)
  const final = statedAnswer(response)
  const said = plainText(final)
  if (said === wanted) return true
  const wantedParts = parts(reference)
  if (wantedParts.length > 1) {
    const saidParts = parts(final)
    if (
      saidParts.length === wantedParts.length &&
      wantedParts.every((part, i) => holdsPhrase(saidParts[i] ?? '', part))
    )
      return true
  }
  if (months.test(wanted) && holdsAll(dateText(final), dateText(reference))) return true
  if (/\b(?:not|or|either|neither|cannot|unknown|unsure)\b|n't\b/.test(said)) return false
  return holdsPhrase(said, wanted)
}

function holdsAll(said: string, wanted: string): boolean {
  const words = new Set(said.split(' '))
  const digits = (text: string): string[] => text.split(' ').filter((word) => /^\d+$/.test(word))
  return wanted.split(' ').every((word) => words.has(word)) && digits(said).length === digits(wanted).length
}

/** @param reference the right answer alone; alternatives may be separated by `|`. @param response any text. */
export function isSameAnswer(reference: string, response: string): boolean {
  if (response.trim() === '') return false
  if (isCode(reference)) return bareCode(reference) === bareCode(response)
  if (isCode(response)) return false
  return reference.split('|').some((one) => {
    const alone = one.trim()
    const yesNo = /^(yes|no)\.?$/i.exec(alone)?.[1]?.toLowerCase()
    if (yesNo !== undefined) return sameYesNo(yesNo, response)
    const number = asNumber(alone)
    return number === null ? sameText(alone, response) : sameNumber(alone, number, response)
  })
}

/** Candidates with one of these keys say the same: numbers by value, code by its text, other answers by their words. */
export function answerKey(solution: string): string {
  if (isCode(solution)) return `code:${bareCode(solution)}`
  const final = statedAnswer(solution)
  const alone = asNumber(final)
  if (alone !== null) return `number:${Math.round(alone * 1e4) / 1e4}`
  if (months.test(final.toLowerCase())) return `date:${dateText(final)}`
  return `text:${plainText(final)}`
}
