/**
 * How an answer is normalised before it is compared, as the VQA evaluators do it (punctuation, then numbers and
 * articles, then contractions), and the named profiles that say when. Accuracies of different profiles are not
 * comparable: the profile is part of an evaluation's identity.
 */
import { restoreContraction } from './contractions.ts'
import { stemAnswer } from './stem-answer.ts'

/**
 * - `exact`: only white space at the ends is removed. What files of already normalised answers are often scored by.
 * - `official`: answers and prediction are normalised only where the annotators do not all agree; else only white space
 *   is. This is the evaluator of the VQA challenge.
 * - `always`: normalised in any case, as OpenFlamingo and those who copied its evaluator do.
 * - `okvqa-stemmed`: stemmed, then normalised in any case. OKVQA's published answers are stemmed, so an unstemmed
 *   plural or gerund counts as wrong under the other two.
 */
export const normalisationProfiles = ['exact', 'official', 'always', 'okvqa-stemmed'] as const
export type NormalisationProfile = (typeof normalisationProfiles)[number]

/** The texts to compare: a prediction and the annotators' answers, each normalised as the profile says. */
export function normaliseForComparison(
  prediction: string,
  answers: readonly string[],
  profile: NormalisationProfile,
): { readonly prediction: string; readonly answers: readonly string[] } {
  const normalise = normaliserOf(
    profile,
    answers.every((answer) => answer === answers[0]),
  )
  return { prediction: normalise(prediction), answers: answers.map(normalise) }
}

function normaliserOf(profile: NormalisationProfile, doAllAgree: boolean): (text: string) => string {
  switch (profile) {
    case 'exact':
      return flattened
    case 'official':
      return doAllAgree ? flattened : normaliseVqaAnswer
    case 'always':
      return normaliseVqaAnswer
    case 'okvqa-stemmed':
      return (text) => normaliseVqaAnswer(stemAnswer(flattened(text).toLowerCase()))
    default:
      return profile satisfies never
  }
}

/** Answers repeat: training asks the same questions thousands of times. */
const known = new Map<string, string>()
const mostKnown = 50_000

/** Punctuation, numbers, articles and contractions in the evaluator's order. */
export function normaliseVqaAnswer(text: string): string {
  const found = known.get(text)
  if (found !== undefined) return found
  if (known.size >= mostKnown) known.clear()
  const normalised = withoutArticles(withoutPunctuation(flattened(text)))
  known.set(text, normalised)
  return normalised
}

function flattened(text: string): string {
  return text.replace(/[\n\t]/g, ' ').trim()
}

const punctuation = [...';/[]"{}()=+\\_-><@`,?!']
const groupedDigits = /\d,\d/
/** The evaluator passes a flag where the count belongs, so it removes 32 at most. */
const maxPeriods = 32

/** Each mark is deleted where it touches a space anywhere in the text, or the text groups digits by commas; else it becomes a space. */
function withoutPunctuation(text: string): string {
  const isGrouped = groupedDigits.test(text)
  let result = text
  for (const mark of punctuation) {
    const isDeleted = isGrouped || text.includes(`${mark} `) || text.includes(` ${mark}`)
    result = result.replaceAll(mark, isDeleted ? '' : ' ')
  }
  let periods = 0
  // A period before a digit stays; the evaluator means to look at the digit before it too, but does not.
  return result.replace(/\.(?!\d)/g, (period) => (periods++ < maxPeriods ? '' : period))
}

const numberWords = 'none zero one two three four five six seven eight nine ten'.split(' ')
const numbers: ReadonlyMap<string, string> = new Map(
  numberWords.map((word, i) => [word, String(Math.max(0, i - 1))] as const),
)
const articles: ReadonlySet<string> = new Set(['a', 'an', 'the'])

function withoutArticles(text: string): string {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => numbers.get(word) ?? word)
    .filter((word) => !articles.has(word))
    .map(restoreContraction)
    .join(' ')
}
