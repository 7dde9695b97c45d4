/**
 * Stems an answer in the manner of OKVQA's published answers. As its publishers did: what ends in -ing becomes the verb
 * that WordNet has for it, and plurals become singulars by rules. They left the plurals to a tagger and corrected some
 * 130 words by hand; here lists of the common exceptions stand in for both, so rare words differ.
 * `docs/demonstrations.md` says how often published answers change.
 */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

export function stemAnswer(text: string): string {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(stemWord)
    .join(' ')
}

/** Words that end like a plural and are none, or whose singular the rules miss. */
const asTheyAre = new Set(
  `always asparagus atlas bias bus canvas chaos christmas circus citrus compass corps cosmos cumulus cactus focus gas
  genius glass hippopotamus iris is kudzu las lens less mars moss mess news octopus pancreas paris plus police
  physics rhinoceros series species status stimulus swiss tennis texas this james thomas williams us vegas virus was yes
  across address`.split(/\s+/),
)
const irregular: ReadonlyMap<string, string> = new Map(
  Object.entries({
    children: 'child',
    feet: 'foot',
    geese: 'goose',
    knives: 'knife',
    leaves: 'leaf',
    lives: 'life',
    loaves: 'loaf',
    men: 'man',
    mice: 'mouse',
    people: 'people',
    potatoes: 'potato',
    shelves: 'shelf',
    teeth: 'tooth',
    tomatoes: 'tomato',
    wives: 'wife',
    wolves: 'wolf',
    women: 'woman',
    buses: 'bus',
    gases: 'gas',
    lenses: 'lens',
    movies: 'movie',
    cookies: 'cookie',
    pies: 'pie',
    ties: 'tie',
    being: 'be',
    clothes: 'cloth',
  }),
)

function stemWord(word: string): string {
  if (asTheyAre.has(word) || !/^[a-z]+(?:'s)?$/.test(word)) return word
  return irregular.get(word) ?? (word.endsWith('ing') ? verbOf(word) : singularOf(word))
}

/** WordNet's words take a quarter of a second to load, and one of four profiles needs them. */
function lemmatizer(): { verb(word: string): string } {
  return require('wink-lemmatizer')
}

function verbOf(word: string): string {
  const verb = lemmatizer().verb(word)
  // WordNet offers rid for riding, but a verb like rid doubles its last letter: what does not has lost an e.
  return `${verb}ing` === word && /^[^aeiouy]*[aeiouy][^aeiouywx]$/.test(verb) ? `${verb}e` : verb
}

function singularOf(word: string): string {
  if (word.endsWith("'s")) return word.slice(0, -2)
  if (!word.endsWith('s') || /(?:ss|us|is)$/.test(word) || word.length < 4) return word
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(?:ss|sh|ch|x|zz)es$/.test(word)) return word.slice(0, -2)
  return word.slice(0, -1)
}
