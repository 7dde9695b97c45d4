/**
 * Whether a prompt can be sent at all: decided from the prompt alone, before any server sees it, so that it is the same on
 * every server. A prompt that fails here is the program's doing.
 */
import { maxAddedPromptChars } from '../contract/index.ts'
import { OperatorRefused } from './operator.ts'

/**
 * @param problem its whole text: not the program's doing, so its length does not count.
 * @returns the prompt as it is sent.
 * @throws OperatorRefused with the code `prompt-empty`, `prompt-not-unicode` or `prompt-too-long`.
 */
export function acceptedPrompt(prompt: string, problem: string): string {
  if (prompt.trim() === '') throw new OperatorRefused('The prompt is empty.', 'prompt-empty')
  if (!prompt.isWellFormed() && problem.isWellFormed())
    throw new OperatorRefused('The prompt holds half a surrogate pair, which is no text.', 'prompt-not-unicode')
  if (prompt.includes('\0') && !problem.includes('\0'))
    throw new OperatorRefused('The prompt holds a NUL character, which is no text.', 'prompt-not-unicode')
  const limit = problem.length + maxAddedPromptChars
  if (prompt.length > limit) {
    const [has, most] = [prompt.length, limit].map((count) => count.toLocaleString('en-US'))
    const message = `The prompt has ${has} characters; ${most} is the most for this problem.`
    throw new OperatorRefused(message, 'prompt-too-long')
  }
  return prompt.toWellFormed()
}
