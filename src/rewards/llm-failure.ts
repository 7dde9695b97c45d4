/** Tells a language model's failure, which is data, from a mistake in the program, which is thrown on. */
import { LlmError, type LlmFailureKind, type Usage } from '../llm/index.ts'

export interface LlmFailure {
  /** Of the call's record in the journal. */
  readonly key: string
  readonly code: LlmFailureKind
  readonly message: string
  /** Of all attempts together. */
  readonly usage: Usage
  readonly costUsd: number
}

/** @returns null when the error is not an LlmError. */
export function llmFailureOf(error: unknown): LlmFailure | null {
  if (!(error instanceof LlmError)) return null
  const { key, kind, message, usage, costUsd } = error
  return { key, code: kind, message, usage, costUsd }
}
