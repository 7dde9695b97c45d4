/** Makes an own environment one of the training loop's: tokens for texts, scores for results, usage for calls. */
import { BatonError, type Failure } from '../core/failure.ts'
import { hashKey } from '../core/random.ts'
import type { CallUsage } from '../core/records.ts'
import type { Tokenizer } from '../engines/policy-engine.ts'
import { type ChatModel, type ChatReply, LlmError } from '../llm/index.ts'
import type { AttemptOutcome, Environment } from './environment.ts'
import { type AskedModel, type OwnEnvironment, type OwnMessage, ownData, ownScore } from './own-environment.ts'

export interface AdaptOptions {
  /** null where no real server is configured. */
  readonly executor: ChatModel | null
  /** Of a prompt that is too long, the end stays. */
  readonly promptMaxTokens: number
}

const defaultDeadlineMs = 60_000

export function adaptEnvironment(own: OwnEnvironment, { executor, promptMaxTokens }: AdaptOptions): Environment {
  const { name, deadlineMs = defaultDeadlineMs } = own
  return {
    name,
    prompt: (problem, tokenizer) => encoded(messagesOf(own.prompt(problem)), tokenizer).slice(-promptMaxTokens),
    conversation: (problem) => messagesOf(own.prompt(problem)),
    attempt: async (problem, text, _completion, { key, signal }) => {
      const calls: Asked[] = []
      const deadline = AbortSignal.timeout(deadlineMs)
      const both = AbortSignal.any([signal, deadline])
      const asked = executor === null ? null : askedModel(executor, { calls, signal: both })
      try {
        const attempt = Promise.resolve(
          own.attempt(problem, text, { seed: hashKey(key), signal: both, executor: asked }),
        )
        const result = await untilAborted(attempt, both)
        const outcome = result.isCorrect ? 'solved' : 'not-solved'
        const data = { ...ownData(result.data, name), environment: name, version: 1, outcome }
        return {
          record: { environment: 'other', outcome, data },
          failures: [],
          score: ownScore(result, name),
          ...usageOf(calls),
        }
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof LlmError) return unanswered(error, name, usageOf(calls))
        if (error instanceof BatonError) throw error
        const failure: Failure = deadline.aborted
          ? {
              boundary: 'environment',
              code: 'deadline',
              message: `${name}: an attempt took longer than ${deadlineMs / 1000} s`,
            }
          : { boundary: 'environment', code: 'exception', message: `${name}: ${describe(error)}` }
        return unscored(failure, name, usageOf(calls))
      }
    },
    metrics: (rollouts) => own.metrics?.(rollouts) ?? {},
  }
}

function messagesOf(prompt: string | readonly OwnMessage[]): readonly OwnMessage[] {
  return typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt
}

function encoded(messages: readonly OwnMessage[], tokenizer: Tokenizer): number[] {
  return tokenizer.encode(messages.map(({ content }) => content).join('\n\n'))
}

type Asked = Pick<ChatReply, 'answerUsage' | 'costUsd' | 'answerCostUsd'>

function askedModel(
  model: ChatModel,
  { calls, signal }: { readonly calls: Asked[]; readonly signal: AbortSignal },
): AskedModel {
  return {
    ask: async (messages, { seed = 0, maxTokens, temperature } = {}) => {
      const options = {
        purpose: 'executor/environment',
        seed,
        ...(maxTokens === undefined ? {} : { maxTokens }),
        ...(temperature === undefined ? {} : { temperature }),
      }
      const reply = await model.generate(messagesOf(messages), options, signal)
      calls.push(reply)
      return reply.text
    },
  }
}

function usageOf(calls: readonly Asked[]): Pick<AttemptOutcome, 'costUsd' | 'llmCalls' | 'solving'> {
  const sum = (value: (call: Asked) => number): number => calls.reduce((total, call) => total + value(call), 0)
  const solving: CallUsage = {
    calls: calls.length,
    inputTokens: sum(({ answerUsage }) => answerUsage.inputTokens),
    outputTokens: sum(({ answerUsage }) => answerUsage.outputTokens),
    costUsd: sum(({ answerCostUsd }) => answerCostUsd),
  }
  return { costUsd: sum(({ costUsd }) => costUsd), llmCalls: calls.length, solving }
}

type Costs = ReturnType<typeof usageOf>

/** A service's failure is never the policy's. */
function unanswered({ kind, message, costUsd }: LlmError, name: string, costs: Costs): AttemptOutcome {
  const failure: Failure = { boundary: 'executor', code: kind, message }
  return unscored(failure, name, { ...costs, costUsd: costs.costUsd + costUsd, llmCalls: costs.llmCalls + 1 })
}

function unscored(failure: Failure, name: string, costs: Costs): AttemptOutcome {
  const outcome = 'unavailable'
  return {
    record: { environment: 'other', outcome, data: { environment: name, version: 1, outcome } },
    failures: [failure],
    score: { kind: 'unscorable', reason: failure.message },
    ...costs,
  }
}

const maxChars = 500

function describe(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return text.slice(0, maxChars).toWellFormed()
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
