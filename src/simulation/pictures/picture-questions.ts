/**
 * Generated questions about drawn pictures: twelve places crossed with twelve families of question. Each is settled by
 * its picture; ten annotators answer it, most of them alike. Nothing here knows how the answering model errs.
 */
import { type Rng, randomFor } from '../../core/random.ts'
import { dataUrl, drawScene } from './draw-scene.ts'
import { type Kind, pictureFamilies, type Slots } from './families.ts'
import { columns, objectColours, rows, type Scene, type SceneObject, shapes, timesOfDay } from './scene.ts'
import { pluralOf, topics } from './topics.ts'

/** A question as data sets of pictures have it. */
export interface PictureQuestion {
  readonly id: string
  readonly imageId: string
  readonly question: string
  /** Of ten annotators. */
  readonly answers: readonly string[]
  /** The most frequent one. */
  readonly shownAnswer: string
  readonly split: string
  /** A `data:` URL. */
  readonly image: string
  /** The family. */
  readonly kind: string
  readonly topic: string
}

export interface PictureQuestionPlan {
  readonly seed: number
  /** Questions to choose demonstrations from, and to train on. */
  readonly index: number
  /** Questions to evaluate on: some in a phrasing that the index does not have. */
  readonly heldOut: number
}

export interface PictureQuestions {
  readonly index: readonly PictureQuestion[]
  readonly heldOut: readonly PictureQuestion[]
}

export function pictureQuestions({ seed, index, heldOut }: PictureQuestionPlan): PictureQuestions {
  return {
    index: Array.from({ length: index }, (_, i) => makeQuestion(seed, 'index', i)),
    heldOut: Array.from({ length: heldOut }, (_, i) => makeQuestion(seed, 'held-out', i)),
  }
}

const customaryPhrasings = 4

function makeQuestion(seed: number, split: 'index' | 'held-out', number: number): PictureQuestion {
  const rng = randomFor(seed, 'picture-question', split, number)
  const topic = rng.integer(topics.length)
  // Place and family are mildly correlated, as in collections of real questions.
  const family =
    rng.next() < 0.4 ? (topic + rng.integer(4)) % pictureFamilies.length : rng.integer(pictureFamilies.length)
  const { phrasings, name } = pictureFamilies[family] as (typeof pictureFamilies)[number]
  const phrasing = phrasings[rng.integer(split === 'index' ? customaryPhrasings : phrasings.length)] as string
  const { scene, slots, answer } = settledScene(topic, family, rng)
  const id = `${split}-${seed}-${number}`
  return {
    id,
    imageId: id,
    question: `${filled(phrasing, slots, topic)}, in this ${setting(topic, rng)}?`,
    answers: annotators(answer, rng),
    shownAnswer: answer,
    split,
    image: dataUrl(drawScene(scene)),
    kind: name,
    topic: topics[topic]?.name ?? '',
  }
}

/** A scene and slots that settle the family's question. */
function settledScene(
  topic: number,
  family: number,
  rng: Rng,
): { readonly scene: Scene; readonly slots: Slots; readonly answer: string } {
  for (;;) {
    const scene: Scene = { topic, time: rng.pick(timesOfDay), objects: scattered(rng) }
    const slots = slotsOf(scene, rng)
    const answer = pictureFamilies[family]?.solve(scene, slots) ?? null
    if (answer !== null) return { scene, slots, answer }
  }
}

function scattered(rng: Rng): SceneObject[] {
  const cells = rng.shuffle(Array.from({ length: columns * rows }, (_, i) => i))
  const names = Object.keys(objectColours) as (keyof typeof objectColours)[]
  return cells
    .slice(0, 5 + rng.integer(6))
    .sort((a, b) => a - b)
    .map((cell) => ({
      shape: rng.pick(shapes),
      colour: rng.pick(names),
      column: cell % columns,
      row: Math.floor(cell / columns),
    }))
}

function slotsOf({ objects }: Scene, rng: Rng): Slots {
  const [first, second] = rng.shuffle(shapes) as [Kind['shape'], Kind['shape']]
  const seen = rng.pick(objects)
  const kindOf = (shape: Kind['shape']): Kind => ({ shape, colour: rng.next() < 0.3 ? seen.colour : null })
  return { a: kindOf(first), b: kindOf(second), colour: seen.colour }
}

function filled(phrasing: string, { a, b, colour }: Slots, topic: number): string {
  const name = (kind: Kind | undefined, isPlural: boolean): string => {
    const noun = topics[topic]?.nouns[kind?.shape ?? 'circle'] ?? ''
    const named = isPlural ? pluralOf(noun) : noun
    return kind?.colour == null ? named : `${kind.colour} ${named}`
  }
  const isPlural = !/\b(?:only|single|one|any|a) \{a\}/.test(phrasing)
  return phrasing
    .replace('{a}', name(a, isPlural))
    .replace('{b}', name(b, true))
    .replace('{c}', colour ?? '')
}

function setting(topic: number, rng: Rng): string {
  const { name, adjectives, scenery } = topics[topic] as (typeof topics)[number]
  const [first, second, third] = rng.shuffle(adjectives)
  const [near, far] = rng.shuffle(scenery)
  return `${first} ${name} with the ${second} ${near} and the ${third} ${far}`
}

const undecided = ['unclear', 'hard to tell', 'not sure', 'cannot see']

/** Five people, each counted twice, as in OKVQA: a right answer scores 1, or 0.6 where only one of them gave it. */
function annotators(answer: string, rng: Rng): string[] {
  const people =
    rng.next() < 0.8 ? [answer, answer, answer, answer, rng.pick(undecided)] : [answer, ...rng.shuffle(undecided)]
  return people.flatMap((text) => [text, text])
}
