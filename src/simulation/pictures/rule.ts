/**
 * How demonstrations change the chance of a right answer. Fixed before any selector was trained on it:
 *
 *     logit p = N(-0.6, 1.2) of the question
 *               + effect * ( sum over demonstrations of w * (0.9 same family + 0.4 same answer form + 0.1 same topic)
 *                            - 0.5 for each pair alike in topic and family
 *                            + 0.3 N(0, 1) of the exact prompt )
 *
 * w is 1 for the demonstration next to the question and 0.6 for those before it. Each question has one threshold u,
 * uniform in [0, 1), and is answered right where u < p: two prompts of a question differ only through their
 * demonstrations, and the same prompt always gets the same answer, as under greedy decoding.
 */
import { hashKey, randomFor } from '../../core/random.ts'
import type { AnswerForm } from './families.ts'

export const pictureRule = {
  baseMean: -0.6,
  baseDeviation: 1.2,
  family: 0.9,
  form: 0.4,
  topic: 0.1,
  nextToQuestion: 1,
  before: 0.6,
  alike: 0.5,
  noise: 0.3,
} as const

/** What the rule sees of a question or a demonstration; null for what could not be read. */
export interface Traits {
  readonly family: number | null
  readonly form: AnswerForm | null
  readonly topic: number | null
}

/** The models of the simulator that look at pictures, and how much demonstrations matter to each. */
export const effectOfModel: Readonly<Record<string, number>> = {
  'simulator-half': 0.5,
  'simulator-null': 0,
}

const same = <T>(a: T | null, b: T | null): boolean => a !== null && a === b

/** @param shown in prompt order: the last is next to the question. */
export function helpOf(question: Traits, shown: readonly Traits[]): number {
  let help = 0
  shown.forEach((demonstration, place) => {
    const weight = place === shown.length - 1 ? pictureRule.nextToQuestion : pictureRule.before
    if (same(demonstration.family, question.family)) help += weight * pictureRule.family
    if (same(demonstration.form, question.form)) help += weight * pictureRule.form
    if (same(demonstration.topic, question.topic)) help += weight * pictureRule.topic
    for (let earlier = 0; earlier < place; earlier++) {
      const other = shown[earlier] as Traits
      if (same(other.topic, demonstration.topic) && same(other.family, demonstration.family)) help -= pictureRule.alike
    }
  })
  return help
}

/**
 * The chance of a right answer, and whether it is given.
 * @param questionKey of text and picture.
 * @param promptKey of each demonstration, in prompt order.
 */
export function correctChance(
  questionKey: string,
  promptKey: readonly string[],
  {
    question,
    shown,
    effect,
  }: { readonly question: Traits; readonly shown: readonly Traits[]; readonly effect: number },
): { readonly chance: number; readonly isRight: boolean } {
  const ofQuestion = randomFor('picture-question', questionKey)
  const base = pictureRule.baseMean + pictureRule.baseDeviation * ofQuestion.normal()
  const threshold = ofQuestion.next()
  let help = 0
  if (effect !== 0 && shown.length > 0) {
    const noise = randomFor('picture-prompt', hashKey([questionKey, ...promptKey])).normal()
    help = helpOf(question, shown) + pictureRule.noise * noise
  }
  const chance = 1 / (1 + Math.exp(-(base + effect * help)))
  return { chance, isRight: threshold < chance }
}
