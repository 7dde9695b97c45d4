/** The chat that asks a question after its demonstrations, and the answer read out of a reply. */
import type { ChatMessage, ContentPart } from '../../llm/index.ts'
import type { EvaluationProfile, Question } from '../schema.ts'

export interface PromptTools {
  readonly profile: EvaluationProfile
  /** The `data:` URL of a question's picture. */
  readonly urlOf: (image: string) => string
}

/**
 * @param demonstrations in prompt order: the last is next to the question.
 * @param answer begins the reply: for asking how likely it is.
 */
export function promptFor(
  question: Question,
  demonstrations: readonly Question[],
  { profile, urlOf, answer }: PromptTools & { readonly answer?: string },
): ChatMessage[] {
  const asked = (one: Question, stated: string): ContentPart[] => {
    const text = profile.questionTemplate.replaceAll('{question}', () => one.question)
    const parts: ContentPart[] = one.image === null ? [] : [{ type: 'image_url', image_url: { url: urlOf(one.image) } }]
    return [...parts, { type: 'text', text: `${text}${stated}` }]
  }
  const messages: ChatMessage[] = []
  if (profile.systemPrompt !== '') messages.push({ role: 'system', content: profile.systemPrompt })
  if (profile.layout === 'turns') {
    for (const one of demonstrations) {
      messages.push(
        { role: 'user', content: plainIfText(asked(one, '')) },
        { role: 'assistant', content: one.shownAnswer },
      )
    }
    messages.push({ role: 'user', content: plainIfText(asked(question, '')) })
  } else {
    const parts = demonstrations.flatMap((one) => asked(one, ` ${one.shownAnswer}${profile.separator}`))
    messages.push({ role: 'user', content: plainIfText([...parts, ...asked(question, '')]) })
  }
  if (answer !== undefined) messages.push({ role: 'assistant', content: answer })
  return messages
}

/** Text alone goes as text: servers of models without eyes take no parts. */
function plainIfText(parts: readonly ContentPart[]): string | readonly ContentPart[] {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  return texts.length === parts.length ? texts.join('') : parts
}

/** The reply up to the first of the profile's marks. A mark at the very beginning is passed over. */
export function readAnswer(reply: string, { cutAt }: EvaluationProfile): string {
  let text = reply.trim()
  for (const mark of cutAt) {
    const at = text.indexOf(mark)
    if (at > 0) text = text.slice(0, at)
  }
  return text.trim().replace(/\.$/, '')
}
