/**
 * Simulated questions and how demonstrations change the chance of a right answer. Fixed before any selector was trained:
 *
 *     logit p = N(-0.6, 1.2) + 0.3 N(0, 1) for each exact prompt
 *             + effect * (sum over demonstrations of w (0.9 same family + 0.4 same answer form + 0.1 same topic)
 *                         - 0.5 for each pair of them alike in topic and family)
 *
 * w is 1 for the demonstration next to the question and 0.6 for all before it. Each question has one threshold u: it is
 * answered right where u < p, so two prompts differ only through their demonstrations. With `effect` 0, the null world,
 * nothing about the demonstrations matters but luck, which nobody can learn.
 */
import { randomFor } from '../../src/core/random.ts'
import { type AnswerForm, answerForms, families, topics } from './question-families.ts'

export interface SimulatedQuestion {
  readonly id: string
  readonly text: string
  readonly topic: number
  readonly family: number
  readonly form: AnswerForm
  readonly scene: string
  readonly answer: string
  readonly base: number
  readonly threshold: number
  /** What a right answer scores: 1, or 0.6 where few annotators gave it. */
  readonly fullScore: number
}

/** Held-out questions have the fifth phrasing too. */
export function simulateQuestions(seed: number, indexed: number, heldOut: number): SimulatedQuestion[] {
  return Array.from({ length: indexed + heldOut }, (_, i): SimulatedQuestion => {
    const rng = randomFor(seed, 'question', i)
    const topic = rng.integer(topics.length)
    const { nouns, adjectives, scenes } = topics[topic] as (typeof topics)[number]
    // Topic and family are mildly correlated, as in real questions.
    const family = rng.next() < 0.4 ? (topic + rng.integer(4)) % families.length : rng.integer(families.length)
    const { form: usual, phrasings } = families[family] as (typeof families)[number]
    const form = rng.next() < 0.15 ? rng.pick(answerForms) : usual
    const scene = rng.pick(scenes)
    const thing = `the ${rng.pick(adjectives)} ${rng.pick(nouns)} and the ${rng.pick(adjectives)} ${rng.pick(nouns)} near the ${rng.pick(nouns)} in the ${scene}`
    const phrasing = phrasings[rng.integer(i < indexed ? 4 : 5)] as string
    return {
      id: `q${i}`,
      text: `${phrasing.replace('{x}', thing)}?`,
      topic,
      family,
      form,
      scene,
      answer: answerOf(form, rng.integer(9)),
      base: -0.6 + 1.2 * rng.normal(),
      threshold: rng.next(),
      fullScore: rng.next() < 0.8 ? 1 : 0.6,
    }
  })
}

function answerOf(form: AnswerForm, variant: number): string {
  const choices: Readonly<Record<AnswerForm, readonly string[]>> = {
    number: ['2', '3', '4', '5', '7', '8', '12', '20', '50'],
    word: ['wood', 'red', 'play', 'metal', 'blue', 'sport', 'cotton', 'edison', 'glass'],
    'yes-no': ['yes', 'no', 'yes', 'no', 'yes', 'no', 'yes', 'no', 'yes'],
    place: ['italy', 'kitchen', 'africa', 'garage', 'japan', 'closet', 'france', 'shed', 'china'],
    time: ['summer', '10 years', 'winter', 'june', '5 years', 'spring', 'a day', 'may', '80 years'],
  }
  return choices[form][variant] as string
}

/** @param shown in prompt order: the last stands next to the question. */
export function answerScore(
  seed: number,
  question: SimulatedQuestion,
  shown: readonly SimulatedQuestion[],
  effect: number,
): number {
  let help = 0
  shown.forEach((demonstration, place) => {
    const weight = place === shown.length - 1 ? 1 : 0.6
    if (demonstration.family === question.family) help += 0.9 * weight
    if (demonstration.form === question.form) help += 0.4 * weight
    if (demonstration.topic === question.topic) help += 0.1 * weight
    const alike = shown
      .slice(0, place)
      .filter((earlier) => earlier.topic === demonstration.topic && earlier.family === demonstration.family)
    help -= 0.5 * alike.length
  })
  const luck =
    shown.length === 0 ? 0 : 0.3 * randomFor(seed, 'prompt', question.id, ...shown.map(({ id }) => id)).normal()
  const chance = 1 / (1 + Math.exp(-(question.base + effect * help + luck)))
  return question.threshold < chance ? question.fullScore : 0
}
