/**
 * Words of an answer as they are compared: lower case, without articles, punctuation and surplus white space. Marks that
 * carry meaning stay: accents and vowel signs of every script, signs, points and units of numbers, `#` and `+` of names.
 */
import { plainDigits } from './mathematics/plain-text.ts'

const articles = /(?<![\p{L}\p{M}\p{N}'’]|\p{L}\.)(?:a|an|the)(?![\p{L}\p{M}\p{N}'’+#]|\.\p{L}|-(?:$|[\s.,;]))/gu

/** Punctuation that has a meaning where it is: 3.5, 3-2, 1/2, 10:30, -5, $5, 5%, C++, C#, A-. */
const meaningful = new RegExp(
  [
    String.raw`(?<=\p{N})[.,\-/:×](?=\p{N})`,
    String.raw`(?<![\p{L}\p{M}\p{N}])[-+±<>≤≥~]\s?(?=[$€£¥]?\.?\p{N})`,
    String.raw`[$€£¥₹](?=\s?-?\.?\p{N})`,
    String.raw`(?<=\p{N}\s?)[$€£¥₹]`,
    String.raw`(?<=\p{N}\s?)[%‰°]`,
    String.raw`(?<=[\p{L}+#])[+#]+`,
    String.raw`(?<=(?:^|\s)\p{L})-(?=$|[\s.,;])`,
    String.raw`(?<![\p{L}\p{N}])\.(?=\p{N})`,
  ].join('|'),
  'gu',
)

export function normaliseAnswer(text: string): string {
  const plain = plainDigits(text)
    .normalize('NFC')
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[‐‑‒–—−]/g, '-')
    .toLowerCase()
    .replace(
      /(?<![\p{N},.])(\p{N}{1,3})((?:,\p{N}{3})+)(?![\p{N},])/gu,
      (_, head: string, rest: string) => head + rest.replaceAll(',', ''),
    )
    .replace(articles, ' ')
  const kept = new Set(
    [...plain.matchAll(meaningful)].flatMap(({ index, 0: mark }) => [...mark].map((_, at) => index + at)),
  )
  return [...plain.matchAll(/./gsu)]
    .map(({ 0: one, index }) => (kept.has(index) || /[\p{L}\p{M}\p{N}\s]/u.test(one) ? one : ''))
    .join('')
    .replace(/(?<=[-+±<>≤≥~$€£¥₹])\s(?=\p{N})/gu, '')
    .replace(/\s+(?=[%‰°])/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}
