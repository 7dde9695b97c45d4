/** Where a sentence ends, what is around an answer in a line, and what only closes a text. */

const abbreviation =
  /(?:^|[\s("'])(?:\p{Lu}|(?:\p{L}\.)+\p{L}|mr|mrs|ms|dr|st|jr|sr|prof|gen|col|sgt|lt|capt|rev|hon|mt|vs|approx|inc|ltd|co|corp|dept|est|fig|eq|e\.g|i\.e)$/iu

/** Up to the end of the sentence, and without the reason that a clause gives; a point inside a number, after an initial or an abbreviation ends none. */
export function firstSentence(text: string): string {
  let sentence = text
  for (const found of text.matchAll(/[.!?](?=\s+[\p{Lu}(\d"'“]|\s*$)|。/gu)) {
    const before = text.slice(0, found.index)
    if (found[0] === '.' && abbreviation.test(before) && !/^\s*$/.test(text.slice(found.index + 1))) continue
    if (/\b(?:no|nr|vol|op|ch|sec|fig)$/i.test(before) && /^.\s+\d/.test(text.slice(found.index))) continue
    // A factorial, unless a new sentence follows.
    if (
      found[0] === '!' &&
      /(?:[\d)\]}]|(?<!\p{L})\p{L})$/u.test(before) &&
      !/^!\s+\p{Lu}/u.test(text.slice(found.index))
    )
      continue
    sentence = found[0] === '.' && abbreviation.test(before) ? text : before
    break
  }
  return sentence
    .replace(/[,;]?\s+(?:because|since|which|where(?:as)?|as\s+(?:we|it|this|the|shown|required))\b.*$/i, '')
    .trim()
}

/** Without markdown emphasis, code ticks, list marks and a closing point. A final `!` behind a number may be a factorial. */
export function plainLine(line: string): string {
  return line
    .trim()
    .replace(/^(?:[*•]\s+|[->]\s+(?![\d.$\\√π]|x\b)|#+\s+)/, '')
    .replace(/(?<![\p{L}\p{N})\]}])(\*\*|__)(?=\S)(.*?\S)\1(?![\p{L}\p{N}])/gu, '$2')
    .replace(/^\*\*|\*\*$|`/g, '')
    .replace(/(?<![ap]\.m)[.。]+$|(?<![\d)\]}]|(?<!\p{L})\p{L})!+$/iu, '')
    .trim()
}

const closing =
  /^\W*(?:i hope|hope (?:this|that|it)|let me know|feel free|this (?:matches|agrees|checks|confirms|is (?:correct|right|the (?:correct|final) answer))|that(?:'s| is) (?:it|all|correct|right)|(?:i |we )?(?:have )?(?:double[- ])?checked|verified|done|q\.?\s*e\.?\s*d|thank|good luck|∎|■|□|\\blacksquare|\\qed)/i

/** A line that only closes a text. */
export function isRemark(line: string): boolean {
  return closing.test(line) || /^[\s\W_]*$/.test(line.replace(/[\p{L}\p{N}∅∞]/gu, 'x'))
}
