/** The places that pictures show. Each has its own ground colour and its own name for every shape. */
import type { Rgb, Shape } from './scene.ts'

export interface Topic {
  readonly name: string
  readonly ground: Rgb
  /** Plural in -s; each noun belongs to one topic. */
  readonly nouns: Readonly<Record<Shape, string>>
  readonly adjectives: readonly string[]
  readonly scenery: readonly string[]
}

function topic(
  name: string,
  {
    ground,
    nouns,
    adjectives,
    scenery,
  }: { readonly ground: Rgb; readonly nouns: string; readonly adjectives: string; readonly scenery: string },
): Topic {
  const [circle = '', square = '', triangle = '', diamond = ''] = nouns.split(' ')
  return {
    name,
    ground,
    nouns: { circle, square, triangle, diamond },
    adjectives: adjectives.split(' '),
    scenery: scenery.split(' '),
  }
}

export const topics: readonly Topic[] = [
  topic('beach', {
    ground: [237, 214, 160],
    nouns: 'ball towel sail kite',
    adjectives: 'salty sandy breezy sunny',
    scenery: 'wave shore dune pier',
  }),
  topic('kitchen', {
    ground: [222, 184, 135],
    nouns: 'plate toaster funnel napkin',
    adjectives: 'warm tidy steamy tiled',
    scenery: 'oven sink stove shelf',
  }),
  topic('street', {
    ground: [128, 128, 128],
    nouns: 'wheel crate cone sign',
    adjectives: 'noisy busy paved crowded',
    scenery: 'kerb crossing tram lane',
  }),
  topic('garden', {
    ground: [110, 180, 90],
    nouns: 'melon pot trellis flower',
    adjectives: 'fragrant leafy fenced watered',
    scenery: 'hedge pond lawn gate',
  }),
  topic('office', {
    ground: [205, 205, 225],
    nouns: 'clock screen stapler badge',
    adjectives: 'quiet modern carpeted bright',
    scenery: 'desk printer hallway lift',
  }),
  topic('farm', {
    ground: [160, 120, 70],
    nouns: 'pumpkin bale tent lantern',
    adjectives: 'muddy rural fertile windy',
    scenery: 'barn tractor field silo',
  }),
  topic('harbour', {
    ground: [90, 150, 170],
    nouns: 'buoy container mast anchor',
    adjectives: 'rusty tidal foggy deep',
    scenery: 'dock crane lighthouse quay',
  }),
  topic('desert', {
    ground: [210, 160, 90],
    nouns: 'boulder hut pyramid crystal',
    adjectives: 'dusty barren scorching endless',
    scenery: 'oasis canyon caravan cactus',
  }),
  topic('snowfield', {
    ground: [225, 240, 245],
    nouns: 'snowball sledge fir glider',
    adjectives: 'icy frozen steep silent',
    scenery: 'slope glacier cabin valley',
  }),
  topic('workshop', {
    ground: [170, 130, 110],
    nouns: 'gear toolbox saw gem',
    adjectives: 'greasy cluttered oily loud',
    scenery: 'bench anvil furnace vice',
  }),
  topic('library', {
    ground: [140, 100, 120],
    nouns: 'globe book bookend bookmark',
    adjectives: 'dusky hushed panelled ancient',
    scenery: 'aisle alcove staircase lectern',
  }),
  topic('stadium', {
    ground: [80, 140, 110],
    nouns: 'medal ticket pennant banner',
    adjectives: 'roaring packed floodlit grassy',
    scenery: 'tribune track goal tunnel',
  }),
]

export interface Noun {
  readonly topic: number
  readonly shape: Shape
}

const byNoun: ReadonlyMap<string, Noun> = new Map(
  topics.flatMap(({ nouns }, topicNumber) =>
    Object.entries(nouns).map(([shape, noun]) => [noun, { topic: topicNumber, shape: shape as Shape }] as const),
  ),
)

export function pluralOf(noun: string): string {
  return /(?:s|x|ch)$/.test(noun) ? `${noun}es` : `${noun}s`
}

/** The noun in singular or plural, or undefined. */
export function readNoun(word: string): Noun | undefined {
  return byNoun.get(word) ?? byNoun.get(word.replace(/s$/, '')) ?? byNoun.get(word.replace(/es$/, ''))
}
