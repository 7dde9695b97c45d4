/** Prompts that ask a policy for a workflow. */
export { briefPrompt, briefPromptTail } from './brief-prompt.ts'
export { briefPromptTokens } from './brief-prompt-tokens.ts'
export {
  generationPrompt,
  operatorLine,
  type PromptOptions,
  promptExamples,
  systemPrompt,
  type WorkflowForm,
} from './generation-prompt.ts'
export { type Rule, rulesFor } from './rules.ts'
