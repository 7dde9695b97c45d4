/** Relations in words as their signs: "at least 8" is ≥ 8, "not 8" is ≠ 8; what follows must be a number. */

const amount = String.raw`(?=\s*(?:[-$€£¥(\\.]\s*)*[\d\\π√])`

const rules: readonly (readonly [words: string, sign: string])[] = [
  [
    String.raw`(?:no|not)\s+(?:less|fewer|smaller|lower)\s+than|at\s+(?:the\s+)?(?:very\s+)?least|(?:greater|larger|more)\s+than\s+or\s+equal\s+to|a\s+minimum\s+of|not\s+under|not\s+below`,
    '≥',
  ],
  [
    String.raw`(?:no|not)\s+(?:more|greater|larger|higher)\s+than|at\s+(?:the\s+)?(?:very\s+)?most|(?:less|smaller|fewer)\s+than\s+or\s+equal\s+to|up\s+to|a\s+maximum\s+of|not\s+over|not\s+above|not\s+exceeding`,
    '≤',
  ],
  [String.raw`(?:strictly\s+)?(?:less|fewer|smaller|lower)\s+than|under|below`, '<'],
  [String.raw`(?:strictly\s+)?(?:more|greater|larger|higher|bigger)\s+than|over|above|exceeds|exceeding`, '>'],
  [
    String.raw`(?:(?:is|are|was|does|do|can|could|should|must|will)\s+)?(?:definitely\s+|certainly\s+)?(?:not|never)\s+(?:be\s+|equal\s+(?:to\s+)?)?|(?:isn|aren|wasn|doesn|can|won)['’]?t\s+(?:be\s+|equal\s+(?:to\s+)?)?|anything\s+but|unequal\s+to|different\s+from`,
    '≠',
  ],
  [String.raw`plus\s+or\s+minus|plus[/-]minus`, '±'],
]

const patterns = rules.map(
  ([words, sign]) => [new RegExp(String.raw`\b(?:${words})${amount}`, 'gi'), ` ${sign} `] as const,
)

export function withRelations(text: string): string {
  if (!/[a-z]{2}/i.test(text)) return text
  return patterns.reduce((plain, [pattern, sign]) => plain.replace(pattern, sign), text)
}
