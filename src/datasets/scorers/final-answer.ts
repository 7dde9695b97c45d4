/**
 * Finds the final answer in what a model wrote: `\boxed{...}`, `<answer>`, `#### n`, "the answer is ..." where something
 * that can be an answer follows, else the whole text where it is one line, else its last line but for closing remarks.
 * Display mathematics over several lines is one line. Several boxes side by side are one answer with several values.
 */
import { separateReasoning } from '../../core/reasoning.ts'
import { withoutDisplay } from './display-mathematics.ts'
import { firstSentence, isRemark, plainLine } from './sentence.ts'

/** Longer texts are not answers: a text that holds everything holds the right answer too. */
export const maxAnswerChars = 20_000

const marker = new RegExp(
  [
    String.raw`(?:\b(?:final\s+)?answer|\bresult|\bconclusion)\b(?:\s+(?:to|of|for)\b[^.:\n]{1,60}?)?[*_\s]*(?:is|are|was|will be|would be|should be|must be|equals?|comes? (?:out )?to|:|=|—|–|-(?=\s))[*_\s:]*`,
    String.raw`(?:答案|最终答案|答え)[*_\s]*(?:是|为|為|は|[:：])[*_\s:：]*`,
    String.raw`\b(?:r[ée]ponse(?:\s+finale)?|respuesta(?:\s+final)?|antwort|resposta|risposta)\b[*_\s]*(?:est|es|ist|lautet|é|è|[:：])[*_\s:]*`,
    String.raw`(?<!\p{L})ответ[*_\s]*[:：—–-][*_\s]*`,
  ].join('|'),
  'giu',
)

/** What a closing remark says of the answer ("so the answer is correct"): no answer. */
const remarkAboutAnswer =
  /^(?:indeed\s+|also\s+|thus\s+|therefore\s+|in\s+fact\s+|clearly\s+)?(?:correct|right|wrong|incorrect|verified|confirmed|valid|consistent|reasonable|plausible|complete|clear|obvious|known|unique|found|obtained|reached|given|shown|stated|derived|supported|based|the\s+same|as\s+(?:expected|required|above|given|follows|before)|below|above|in\s+(?:agreement|line)\b|what\s+(?:we|you|was|is)\b|that\s+(?:we|the|of)\b|because\b|not\s+(?:clear|known|unique|given|stated|mentioned|provided|correct|right))/i

/** GSM8K's `<<9*2=18>>`. */
const calculatorNote = /<<[^<>]{0,100}>>/g

export function finalAnswer(text: string): string | null {
  const found = foundAnswer(text)
  return found === '' ? null : found
}

function foundAnswer(text: string): string | null {
  if (text.length > maxAnswerChars) return null
  const visible = separateReasoning(text).text.replace(calculatorNote, '').trim()
  // What a failed program left behind is not an answer, whatever numbers are in it.
  if (visible === '' || /^(?:error:|traceback \()/i.test(visible)) return null
  const boxed = boxedAnswers(visible)
  if (boxed.length > 0) return lastBoxed(visible, boxed)
  const tagged = lastTagged(visible)
  if (tagged !== null) return plainLine(withoutDisplay(tagged).trim())
  const marked = afterMarks(visible)
  if (marked !== null) return marked
  const lined = withoutDisplay(visible)
  const stated = lastStated(lined)
  if (stated !== null) return stated
  const lines = lined.split('\n').filter((line) => line.trim() !== '' && !/^\s*(?:```|~~~)/.test(line))
  const lastLine = lines.findLast((line) => !isRemark(line)) ?? lines.at(-1)
  return lastLine === undefined ? null : plainLine(lastLine)
}

/** Whether a text marks its answer with a box. */
export function hasBox(text: string): boolean {
  return boxedAnswers(text).length > 0
}

function lastTagged(text: string): string | null {
  const lower = text.toLowerCase()
  const end = lower.lastIndexOf('</answer>')
  const start = end < 0 ? -1 : lower.lastIndexOf('<answer>', end)
  const content = start < 0 ? '' : text.slice(start + '<answer>'.length, end).trim()
  return content === '' ? null : content
}

/** GSM8K's `#### 8`: the last, but none of a question that the model went on to make up. */
function afterMarks(text: string): string | null {
  const first = text.indexOf('####')
  if (first < 0) return null
  const next = /\n\s*(?:question|problem|q)\s*\d*\s*[:.]/i.exec(text.slice(first))
  const own = next === null ? text : text.slice(0, first + next.index)
  return firstLine(own.slice(own.lastIndexOf('####') + 4))
}

/** What the last "the answer is" states; a remark about the answer states none. */
function lastStated(text: string): string | null {
  for (const found of [...text.matchAll(marker)].reverse()) {
    const said = firstLine(text.slice(found.index + found[0].length))
    if (said !== null && !remarkAboutAnswer.test(said)) return firstSentence(said)
  }
  return null
}

interface Boxed {
  readonly at: number
  readonly end: number
  readonly content: string
}

/** Contents of `\boxed{...}` and `\fbox{...}`, braces balanced to any depth; `\boxed 5` too. */
function boxedAnswers(text: string): Boxed[] {
  if (!text.includes('\\')) return []
  const found: Boxed[] = []
  for (const match of text.matchAll(/\\(?:boxed|fbox|framebox)(?![a-zA-Z])\s*/g)) {
    const start = match.index + match[0].length
    if (text[start] !== '{') {
      const word = /^[^\s${}]+/.exec(text.slice(start, start + 100))?.[0]
      if (word !== undefined) found.push({ at: match.index, end: start + word.length, content: word })
      continue
    }
    let depth = 0
    for (let i = start; i < text.length; i++) {
      if (text[i] === '\\') i += 1
      else if (text[i] === '{') depth += 1
      else if (text[i] === '}' && --depth === 0) {
        found.push({ at: match.index, end: i + 1, content: text.slice(start + 1, i).trim() })
        break
      }
    }
  }
  return found.filter(({ content }) => content !== '')
}

/** The last one, with those right before it where they differ: `-1` and `2` are one answer with two values. */
function lastBoxed(text: string, boxed: readonly Boxed[]): string {
  const group: string[] = []
  for (const [back, box] of [...boxed].reverse().entries()) {
    const after = boxed[boxed.length - back]
    if (after !== undefined && !/^[^.!?\n]{0,24}$/.test(text.slice(box.end, after.at))) break
    group.unshift(box.content)
  }
  return [...new Set(group)].join(', ')
}

function firstLine(text: string): string | null {
  const line = text.split('\n').find((candidate) => candidate.replace(/[*_`\s]/g, '') !== '')
  return line === undefined ? null : plainLine(line)
}
