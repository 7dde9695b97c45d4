/** Tells a language model's failure, which is data, from a mistake in the program, which is thrown on. */
import type { Usage } from '../llm/chat-model.ts'

export interface LlmFailure {
  /** The client's failure kind, e.g. `empty-content`, `rate-limit`. */
  readonly code: string
  readonly message: string
  readonly usage: Usage
  readonly costUsd: number
  readonly attempts: number
}

/** @returns null when the error is no LlmError. What the failed attempts cost is read from it where it tells. */
export function llmFailureOf(error: unknown): LlmFailure | null {
  if (!(error instanceof Error) || error.name !== 'LlmError') return null
  const { code, kind, usage, costUsd, attempts } = error as Partial<Record<keyof LlmFailure | 'kind', unknown>>
  return {
    code: typeof kind === 'string' ? kind : typeof code === 'string' ? code : 'failed',
    message: error.message,
    usage: isUsage(usage) ? usage : { inputTokens: 0, outputTokens: 0 },
    costUsd: typeof costUsd === 'number' ? costUsd : 0,
    attempts: Array.isArray(attempts) ? attempts.length : typeof attempts === 'number' ? attempts : 1,
  }
}

function isUsage(value: unknown): value is Usage {
  return typeof value === 'object' && value !== null && 'inputTokens' in value && 'outputTokens' in value
}
