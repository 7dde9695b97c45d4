/**
 * Reasoning that a model left in its text, by the marks that models use. A mark counts at the start of the text or of a
 * line; a closing mark elsewhere counts with its opening: a text that mentions `</think>` is not cut there.
 */

export interface SeparatedText {
  /** Without its reasoning, trimmed of nothing but the space that the reasoning left behind. */
  readonly text: string
  readonly reasoning: string
  /** The reasoning was begun and never ended: no answer was reached. */
  readonly isCut: boolean
}

const names =
  'think(?:ing)?|reason(?:ing)?|thoughts|inner_?monologue|scratch_?pad|seed:think|begin_of_thought|reflection'
const pairs: readonly (readonly [open: string, close: string])[] = [
  [`<(?:${names})>`, `</(?:${names})>`],
  [String.raw`\[(?:THINK|REASONING)\]`, String.raw`\[/(?:THINK|REASONING)\]`],
  ['◁think▷', '◁/think▷'],
  [String.raw`<\|begin_of_thought\|>`, String.raw`<\|end_of_thought\|>`],
  [String.raw`<\|START_THINKING\|>`, String.raw`<\|END_THINKING\|>`],
]
const mention = new RegExp(pairs.flat().join('|'), 'i')
const blocks = pairs.map(
  ([open, close]) => new RegExp(`(^|\\n)[ \\t]*${open}((?:(?!${open})[\\s\\S])*?)${close}[ \\t]*\\n*`, 'gi'),
)
/** Templates that open the block in the prompt leave only its end in the answer. */
const ends = pairs.map(([, close]) => new RegExp(`(?:^|\\n)[ \\t]*${close}\\s*`, 'gi'))
const openings = pairs.map(([open]) => new RegExp(`(?:^|\\n)[ \\t]*${open}`, 'i'))

export function separateReasoning(content: string): SeparatedText {
  if (!mention.test(content)) return { text: content, reasoning: '', isCut: false }
  const reasoning: string[] = []
  let text = content
  for (const block of blocks)
    text = text.replace(block, (_, before: string, inner: string) => {
      reasoning.push(inner.trim())
      return before
    })
  for (const end of ends) {
    const last = [...text.matchAll(end)].at(-1)
    if (last === undefined) continue
    reasoning.push(text.slice(0, last.index).trim())
    text = text.slice(last.index + last[0].length)
  }
  let isCut = false
  for (const opening of openings) {
    const open = opening.exec(text)
    if (open === null) continue
    reasoning.push(text.slice(open.index + open[0].length).trim())
    text = text.slice(0, open.index)
    isCut = true
  }
  const kept = reasoning.filter((part) => part !== '')
  return { text: kept.length > 0 || isCut ? text.trimStart() : text, reasoning: kept.join('\n'), isCut }
}
