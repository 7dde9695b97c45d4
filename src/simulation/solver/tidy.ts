/** Brings a prompt's text to the plain form that the readers' patterns expect. */

const replacements: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/[\u2018\u2019]/g, "'"],
  [/[\u201c\u201d]/g, '"'],
  [/\u2212/g, '-'],
  [/\s*%/g, ' percent'],
  [/\bper cent\b/gi, 'percent'],
  [/[$\u20ac](\d+(?:\.\d+)?)/g, '$1 dollars'],
  [/\bkm\/h\b/g, 'kilometres per hour'],
  [/(\d),(\d{3})\b/g, '$1$2'],
  [/\s+/g, ' '],
]

/** One line, single spaces, plain quotes, `percent` and `dollars` in words, no thousands separators. */
export function tidy(text: string): string {
  let plain = text
  for (const [pattern, replacement] of replacements) plain = plain.replace(pattern, replacement)
  return plain.trim()
}
