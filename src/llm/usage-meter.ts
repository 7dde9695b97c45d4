/**
 * What an attempt used that Baton itself broke off, at a deadline or on abort: the server had begun to answer, and said
 * nothing of it. Estimated from the time it had and from how fast this client's answered calls came, their wait in the
 * server's queue included. Before the first answer the fastest rate that a server is taken for bounds it from above.
 */
import type { CountedUsage } from './attempt.ts'
import type { ChatMessage, Usage } from './chat-model.ts'
import { estimateInputTokens } from './estimate-tokens.ts'

export interface BrokenOff {
  readonly messages: readonly ChatMessage[]
  /** Tokens that the answer was allowed; null where there is no limit. */
  readonly tokenLimit: number | null
  readonly elapsedMs: number
}

export interface UsageMeter {
  /** Takes note of an answer whose tokens the server reported. */
  observe(messages: readonly ChatMessage[], usage: Usage, latencyMs: number): void
  /** Of an attempt that was broken off after some time. */
  estimate(attempt: BrokenOff): CountedUsage
  /** Of an attempt of which nothing more is known: its answer is as long as it may be. */
  mostOf(attempt: Omit<BrokenOff, 'elapsedMs'>): CountedUsage
}

/** A thousand a second, for one answer. */
const fastestTokensPerMs = 1

export function createUsageMeter(): UsageMeter {
  const totals = { inputTokens: 0, outputTokens: 0, latencyMs: 0 }
  let estimatedInputTokens = 0
  const inputOf = (messages: readonly ChatMessage[]): number => {
    const ratio = estimatedInputTokens === 0 ? 1 : totals.inputTokens / estimatedInputTokens
    return Math.round(estimateInputTokens(messages) * ratio)
  }
  return {
    observe: (messages, usage, latencyMs) => {
      totals.inputTokens += usage.inputTokens
      totals.outputTokens += usage.outputTokens
      totals.latencyMs += latencyMs
      estimatedInputTokens += estimateInputTokens(messages)
    },
    estimate: ({ messages, tokenLimit, elapsedMs }) => {
      const tokensPerMs = totals.latencyMs > 0 ? totals.outputTokens / totals.latencyMs : fastestTokensPerMs
      const outputTokens = Math.min(Math.ceil(elapsedMs * tokensPerMs), tokenLimit ?? Number.POSITIVE_INFINITY)
      return { inputTokens: inputOf(messages), outputTokens, isEstimated: true }
    },
    mostOf: ({ messages, tokenLimit }) => ({
      inputTokens: inputOf(messages),
      outputTokens: tokenLimit ?? 0,
      isEstimated: true,
    }),
  }
}
