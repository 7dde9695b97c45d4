/**
 * English contractions written without their apostrophes, and what the VQA evaluator makes of them. Its table has keys
 * with capitals too ("Im", "Ive"): they are looked up in lower-cased text and never found, so they are left out here.
 */

/** Found when all apostrophes are missing. */
const single = `ain't aren't can't could've couldn't didn't doesn't don't hadn't hasn't haven't he'd he's how'd how'll how's
isn't it'd it'll ma'am mightn't might've mustn't must've needn't not've o'clock oughtn't shan't should've shouldn't
somebody'll somebody's someone'd someone'll someone's something'd something'll that's there'd there're there's they'd
they'll they're they've 'twas wasn't we've weren't what'll what're what's what've when's where'd where's where've who'd
who'll who's who've why'll why're why's won't would've wouldn't y'all you'd you'll you're you've`

/** Found when exactly one of their apostrophes is missing. */
const several = `couldn't've hadn't've he'd've it'd've mightn't've 'ow's'at she'd've shouldn't've somebody'd've someone'd've
something'd've there'd've they'd've we'd've who'd've wouldn't've y'all'll y'all'd've you'd've`

const table: ReadonlyMap<string, string> = new Map([
  ...single.split(/\s+/).map((full) => [full.replaceAll("'", ''), full] as const),
  ...several.split(/\s+/).flatMap((full) => withoutOne(full).map((key) => [key, full] as const)),
  // The evaluator's own reversal.
  ["somebody'd", 'somebodyd'],
])

/** The word with its apostrophes put back; unchanged where it is not a contraction. */
export function restoreContraction(word: string): string {
  return table.get(word) ?? word
}

function withoutOne(word: string): string[] {
  return [...word.matchAll(/'/g)].map(({ index }) => word.slice(0, index) + word.slice(index + 1))
}
