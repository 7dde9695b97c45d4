/** Tokenizers and chat templates of published models, from their own files. */
export {
  type ChatTemplate,
  type RenderOptions,
  readChatTemplate,
  type TemplateMessage,
} from './chat-template.ts'
export { type ChatTokenizer, openChatTokenizer } from './chat-tokenizer.ts'
