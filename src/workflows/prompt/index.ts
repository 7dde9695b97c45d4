/** Prompts that ask a policy for a workflow. */
export { briefPromptTail } from './brief-prompt.ts'
export { briefPromptTokens } from './brief-prompt-tokens.ts'
export {
  generationPrompt,
  type PromptOptions,
  systemPrompt,
  type WorkflowForm,
} from './generation-prompt.ts'
export { type Rule, rulesFor } from './rules.ts'
