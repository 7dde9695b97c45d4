/**
 * The judge's prompt. The response is a stranger's text: it is cut where it is too long, and nothing in it can pass for
 * a part of the prompt. The texts are files, so that they can be read and compared as what they are.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ChatMessage } from '../llm/chat-model.ts'

const promptText = (name: string): string =>
  readFileSync(new URL(`prompts/${name}.txt`, import.meta.url), 'utf8').trim()

const systemText = promptText('judge-system')
const userText = promptText('judge-user')

/** Of both texts, as they are sent: which prompts a verdict was asked with. */
export const judgePromptsSha256 = createHash('sha256').update(`${systemText}\n${userText}`).digest('hex')

/** Longer responses keep their beginning and their end. */
export const maxResponseChars = 4000
const maxQuestionChars = 12_000

export interface JudgeQuestion {
  /** With its context, where it has one. */
  readonly question: string
  readonly reference: string
  readonly response: string
}

export function judgePrompt(asked: JudgeQuestion): ChatMessage[] {
  const fields: Readonly<Record<string, string>> = {
    question: withoutMiddle(asked.question, maxQuestionChars),
    reference: withoutMiddle(asked.reference, maxResponseChars),
    response: harmless(withoutMiddle(asked.response, maxResponseChars)),
  }
  return [
    { role: 'system', content: systemText },
    { role: 'user', content: userText.replace(/\{(\w+)\}/g, (whole, name: string) => fields[name] ?? whole) },
  ]
}

/** Of the prompt that asks about a problem, in UTF-8, without the response. */
export function judgePromptBytes(question: string, reference: string): number {
  const prompt = judgePrompt({ question, reference, response: '' })
  return prompt.reduce((sum, { content }) => sum + Buffer.byteLength(String(content)), 0)
}

/** Marks of chat templates, and tags that a prompt might be made of. */
const templateMarks =
  /<[|｜][^|｜>\n]{1,40}[|｜]>|<\/?(?:system|user|assistant|developer|tool|question|reference|response|verdict|true_false|instructions?|judge|think|s|bos|eos|(?:start|end)_of_turn)>|<<\/?SYS>>|\[\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS)\]/gi

const speaker =
  /^[^\p{L}\p{N}\n]*(?:(?:final\s+)?(?:verdict|judge?ment|grade)|(?:true|correct)_?(?:false)?|system|user|assistant|developer|human|judge|grader|instructions?|note(?:\s+to\s+(?:the\s+)?\w+)?)[^\p{L}\p{N}\n]*[:：]/iu

/** The prompt's own sections. */
const titles: ReadonlySet<string> = new Set(
  [...userText.matchAll(/^## (.+)$/gm)].map(([, title]) => wordsOf(title ?? '')),
)

function wordsOf(line: string): string {
  return line
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/**
 * Invisible characters and marks of chat templates are taken out, headings are indented, and lines that read like a section
 * of the prompt, a verdict or another speaker are shown as quotations: nothing in the response can open a section.
 */
export function harmless(response: string): string {
  return response
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replace(/\p{Cc}/gu, (character) => (character === '\n' || character === '\t' ? character : ' '))
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(templateMarks, ' ')
    .replace(/<(?=[|｜])|(?<=[|｜])(?=>)/g, '$& ')
    .split('\n')
    .map(harmlessLine)
    .join('\n')
}

function harmlessLine(line: string): string {
  if (titles.has(wordsOf(line)) || speaker.test(line)) return `> ${line.trimStart()}`
  return /^\s*(?:[#＃﹟]|[=-]{3,}\s*$)/u.test(line) ? `    ${line}` : line
}

/** Cuts between characters: strict servers refuse half of one. Lone halves in the response are replaced. */
function withoutMiddle(given: string, maxChars: number): string {
  const text = given.toWellFormed()
  if (text.length <= maxChars) return text
  const half = Math.floor(maxChars / 2)
  const [start, end] = [whole(text, half), whole(text, text.length - half)]
  return `${text.slice(0, start)}\n[... ${end - start} characters left out ...]\n${text.slice(end)}`
}

/** The place, or the next one where it is inside a character (marks and joined emoji belong to what they follow). */
function whole(text: string, place: number): number {
  let at = place
  while (at < text.length && /^(?:[\udc00-\udfff]|\p{M}|\u200d)/u.test(text.slice(at, at + 1))) at += 1
  return at
}
