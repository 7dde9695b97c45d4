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

function topic(name: string, ground: Rgb, nouns: string, adjectives: string, scenery: string): Topic {
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
  topic('beach', [237, 214, 160], 'ball towel sail kite', 'salty sandy breezy sunny', 'wave shore dune pier'),
  topic('kitchen', [222, 184, 135], 'plate toaster funnel napkin', 'warm tidy steamy tiled', 'oven sink stove shelf'),
  topic('street', [128, 128, 128], 'wheel crate cone sign', 'noisy busy paved crowded', 'kerb crossing tram lane'),
  topic('garden', [110, 180, 90], 'melon pot trellis flower', 'fragrant leafy fenced watered', 'hedge pond lawn gate'),
  topic(
    'office',
    [205, 205, 225],
    'clock screen stapler badge',
    'quiet modern carpeted bright',
    'desk printer hallway lift',
  ),
  topic('farm', [160, 120, 70], 'pumpkin bale tent lantern', 'muddy rural fertile windy', 'barn tractor field silo'),
  topic(
    'harbour',
    [90, 150, 170],
    'buoy container mast anchor',
    'rusty tidal foggy deep',
    'dock crane lighthouse quay',
  ),
  topic(
    'desert',
    [210, 160, 90],
    'boulder hut pyramid crystal',
    'dusty barren scorching endless',
    'oasis canyon caravan cactus',
  ),
  topic(
    'snowfield',
    [225, 240, 245],
    'snowball sledge fir glider',
    'icy frozen steep silent',
    'slope glacier cabin valley',
  ),
  topic('workshop', [170, 130, 110], 'gear toolbox saw gem', 'greasy cluttered oily loud', 'bench anvil furnace vice'),
  topic(
    'library',
    [140, 100, 120],
    'globe book bookend bookmark',
    'dusky hushed panelled ancient',
    'aisle alcove staircase lectern',
  ),
  topic(
    'stadium',
    [80, 140, 110],
    'medal ticket pennant banner',
    'roaring packed floodlit grassy',
    'tribune track goal tunnel',
  ),
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
