/**
 * Stems an answer in the manner of OKVQA's published answers: gerunds to their verb, plurals to their singular, all
 * else as it is. The publishers used a tagger and a dictionary; this is rules over word endings with lists of the
 * common exceptions, so it differs on rare words. `docs/demonstrations.md` says how often it changes published answers.
 */

export function stemAnswer(text: string): string {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(stemWord)
    .join(' ')
}

/** Words that end like a plural or a gerund and are none, or whose stem the rules miss. */
const asTheyAre = new Set(
  `always asparagus atlas bias bus canvas chaos christmas circus citrus compass corps cosmos cumulus cactus focus gas
  genius glass hippopotamus iris is kudzu las lens less las mars moss mess news octopus pancreas paris plus police
  physics rhinoceros series species status stimulus swiss tennis texas this james thomas williams us vegas virus was yes across address
  anything awning boeing building bring ceiling during evening everything inning king morning nothing ping pudding ring
  sing sling something spring sting string swing thing wing clothing wedding`.split(/\s+/),
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
    dying: 'die',
    lying: 'lie',
    skiing: 'ski',
    tying: 'tie',
    having: 'have',
    being: 'be',
    seeing: 'see',
    clothes: 'cloth',
  }),
)

function stemWord(word: string): string {
  if (asTheyAre.has(word) || !/^[a-z]+(?:'s)?$/.test(word)) return word
  return irregular.get(word) ?? (word.endsWith('ing') ? verbOf(word) : singularOf(word))
}

function verbOf(word: string): string {
  const stem = word.slice(0, -'ing'.length)
  if (stem.length < 3 || !/[aeiouy]/.test(stem)) return word
  if (/([bdgkmnprt])\1$/.test(stem)) return stem.slice(0, -1)
  return lostE.some((pattern) => pattern.test(stem)) ? `${stem}e` : stem
}

/** What a verb looks like that lost its e before -ing. */
const lostE: readonly RegExp[] = [
  // One syllable that does not double its last letter: rid(e), bak(e), smil(e), typ(e).
  /^[^aeiouy]*[aeiouy][bdgklmnprt]$/,
  // liv(e), danc(e), clos(e), graz(e), argu(e); not dress, buzz.
  /(?:v|c|[^s]s|[^z]z|u)$/,
  // judg(e), merg(e), juggl(e); not hang, fall, curl.
  /(?:[dr]g|[bdfgkptz]l)$/,
  // decorat(e), comput(e), captur(e), requir(e); not repeat, float, scout.
  /[aeiouy][a-z]*[^aeiouy](?:at|ut|ur)$|quir$/,
]

function singularOf(word: string): string {
  if (word.endsWith("'s")) return word.slice(0, -2)
  if (!word.endsWith('s') || /(?:ss|us|is)$/.test(word) || word.length < 4) return word
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(?:ss|sh|ch|x|zz)es$/.test(word)) return word.slice(0, -2)
  return word.slice(0, -1)
}
