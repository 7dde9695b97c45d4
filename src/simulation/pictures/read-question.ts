/** Reads the question out of its text: the family by its phrasings, and what it names. */
import { type AnswerForm, type Kind, pictureFamilies, type Slots } from './families.ts'
import { type Colour, objectColours, timesOfDay } from './scene.ts'
import { readNoun } from './topics.ts'

export interface AskedQuestion {
  /** Position in `families`. */
  readonly family: number
  readonly slots: Slots
}

const patterns = pictureFamilies.map(({ phrasings }) =>
  phrasings.map((phrasing) => {
    const names: string[] = []
    const source = phrasing.replaceAll(/\{(\w)\}/g, (_, name: string) => {
      names.push(name)
      return '(\\w+(?: \\w+)?)'
    })
    return { names, pattern: new RegExp(`^${source}(?:,| in this| \\?|\\?|$)`) }
  }),
)

/** @returns null for a question of no known family. */
export function readQuestion(text: string): AskedQuestion | null {
  const plain = text.trim().toLowerCase().replaceAll(/\s+/g, ' ')
  for (const [family, list] of patterns.entries()) {
    for (const { names, pattern } of list) {
      const match = pattern.exec(plain)
      const slots = match === null ? null : readSlots(names, match.slice(1))
      if (slots !== null) return { family, slots }
    }
  }
  return null
}

function readSlots(names: readonly string[], texts: readonly string[]): Slots | null {
  const slots: { a?: Kind; b?: Kind; colour?: Colour } = {}
  for (const [i, name] of names.entries()) {
    const words = (texts[i] ?? '').split(' ')
    if (name === 'c') {
      if (words.length !== 1 || !isColour(words[0])) return null
      slots.colour = words[0]
      continue
    }
    const noun = readNoun(words.at(-1) ?? '')
    const colour = words.length === 2 ? words[0] : null
    if (noun === undefined || (colour !== null && !isColour(colour))) return null
    slots[name as 'a' | 'b'] = { shape: noun.shape, colour: colour as Colour | null }
  }
  return slots
}

function isColour(word: string | undefined): word is Colour {
  return word !== undefined && Object.hasOwn(objectColours, word)
}

const yesNo = new Set(['yes', 'no'])
const places = new Set(['left', 'right', 'middle'])
const times: ReadonlySet<string> = new Set(timesOfDay)

/** The form of an answer as written there; `word` for anything that is none of the others. */
export function formOf(answer: string): AnswerForm {
  const text = answer.trim().toLowerCase().replace(/\.$/, '')
  if (/^-?\d+$/.test(text)) return 'number'
  if (yesNo.has(text)) return 'yes-no'
  if (places.has(text)) return 'place'
  return times.has(text) ? 'time' : 'word'
}
