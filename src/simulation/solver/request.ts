/**
 * What is asked for, by the form of the prompt: its headings and the tags of its response format. A prompt without them is
 * a plain question; words such as "step by step" in it ask for a worked answer.
 */
import type { ChatMessage } from '../../llm/chat-model.ts'

export type OperatorRequest =
  | { readonly kind: 'plain'; readonly problem: string; readonly isWorked: boolean }
  | { readonly kind: 'answer'; readonly problem: string }
  | { readonly kind: 'program'; readonly problem: string }
  | { readonly kind: 'repair'; readonly problem: string; readonly program: string }
  | { readonly kind: 'review'; readonly problem: string; readonly solution: string }
  | { readonly kind: 'revise'; readonly problem: string; readonly solution: string; readonly feedback: string }
  | { readonly kind: 'ensemble'; readonly problem: string; readonly candidates: readonly string[] }
  | { readonly kind: 'format'; readonly problem: string; readonly solution: string }
  | { readonly kind: 'judge'; readonly question: string; readonly reference: string; readonly response: string }

export function messageText(message: ChatMessage): string {
  if (typeof message.content === 'string') return message.content
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
}

const heading =
  /^##\s+(Problem|Analysis|Previous program|Error|Program|Failed tests|Solution|Feedback|Candidates|Question|Reference answer|Response format|Response)\s*$/gim

/** Sections by lower-case name; of several with one name the first, but the last `response format`. */
function sectionsOf(text: string): ReadonlyMap<string, string> {
  const marks = [...text.matchAll(heading)]
  const sections = new Map<string, string>()
  marks.forEach((mark, i) => {
    const name = (mark[1] as string).toLowerCase()
    const body = text.slice(mark.index + mark[0].length, marks[i + 1]?.index ?? text.length).trim()
    if (!sections.has(name) || name === 'response format') sections.set(name, body)
  })
  return sections
}

/** `A: first`, `B: second`, ...: each begins a paragraph, in alphabetical order. */
function candidatesOf(text: string): string[] {
  const found: string[] = []
  let rest = `\n${text}`
  for (let code = 65; code <= 90; code++) {
    const start = new RegExp(`(?:^|\\n)\\s*\\(?${String.fromCharCode(code)}[:.)]\\s*`).exec(rest)
    if (start === null) break
    const body = rest.slice(start.index + start[0].length)
    const end = new RegExp(`\\n\\s*\\n\\(?${String.fromCharCode(code + 1)}[:.)]\\s`).exec(body)
    found.push((end === null ? body : body.slice(0, end.index)).trim())
    if (end === null) break
    rest = body.slice(end.index)
  }
  return found
}

function code(text: string): string {
  return /```(?:python)?\s*\n([\s\S]*?)```/.exec(text)?.[1]?.trim() ?? text
}

const workedCue = /step[- ]by[- ]step|\b(?:think|plan|check|reason|carefully)\b/i
const directCue = /\b(?:directly|short|briefly)\b|\b(?:do not|don't|without) (?:think|explain|reason|show)/i

/** A plain prompt's instruction cannot be told from its problem; the cue words occur in no generated problem. */
function isWorked(text: string): boolean {
  const words = text.replaceAll(/`[^`]*`/g, ' ')
  if (/(?:do not|don't|without) (?:think|explain|reason|show)/i.test(words)) return false
  return workedCue.test(words) && !(directCue.test(words) && !/step[- ]by[- ]step/i.test(words))
}

export function readOperatorRequest(messages: readonly ChatMessage[]): OperatorRequest {
  const asked = messages.findLast((message) => message.role === 'user') ?? messages[messages.length - 1]
  const text = asked === undefined ? '' : messageText(asked)
  const sections = sectionsOf(text)
  const format = sections.get('response format') ?? text
  const get = (name: string): string => sections.get(name) ?? ''
  const problem = sections.get('problem') ?? sections.get('question') ?? text
  if (sections.has('reference answer')) {
    return { kind: 'judge', question: get('question'), reference: get('reference answer'), response: get('response') }
  }
  if (/<solution_letter>/i.test(format)) {
    return { kind: 'ensemble', problem, candidates: candidatesOf(sections.get('candidates') ?? text) }
  }
  if (/<review_result>/i.test(format)) return { kind: 'review', problem, solution: get('solution') }
  if (/<solution>/i.test(format) && sections.has('solution')) {
    return { kind: 'revise', problem, solution: get('solution'), feedback: get('feedback') }
  }
  if (/<final_answer>/i.test(format) && sections.has('solution')) {
    return { kind: 'format', problem, solution: get('solution') }
  }
  if (sections.has('failed tests')) return { kind: 'repair', problem, program: code(get('program')) }
  if (/<answer>/i.test(format)) return { kind: 'answer', problem }
  if (/define a function `?solve\(\)|```python block/i.test(text)) return { kind: 'program', problem }
  const all = messages.map(messageText).join('\n\n')
  return {
    kind: 'plain',
    problem: sections.get('problem') ?? (messages.length > 1 ? all : text),
    isWorked: isWorked(all),
  }
}
