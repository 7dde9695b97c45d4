/**
 * Finds the final answer in what a model wrote: `\boxed{...}`, `<answer>`, `#### n`, "the answer is ...", else the whole
 * text where it is one line, else its last line. Several boxed answers on one line are one answer with several values.
 */

/** Longer texts are not answers: a text that holds everything holds the right answer too. */
export const maxAnswerChars = 20_000

const marker =
  /(?:\b(?:final\s+)?answer|\bresult|\bconclusion)\b[*_\s]*(?:is|are|was|will be|would be|equals?|:|=)[*_\s:]*/gi

/** GSM8K's `<<9*2=18>>`. */
const calculatorNote = /<<[^<>]{0,100}>>/g

export function finalAnswer(text: string): string | null {
  if (text.length > maxAnswerChars) return null
  const end = text.lastIndexOf('</think>')
  const visible = (end < 0 ? text : text.slice(end + '</think>'.length)).replace(calculatorNote, '').trim()
  // What a failed program left behind is no answer, whatever numbers stand in it.
  if (visible === '' || /^(?:error:|traceback \()/i.test(visible)) return null
  const boxed = boxedAnswers(visible)
  if (boxed.length > 0) return lastBoxed(visible, boxed)
  const tagged = lastTagged(visible)
  if (tagged !== null) return plainLine(tagged)
  const marks = visible.lastIndexOf('####')
  if (marks >= 0) return firstLine(visible.slice(marks + 4))
  const last = [...visible.matchAll(marker)].at(-1)
  if (last !== undefined) {
    const said = firstLine(visible.slice(last.index + last[0].length))
    if (said !== null) return firstSentence(said)
  }
  const lines = visible.split('\n').filter((line) => line.trim() !== '' && !/^\s*```/.test(line))
  const lastLine = lines.at(-1)
  return lastLine === undefined ? null : plainLine(lastLine)
}

function lastTagged(text: string): string | null {
  const lower = text.toLowerCase()
  const end = lower.lastIndexOf('</answer>')
  const start = end < 0 ? -1 : lower.lastIndexOf('<answer>', end)
  const content = start < 0 ? '' : text.slice(start + '<answer>'.length, end).trim()
  return content === '' ? null : content
}

interface Boxed {
  readonly at: number
  readonly content: string
}

/** Contents of `\boxed{...}` and `\fbox{...}`, braces balanced to any depth; `\boxed 5` too. */
function boxedAnswers(text: string): Boxed[] {
  const found: Boxed[] = []
  for (const match of text.matchAll(/\\(?:boxed|fbox)\s*/g)) {
    const start = match.index + match[0].length
    if (text[start] !== '{') {
      const word = /^[^\s${}]+/.exec(text.slice(start, start + 100))?.[0]
      if (word !== undefined) found.push({ at: match.index, content: word })
      continue
    }
    let depth = 0
    for (let i = start; i < text.length; i++) {
      if (text[i] === '{') depth += 1
      else if (text[i] === '}' && --depth === 0) {
        found.push({ at: match.index, content: text.slice(start + 1, i).trim() })
        break
      }
    }
  }
  return found.filter(({ content }) => content !== '')
}

/** The last one, together with the others of its line where they differ: `-1, 2` is one answer with two values. */
function lastBoxed(text: string, boxed: readonly Boxed[]): string {
  const lineStart = text.lastIndexOf('\n', boxed.at(-1)?.at ?? 0) + 1
  return [...new Set(boxed.filter(({ at }) => at >= lineStart).map(({ content }) => content))].join(', ')
}

function firstLine(text: string): string | null {
  const line = text.split('\n').find((candidate) => candidate.replace(/[*_`\s]/g, '') !== '')
  return line === undefined ? null : plainLine(line)
}

/** Up to the end of the sentence; a point inside a number or an abbreviation such as `p.m.` ends none. */
function firstSentence(text: string): string {
  const end = text.search(/[.!?](?=\s+[A-Z(])/)
  return (end < 0 || /\b[ap]\.m$/i.test(text.slice(0, end)) ? text : text.slice(0, end)).trim()
}

/** Without markdown emphasis, code ticks, list marks and a closing point. */
function plainLine(line: string): string {
  return line
    .trim()
    .replace(/^(?:[-*>]\s+|#+\s+)/, '')
    .replace(/\*\*|__|`/g, '')
    .replace(/(?<!\b[ap]\.m)[.!]+$/i, '')
    .trim()
}
