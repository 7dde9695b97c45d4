/** Scores an answer under the profile's normalisation. */
import { normaliseForComparison } from '../metric/normalise-answer.ts'
import { vqaAccuracy } from '../metric/vqa-accuracy.ts'
import type { EvaluationProfile, JudgedAnswer, Question } from '../schema.ts'

export function judgeAnswer(
  { prediction, rawGeneration }: { readonly prediction: string; readonly rawGeneration: string },
  { answers }: Pick<Question, 'answers'>,
  { normalisation }: EvaluationProfile,
): JudgedAnswer {
  const accuracy = vqaAccuracy(prediction, answers, normalisation)
  return {
    prediction,
    rawGeneration,
    isCorrect: accuracy > 0,
    accuracy,
    referenceProbability: null,
    likeness: likenessOf(prediction, answers, normalisation),
    usedFallback: false,
  }
}

/** Token F1 with the nearest answer, after normalisation. */
function likenessOf(
  prediction: string,
  answers: readonly string[],
  normalisation: EvaluationProfile['normalisation'],
): number {
  const compared = normaliseForComparison(prediction, [...new Set(answers)], normalisation)
  return Math.max(...compared.answers.map((answer) => tokenF1(compared.prediction, answer)))
}

function tokenF1(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(/\s+/).filter((word) => word !== '')) as [string[], string[]]
  if (left.length === 0 || right.length === 0) return 0
  const rest = [...right]
  let shared = 0
  for (const word of left) {
    const at = rest.indexOf(word)
    if (at < 0) continue
    rest.splice(at, 1)
    shared += 1
  }
  return (2 * shared) / (left.length + right.length)
}
