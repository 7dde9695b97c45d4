/** When two problems are the same problem: the words of their texts, whatever the case, punctuation and white space. */

/** Words and numbers, and the signs of arithmetic: "3 + 4" and "3 * 4" are different questions. */
const token = /[\p{L}\p{N}]+|[+*/^%=<>]|(?<=[\p{N})\s])[-−](?=[\s\p{N}(])/gu

export function comparableWords(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(token) ?? []
}

/** Equal for texts that differ in case, punctuation or white space alone. */
export function comparableText(text: string): string {
  return comparableWords(text).join(' ')
}
