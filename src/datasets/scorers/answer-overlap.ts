/**
 * Exact match and F1 of SQuAD (arXiv:1606.05250) and DROP (arXiv:1903.00161). `archive`: as their published scripts
 * compute them, ASCII punctuation deleted wherever it occurs, so that 35 matches 3.5 in SQuAD. `corrected`: the same
 * measures on words whose meaning is kept (`normaliseAnswer`). One span on each side; lists of spans are not covered.
 */
import { normaliseAnswer } from './normalise-answer.ts'

export interface Overlap {
  /** 0 or 1. */
  readonly exactMatch: number
  /** 0 to 1; of DROP rounded to two decimals, as its script does. */
  readonly f1: number
}

export interface AnswerOverlap {
  readonly squad: { readonly archive: Overlap; readonly corrected: Overlap }
  readonly drop: { readonly archive: Overlap; readonly corrected: Overlap }
}

/** @param references the alternatives; the best counts. */
export function answerOverlap(prediction: string, references: readonly string[]): AnswerOverlap {
  const best = (measure: (a: string, b: string) => Overlap): Overlap =>
    references
      .map((reference) => measure(prediction, reference))
      .reduce((a, b) => ({ exactMatch: Math.max(a.exactMatch, b.exactMatch), f1: Math.max(a.f1, b.f1) }), {
        exactMatch: 0,
        f1: 0,
      })
  return {
    squad: {
      archive: best((a, b) => squadOverlap(squadWords(a), squadWords(b))),
      corrected: best((a, b) => squadOverlap(wordsOf(a), wordsOf(b))),
    },
    drop: {
      archive: best((a, b) => dropOverlap(dropWords(a), dropWords(b))),
      corrected: best((a, b) => dropOverlap(correctedDropWords(a), correctedDropWords(b))),
    },
  }
}

const punctuation = /[!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/g
const articles = /\b(?:a|an|the)\b/g
const split = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

function squadWords(text: string): string[] {
  return split(text.toLowerCase().replace(punctuation, '').replace(articles, ' '))
}

function wordsOf(text: string): string[] {
  return split(normaliseAnswer(text))
}

function squadOverlap(prediction: readonly string[], reference: readonly string[]): Overlap {
  const exactMatch = prediction.join(' ') === reference.join(' ') ? 1 : 0
  if (prediction.length === 0 || reference.length === 0) return { exactMatch, f1: exactMatch }
  const left = [...reference]
  let common = 0
  for (const word of prediction) {
    const at = left.indexOf(word)
    if (at < 0) continue
    left.splice(at, 1)
    common += 1
  }
  return { exactMatch, f1: (2 * common) / (prediction.length + reference.length) }
}

/** What Python's `float` reads. */
function isNumber(text: string): boolean {
  return /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+)(?:e[+-]?\d+)?$|^[+-]?(?:inf(?:inity)?|nan)$/.test(text)
}

function dropWord(token: string): string {
  const lower = token.toLowerCase()
  const bare = isNumber(lower) ? lower : lower.replace(punctuation, '')
  const number = isNumber(bare) && /\d/.test(bare) ? String(Number(bare.replaceAll('_', ''))) : bare
  return split(number.replace(articles, ' ')).join(' ')
}

function dropWords(text: string): string[] {
  return text
    .split(/ |-/)
    .map(dropWord)
    .filter((word) => word !== '')
}

/** Tokens end at any white space, and a sign belongs to its number. */
function correctedDropWords(text: string): string[] {
  return wordsOf(text.replace(/(?<=\p{L})-(?=\p{L})/gu, ' ')).map((word) =>
    isNumber(word) ? String(Number(word)) : word,
  )
}

function dropOverlap(prediction: readonly string[], reference: readonly string[]): Overlap {
  const [said, wanted] = [new Set(prediction), new Set(reference)]
  const exactMatch = prediction.join(' ') === reference.join(' ') ? 1 : 0
  const numbers = [...wanted].filter(isNumber)
  if (numbers.length > 0 && !numbers.some((number) => said.has(number))) return { exactMatch, f1: 0 }
  const common = [...wanted].filter((word) => said.has(word)).length
  const precision = said.size === 0 ? 1 : common / said.size
  const recall = wanted.size === 0 ? 1 : common / wanted.size
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { exactMatch, f1: Math.round(f1 * 100) / 100 }
}
