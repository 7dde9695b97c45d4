/** Multiple choice: the letter that an answer chooses, in the phrasings that models use, and the options of a question. */
import { finalAnswer } from './final-answer.ts'
import { normaliseAnswer } from './normalise-answer.ts'

/** Text of each option by its letter. */
export type AnswerChoices = ReadonlyMap<string, string>

const optionLine =
  /(?:^|[\n;]|\s{2,}|(?<=[?.:)\w])\s+)\s*(?:\(([A-J])\)|([A-J])[).:])\s+([^\n]*?)(?=(?:[\n;,]|\s)\s*(?:\([A-J]\)|[A-J][).:])\s|\n|$)/g

/** The options that a question lists, two or more in the order of the alphabet; null where it lists none. */
export function choicesIn(question: string): AnswerChoices | null {
  const found = new Map<string, string>()
  for (const [, bracketed, plain, text = ''] of question.matchAll(optionLine)) {
    const letter = (bracketed ?? plain) as string
    if (letter.charCodeAt(0) !== 65 + found.size) continue
    found.set(letter, text.trim())
  }
  return found.size >= 2 ? found : null
}

/** `several`: more than one is chosen; `none`: no choice was read. */
export type Chosen = { readonly kind: 'one'; readonly letter: string } | { readonly kind: 'several' | 'none' }

const none: Chosen = { kind: 'none' }
const quoted = String.raw`[("'“‘\[$*{]*`
const closed = String.raw`[)"'”’\]$*}]*`
/** A letter that is not a word: "A park", "I think" are none; "A because ..." is one. */
const letterEnd = String.raw`(?![\p{L}\p{N}'’+#-])(?!\s+(?!because\b|since\b|as\b|and\b|or\b|is\b|which\b|with\b|for\b|not\b)[\p{Ll}])`
const letterPart = `${quoted}(?:(?:option|choice|letter|answer)\\s+)?${quoted}([A-J])${closed}${letterEnd}`
const cue = new RegExp(
  String.raw`(?:\b(?:answer|choice|option|letter|solution)\b[*_\s]*(?:is|are|was|would be|should be|must be|:|=|：)|\b(?:choose|chose|select|selected|pick|picked|go with|going with|opt for)\b|\b(?:it|that|this)(?:\s+(?:is|must be|should be|would be|has to be)|['’]s)|\b(?:respuesta|r[ée]ponse|antwort|resposta)\b[^.:\n]{0,24}?(?:\s(?:es|est|ist|é)|:)|\b(?:therefore|hence|thus|so)\b,?|答案(?:是|为|：|:)?|选(?:择)?)[*_\s:]*(?:definitely\s+|probably\s+|clearly\s+|therefore\s+|the\s+)?(?:option|choice|letter|answer)?[*_\s:]*${letterPart}`,
  'giu',
)
const alone = new RegExp(
  `^[*_\\s]*(?:(?:option|choice|letter|answer)\\s*:?\\s*)?${quoted}([a-j])${closed}[.):,;!]*[*_\\s]*$`,
  'i',
)
const subject = new RegExp(
  String.raw`(?:^|[.,;]\s+|\b(?:think|that|believe|say|conclude)\s+)${quoted}(?:(?:option|choice|answer)\s+)?${quoted}([A-J])${closed}\s+(?:is|must be|should be|seems)\s+(?:definitely\s+|clearly\s+)?(?:the\s+)?(?:correct|right|best|true|answer)\b`,
  'giu',
)
const leading = /^[*_\s]*(?:\(([A-Ja-j])\)|([A-Ja-j])[).:])[*_]*\s+\S/

/** @param prediction any text. */
export function chosenLetter(prediction: string): Chosen {
  const answer = finalAnswer(prediction)?.replace(/\\(?:text|mathrm|mathbf|textbf)\s*\{([^{}]*)\}/g, '$1')
  if (answer === undefined) return none
  const own = fromLine(answer)
  if (own.kind !== 'none') return own
  const lines = prediction.split('\n').filter((line) => line.trim() !== '')
  const cues = lettersBesideCues(prediction)
  if (cues.length > 0) return { kind: 'one', letter: cues.at(-1) as string }
  // The letter first, its reasons below.
  const first = fromLine(lines[0]?.replace(/\*\*|`/g, '') ?? '')
  return first.kind === 'one' && lines.slice(1).every((line) => fromLine(line).kind === 'none') ? first : none
}

function lettersBesideCues(text: string): string[] {
  return [...text.matchAll(cue), ...text.matchAll(subject)].flatMap(({ 1: letter, index, 0: whole }) => {
    const isDenied =
      /\b(?:not|never|isn['’]t|neither)\b/i.test(whole) || /\b(?:not|neither|nor)\s*$/i.test(text.slice(0, index))
    return letter === undefined || letter !== letter.toUpperCase() || isDenied ? [] : [letter]
  })
}

function fromLine(line: string): Chosen {
  const plain = line.trim()
  const single = alone.exec(plain)?.[1]
  if (single !== undefined) return { kind: 'one', letter: single.toUpperCase() }
  const row = plain.replace(/\b(?:and|or|both|either)\b/gi, ',').replace(/[()[\]{}"'*$.\s]/g, '')
  if (/^[A-J](?:,+[A-J])+,*$/.test(row))
    return new Set(row.replaceAll(',', '')).size > 1 ? { kind: 'several' } : { kind: 'one', letter: row[0] as string }
  const [, bracketed, dotted] = leading.exec(plain) ?? []
  const lead = bracketed ?? dotted
  if (lead !== undefined) return { kind: 'one', letter: lead.toUpperCase() }
  const cued = [...new Set(lettersBesideCues(plain))]
  if (cued.length > 1) return { kind: 'several' }
  if (cued[0] !== undefined) {
    const after = plain.slice(Math.max(0, plain.search(cue)))
    return new RegExp(
      String.raw`(?<![\p{L}\p{N}])${cued[0]}${closed}\s*(?:,|or|and|/)\s*(?:or\s+|and\s+)?${quoted}[A-J](?![\p{L}\p{N}'])`,
      'u',
    ).test(after)
      ? { kind: 'several' }
      : { kind: 'one', letter: cued[0] }
  }
  return none
}

/** The letter whose option has this text; null where none or several have. */
export function letterOfText(text: string, choices: AnswerChoices): string | null {
  const wanted = normaliseAnswer(text)
  const matching = [...choices].filter(([, option]) => wanted !== '' && normaliseAnswer(option) === wanted)
  return matching.length === 1 ? (matching[0]?.[0] ?? null) : null
}
