/** Names and things the generated problems speak of. Wording only: nothing here decides an answer. */
import type { Rng } from '../../core/random.ts'

interface Person {
  readonly name: string
  readonly she: 'she' | 'he'
  readonly her: 'her' | 'his'
}

const women =
  'Ada Amira Anja Beatriz Carla Chloe Dana Elif Emma Farah Freya Greta Hana Ines Ingrid Isla Jana Kavya Keiko Lena Leila Lucia Maren Mira Nadia Nina Noor Olga Paula Priya Rosa Ruth Sara Selma Sofia Tara Thea Uma Vera Wanda Yara Zoe'
const men =
  'Adam Ahmed Anton Arne Boris Carlos Chen Daniel David Diego Emil Felix Finn Goran Hugo Ivan Jonas Jorge Kofi Lars Leo Luca Malik Marco Mateo Max Nils Omar Oscar Pavel Pedro Rafael Ravi Rune Samir Simon Stefan Tariq Theo Tomas Viktor Yusuf'

export const people: readonly Person[] = [
  ...women.split(' ').map((name): Person => ({ name, she: 'she', her: 'her' })),
  ...men.split(' ').map((name): Person => ({ name, she: 'he', her: 'his' })),
]

export const womenNames: readonly string[] = women.split(' ')
export const menNames: readonly string[] = men.split(' ')

export const surnames: readonly string[] =
  'Albers Bauer Castro Demir Eriksen Fontana Garcia Haddad Ivanov Jansen Kaya Lindgren Moreau Novak Okafor Petrov Quist Rossi Santos Tanaka Ueda Varga Weber Yilmaz Zhang Brandt Costa Dahl Engel Fischer Holm Iversen Keller Laurent Meyer Nakamura Olsen Park Romero Silva'.split(
    ' ',
  )

export const towns: readonly string[] =
  'Alderbury Brenholm Castrel Dunmere Eastvale Fenwick Garlow Harrowgate Ilmen Jarvik Kestrel Lowenby Marwick Norhaven Oakridge Pellworth Quarley Rosmere Stanwell Tarnow Ulverston Vellmar Westerby Yarrow Zellin Ashford Bramley Corvale Drayton Elmstead Farrow Glenrock'.split(
    ' ',
  )

/** Plural and singular of things one buys, counts or packs. */
export const goods: readonly (readonly [plural: string, singular: string])[] = [
  ['notebooks', 'notebook'],
  ['pencils', 'pencil'],
  ['candles', 'candle'],
  ['mugs', 'mug'],
  ['lamps', 'lamp'],
  ['melons', 'melon'],
  ['scarves', 'scarf'],
  ['posters', 'poster'],
  ['baskets', 'basket'],
  ['brushes', 'brush'],
  ['tickets', 'ticket'],
  ['cushions', 'cushion'],
  ['plates', 'plate'],
  ['spoons', 'spoon'],
  ['puzzles', 'puzzle'],
  ['shirts', 'shirt'],
  ['towels', 'towel'],
  ['bowls', 'bowl'],
  ['kites', 'kite'],
  ['maps', 'map'],
]

export const wares: readonly string[] = [
  'jacket',
  'bicycle',
  'camera',
  'tent',
  'guitar',
  'desk',
  'radio',
  'backpack',
  'blender',
  'printer',
  'carpet',
  'telescope',
  'sofa',
  'heater',
  'watch',
  'suitcase',
]

/** Small things packed into boxes. */
export const crops: readonly string[] = [
  'apples',
  'eggs',
  'oranges',
  'marbles',
  'bulbs',
  'biscuits',
  'lemons',
  'bottles',
  'stickers',
  'tiles',
  'peaches',
  'cupcakes',
]

export function person(rng: Rng): Person {
  return rng.pick(people)
}

/** @returns `count` different elements, in random order. */
export function several<T>(rng: Rng, list: readonly T[], count: number): T[] {
  return rng.shuffle(list).slice(0, count)
}

/** @returns a whole number from `low` to `high`, both included, on a grid of `step`. */
export function between(rng: Rng, low: number, high: number, step = 1): number {
  return low + step * rng.integer(Math.floor((high - low) / step) + 1)
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** `a, b and c`. */
export function listed(parts: readonly (string | number)[]): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`
}

/** A number as problems print it: at most two decimals, none when whole. */
export function printedNumber(value: number): string {
  return String(Math.round(value * 100) / 100)
}
