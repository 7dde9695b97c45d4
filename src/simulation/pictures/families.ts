/**
 * The kinds of question about a drawn picture: what each asks for, its five phrasings (the fifth among held-out questions
 * only) and how its answer follows from the scene.
 */
import { type Colour, columns, objectColours, type Scene, type SceneObject, type Shape, timesOfDay } from './scene.ts'
import { topics } from './topics.ts'

export type AnswerForm = 'number' | 'word' | 'yes-no' | 'place' | 'time'

/** A group of objects that a question names: `red balls`, `balls`. */
export interface Kind {
  readonly shape: Shape
  readonly colour: Colour | null
}

/** What fills a phrasing; which of them it has is the family's matter. */
export interface Slots {
  /** {a} */
  readonly a?: Kind
  /** {b} */
  readonly b?: Kind
  /** {c}, a colour. */
  readonly colour?: Colour
}

export interface PictureFamily {
  readonly name: string
  readonly form: AnswerForm
  readonly phrasings: readonly string[]
  /** null where the scene does not settle it. */
  readonly solve: (scene: Scene, slots: Slots) => string | null
}

const matching = ({ objects }: Scene, kind: Kind | undefined): readonly SceneObject[] =>
  objects.filter(({ shape, colour }) => shape === kind?.shape && (kind.colour === null || colour === kind.colour))

const count = (scene: Scene, kind: Kind | undefined): number => matching(scene, kind).length

const only = <T>(list: readonly T[]): T | null => (list.length === 1 ? (list[0] as T) : null)

const yesOrNo = (claim: boolean): string => (claim ? 'yes' : 'no')

function sideOf({ column }: SceneObject): string {
  const middle = (columns - 1) / 2
  return column < middle ? 'left' : column > middle ? 'right' : 'middle'
}

export const pictureFamilies: readonly PictureFamily[] = [
  {
    name: 'count',
    form: 'number',
    phrasings: [
      'how many {a} are there',
      'count the {a}',
      'what number of {a} do you see',
      'how many {a} can be counted',
      'tell me the number of {a}',
    ],
    solve: (scene, { a }) => String(count(scene, a)),
  },
  {
    name: 'total',
    form: 'number',
    phrasings: [
      'how many are the {a} and the {b} together',
      'add the {a} to the {b}',
      'what is the sum of {a} and {b}',
      'how many do the {a} and the {b} make in all',
      'what do {a} plus {b} come to',
    ],
    solve: (scene, { a, b }) => String(count(scene, a) + count(scene, b)),
  },
  {
    name: 'difference',
    form: 'number',
    phrasings: [
      'how far apart are the counts of {a} and {b}',
      'by how many do the {a} and the {b} differ',
      'what is the difference between {a} and {b}',
      'how many are left when {a} and {b} pair off',
      'how big is the gap from {a} to {b}',
    ],
    solve: (scene, { a, b }) => String(Math.abs(count(scene, a) - count(scene, b))),
  },
  {
    name: 'colour',
    form: 'word',
    phrasings: [
      'what colour is the only {a}',
      'which shade has the single {a}',
      'name the colour of the one {a}',
      'what tint does the only {a} have',
      'of what hue is the single {a}',
    ],
    solve: (scene, { a }) => only(matching(scene, a))?.colour ?? null,
  },
  {
    name: 'identity',
    form: 'word',
    phrasings: [
      'what is the only {c} thing',
      'which thing is {c}',
      'name the {c} thing',
      'what kind of thing is the {c} one',
      'what do you call the {c} object',
    ],
    solve: (scene, { colour }) => {
      const found = only(scene.objects.filter((object) => object.colour === colour))
      return found === null ? null : (topics[scene.topic]?.nouns[found.shape] ?? null)
    },
  },
  {
    name: 'commonest',
    form: 'word',
    phrasings: [
      'which colour is seen most among the {a}',
      'what colour have most of the {a}',
      'what is the commonest shade of the {a}',
      'in which colour do most {a} come',
      'what hue prevails among the {a}',
    ],
    solve: (scene, { a }) => {
      const colours = matching(scene, a).map(({ colour }) => colour)
      const counts = Object.keys(objectColours).map((name) => colours.filter((colour) => colour === name).length)
      const most = Math.max(...counts)
      const leaders = Object.keys(objectColours).filter((_, i) => counts[i] === most)
      return most < 2 ? null : only(leaders)
    },
  },
  {
    name: 'presence',
    form: 'yes-no',
    phrasings: [
      'is there any {a} to be seen',
      'can you find a {a}',
      'does the picture show a {a}',
      'do you see any {a}',
      'has someone put a {a} here',
    ],
    solve: (scene, { a }) => yesOrNo(count(scene, a) > 0),
  },
  {
    name: 'comparison',
    form: 'yes-no',
    phrasings: [
      'are there more {a} than {b}',
      'do the {a} outnumber the {b}',
      'is the number of {a} larger than that of {b}',
      'are {a} more common than {b}',
      'would the {a} win over the {b} by count',
    ],
    solve: (scene, { a, b }) => {
      const difference = count(scene, a) - count(scene, b)
      return difference === 0 ? null : yesOrNo(difference > 0)
    },
  },
  {
    name: 'position',
    form: 'place',
    phrasings: [
      'where is the only {a}',
      'on which side is the single {a}',
      'in what part of the picture is the one {a}',
      'where do you find the only {a}',
      'at which spot is the single {a}',
    ],
    solve: (scene, { a }) => {
      const found = only(matching(scene, a))
      return found === null ? null : sideOf(found)
    },
  },
  {
    name: 'crowd',
    form: 'place',
    phrasings: [
      'which side has the most things',
      'where are most of the objects',
      'in which half is more to see',
      'to what side does the crowd lean',
      'where is the picture fuller',
    ],
    solve: ({ objects }) => {
      const left = objects.filter((object) => sideOf(object) === 'left').length
      const right = objects.filter((object) => sideOf(object) === 'right').length
      return left === right ? null : left > right ? 'left' : 'right'
    },
  },
  {
    name: 'hour',
    form: 'time',
    phrasings: [
      'what time of day is it',
      'which part of the day is shown',
      'when was this picture taken',
      'what does the sky say about the hour',
      'at what time of day are we',
    ],
    solve: ({ time }) => time,
  },
  {
    name: 'next-hour',
    form: 'time',
    phrasings: [
      'what part of the day comes next',
      'which time of day follows this one',
      'when will the sky change next',
      'what time of day will it be soon',
      'after this, which part of the day begins',
    ],
    solve: ({ time }) => timesOfDay[(timesOfDay.indexOf(time) + 1) % timesOfDay.length] as string,
  },
]
