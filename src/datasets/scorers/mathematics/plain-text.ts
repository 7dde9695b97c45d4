/**
 * One spelling for what LaTeX, Unicode and keyboards write in several: wrapping and spacing commands, signs, digits of
 * any script, raised and lowered characters, fractions of one character. The mathematics stays as it is.
 */

/** Marks that no text holds by itself: a comma that only groups digits, a thin space, a degree. */
export const hardComma = '\u066c'
export const thinSpace = '\u2009'
/** `\\\\`, the end of a row. */
export const rowEnd = '\ue000'

const raised = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ'
const lowered = '₀₁₂₃₄₅₆₇₈₉'

const relations: Readonly<Record<string, string>> = {
  le: '≤',
  leq: '≤',
  leqslant: '≤',
  leqq: '≤',
  ge: '≥',
  geq: '≥',
  geqslant: '≥',
  geqq: '≥',
  lt: '<',
  gt: '>',
  ne: '≠',
  neq: '≠',
  approx: '≈',
  simeq: '≈',
  thickapprox: '≈',
  times: '*',
  cdot: '*',
  ast: '*',
  div: '/',
  pm: '±',
  mp: '∓',
  cup: '∪',
  cap: '∩',
  in: '∈',
  infty: '∞',
  pi: 'π',
  emptyset: '∅',
  varnothing: '∅',
  lbrace: '\\{',
  rbrace: '\\}',
  langle: '⟨',
  rangle: '⟩',
  lvert: '|',
  rvert: '|',
  vert: '|',
  mid: '|',
  colon: ':',
  land: ' and ',
  wedge: ' and ',
  lor: ' or ',
  vee: ' or ',
  euro: '€',
  pounds: '£',
  textdollar: '$',
  implies: '⇒',
  Rightarrow: '⇒',
  to: '→',
  rightarrow: '→',
  iff: '⇔',
  Leftrightarrow: '⇔',
}

const dropped =
  /\\(?:left|right|displaystyle|textstyle|[bB]igg?[lrm]?|limits|nolimits|middle|mathstrut|hfill|boldsymbol|mathbin|mathord)(?![a-zA-Z])/g

const wrapping =
  /\\(?:text|textbf|textit|textrm|textsf|texttt|textnormal|mathrm|mathbf|mathit|mathsf|mathtt|mathbb|mathcal|mbox|hbox|operatorname|operatorname\*|bold|underline|mathop|bm|rm|emph)\s*\*?\s*\{([^{}]*)\}/g

/** @returns the text in one spelling, its delimiters of mathematics taken off where they wrap the whole. */
export function plainMath(text: string): string {
  const plain = plainUnicode(text)
  const unwrapped = (/[\\{~°]/.test(plain) ? withoutLatex(plain) : plain)
    .replace(/[<>!=/+*]{2,3}/g, (signs) => typedSigns[signs] ?? signs)
    .replace(/(?<!\d)!=/g, '≠')
    .replace(/\+-(?=\s*[\d\\(])/g, '±')
    .replace(/(?<=\d)\s*[xX]\s*(?=10\s*\^)/g, '*')
    .replace(/\+\/-/g, '±')
    .replace(/\s{2,}(?=\S)|[^\S ](?=\S)/g, (space) => (/^\u2009+$/.test(space) ? thinSpace : ' '))
    .trim()
  return withoutDelimiters(unwrapped)
}

const typedSigns: Readonly<Record<string, string>> = { '<=': '≤', '>=': '≥', '=/=': '≠', '**': '^' }

function withoutLatex(text: string): string {
  const plain = text
    .replace(/\\\\(?:\[[^\]]{0,10}\])?/g, ` ${rowEnd} `)
    .replace(/\\\$/g, '$')
    .replace(dropped, '')
    .replace(/\{\s*,\s*\}/g, hardComma)
    .replace(/\\!|\\(?:allowbreak|nobreak)(?![a-zA-Z])/g, '')
    .replace(/\\[,:;>]|\\(?:thinspace|medspace|thickspace)(?![a-zA-Z])/g, thinSpace)
    .replace(/\\(?:quad|qquad|hspace\{[^{}]*\}|hskip|enspace)(?![a-zA-Z])|\\ |~/g, '  ')
    .replace(/\\\n/g, ' ')
    .replace(/\\[dtc]frac(?![a-zA-Z])/g, '\\frac')
    .replace(/\\[dt]binom(?![a-zA-Z])/g, '\\binom')
    .replace(/\\([%&#_])/g, '$1')
    .replace(/\^\s*\{?\s*\\circ\s*\}?|\\degree(?![a-zA-Z])|°/g, ' degrees ')
    .replace(/\\(?:phantom|hphantom|vphantom)\{[^{}]*\}/g, '')
  return withoutWrapping(plain)
    .replace(/\\(?:mathbb|mathrm|mathbf|mathcal|mathsf)\s*([A-Za-z0-9])(?![A-Za-z])/g, ' $1 ')
    .replace(/\\([a-zA-Z]+)(?![a-zA-Z])/g, (whole, name: string) =>
      Object.hasOwn(relations, name) ? (relations[name] as string) : whole,
    )
}

function withoutWrapping(text: string): string {
  let inner = text
  for (let depth = 0; depth < 4; depth++) {
    const next = inner.replace(wrapping, ' $1 ')
    if (next === inner) break
    inner = next
  }
  return inner
}

/** `$x$`, `\(x\)`, `\[x\]` and quotation marks around the whole. */
function withoutDelimiters(text: string): string {
  if (!/^[\\$"“”'‘’«「\s]/.test(text)) return text
  const plain = text
    .replace(/^\\[([]([\s\S]*)\\[)\]]$/, '$1')
    .replace(/^\$\$([^$]*)\$\$$/, '$1')
    .replace(/^\$([^$]+)\$$/, '$1')
    .replace(/^["“”'‘’«「]([^"“”«»]*)["“”'‘’»」]$/, '$1')
    .trim()
  return plain === text ? plain : withoutDelimiters(plain)
}

/** Digits, fractions, raised and lowered characters and signs of Unicode as their plain forms. */
export function plainUnicode(text: string): string {
  // The common case: nothing but ASCII.
  if (/^\p{ASCII}*$/u.test(text)) return text
  return plainDigits(text)
    .replace(/[\u3380-\u33df]/g, (unit) => unit.normalize('NFKC').replace(/(\p{L})([23])$/u, '$1^{$2}'))
    .replace(/[⁰¹²³⁴-⁹⁺⁻ⁿ]+/g, (run) => `^{${[...run].map((one) => '0123456789+-n'[raised.indexOf(one)]).join('')}}`)
    .replace(/[₀-₉]+/g, (run) => `_{${[...run].map((one) => lowered.indexOf(one)).join('')}}`)
    .replace(/[\u00bc-\u00be\u2150-\u215e\u2189]/g, (one) =>
      one.normalize('NFKC').replace(/^(\d+)\u2044(\d+)$/, '\\frac{$1}{$2}'),
    )
    .replace(/℃/g, '°C')
    .replace(/℉/g, '°F')
    .replace(/[\u00a0\u2000-\u2008\u200a\u202f\u205f\u3000]/g, (space) =>
      /[\u2009\u202f\u2006\u200a]/.test(space) ? thinSpace : ' ',
    )
    .replace(/[\u200b-\u200d\u2060-\u2064\ufeff\u00ad]/g, '')
    .replace(/[\u00b4\u2018\u2019\u2032](?=\d{3}(?!\d))/g, "'")
    .replace(/(?![\u2009\u066c\u00b0\u2044])\P{ASCII}/gu, (one) => one.normalize('NFKC'))
    .replace(/\u2044/g, '/')
    .replace(/\u066b/g, '.')
    .replace(/[‐‑‒–—−﹣]/g, '-')
    .replace(/[×·⋅∗∙•]/g, '*')
    .replace(/[÷∕]/g, '/')
    .replace(/[⩽≦]/g, '≤')
    .replace(/[⩾≧]/g, '≥')
    .replace(/[，、]/g, ', ')
    .replace(/；/g, '; ')
    .replace(/∅|Ø/g, '∅')
    .replace(/𝜋|ϖ/g, 'π')
    .replace(/√/g, '\\sqrt')
    .replace(/∛/g, '\\sqrt[3]')
}

/** Decimal digits of every script as ASCII. */
export function plainDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, digitOf)
}

/** Decimal digits of every script come in runs of ten from 0 on. */
function digitOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  let back = 0
  while (back < 60 && /\p{Nd}/u.test(String.fromCodePoint(code - back - 1))) back += 1
  return String(back % 10)
}
