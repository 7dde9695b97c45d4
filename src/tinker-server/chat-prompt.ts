/** The prompt of a chat: by the model's own template; a model without one reads the messages one after the other. */
import type { ChatTemplate, TemplateMessage } from '../engines/chat/index.ts'

export function renderChat(template: ChatTemplate | null, messages: readonly TemplateMessage[]): string {
  return template === null
    ? `${messages.map(({ content }) => content).join('\n\n')}\n\n`
    : template.render(messages, { addGenerationPrompt: true })
}
