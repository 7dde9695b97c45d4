/**
 * The judge's prompt. The response is a stranger's text: it is cut where it is too long, and nothing in it can pass for
 * a part of the prompt. The texts are files, so that they can be read and compared as what they are.
 */
import { readFileSync } from 'node:fs'
import type { ChatMessage } from '../llm/chat-model.ts'

const promptText = (name: string): string =>
  readFileSync(new URL(`prompts/${name}.txt`, import.meta.url), 'utf8').trim()

const systemText = promptText('judge-system')
const userText = promptText('judge-user')

/** Longer responses keep their beginning and their end. */
const maxResponseChars = 4000
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

/**
 * Headings of the response are indented, so that none can open a section of the prompt; control characters and role
 * marks of chat templates are taken out; lines that state a verdict are shown as quotations.
 */
export function harmless(response: string): string {
  return response
    .replace(/\p{Cc}/gu, (character) => (character === '\n' || character === '\t' ? character : ' '))
    .replace(/<\|[^|>\n]{1,40}\|>|<\/?(?:system|user|assistant)>|\[\/?INST\]/gi, ' ')
    .replace(/^(\s*)(#{1,6}\s)/gm, '$1    $2')
    .replace(/^[ \t]*((?:(?:final\s+)?verdict|system|user|assistant|judge)\s*:.*)$/gim, '> $1')
}

function withoutMiddle(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  const half = Math.floor(maxChars / 2)
  return `${text.slice(0, half)}\n[... ${text.length - 2 * half} characters left out ...]\n${text.slice(-half)}`
}
