/** Prompts that ask a policy for a workflow. */
export { briefPrompt, briefPromptTail } from './brief-prompt.ts'
export { briefPromptTokens } from './brief-prompt-tokens.ts'
export {
  generationPrompt,
  operatorLine,
  promptExamples,
  systemPrompt,
} from './generation-prompt.ts'
export { rulesFor } from './rules.ts'
