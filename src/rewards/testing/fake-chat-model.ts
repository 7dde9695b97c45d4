/** A chat model for tests: answers from a function, remembers what it was asked. */
import { hashKey } from '../../core/random.ts'
import {
  type ChatMessage,
  type ChatModel,
  type ChatReply,
  type GenerateOptions,
  LlmError,
  type LlmFailureKind,
} from '../../llm/index.ts'

export interface FakeCall {
  readonly messages: readonly ChatMessage[]
  /** Text of the last message. */
  readonly prompt: string
  readonly options: GenerateOptions
}

export interface FakeChatModel extends ChatModel {
  readonly calls: readonly FakeCall[]
}

/** Of what was asked, as a real client's: the same messages with the same seed and options have the same key. */
export function fakeCallKey({ messages, options }: FakeCall): string {
  const { purpose: _, ...asked } = options
  return `call-${hashKey([JSON.stringify([messages, asked])])}`
}

/** The answer is a reply's text, or an error to throw; an empty text fails as it does with a real client. Each call costs 10 and 5 tokens and 0.001 dollars. */
export function createFakeChatModel(answer: (call: FakeCall, position: number) => string | Error): FakeChatModel {
  const calls: FakeCall[] = []
  return {
    model: 'fake',
    calls,
    generate: async (messages, options, signal): Promise<ChatReply> => {
      signal?.throwIfAborted()
      const content = messages.at(-1)?.content
      const call = { messages, prompt: typeof content === 'string' ? content : '', options }
      calls.push(call)
      const text = answer(call, calls.length - 1)
      if (text instanceof Error) throw text
      if (text === '') throw fakeLlmError('empty-content')
      return {
        key: fakeCallKey(call),
        text,
        reasoning: '',
        finishReason: { unified: 'stop', raw: 'stop' },
        usage: { inputTokens: 10, outputTokens: 5 },
        costUsd: 0.001,
        answerUsage: { inputTokens: 10, outputTokens: 5 },
        answerCostUsd: 0.001,
        attempts: 1,
        isCached: false,
        latencyMs: 0,
        raw: null,
      }
    },
  }
}

/** What the client throws when the last attempt failed; it has cost 0.0005 dollars. */
export function fakeLlmError(kind: LlmFailureKind): LlmError {
  const attempt = { failure: kind, status: null, inputTokens: 7, outputTokens: 0, costUsd: 0.0005, latencyMs: 1 }
  const message = 'no answer'
  return new LlmError({
    key: 'failed-call',
    boundary: 'executor',
    model: 'fake',
    kind,
    message,
    status: null,
    reasoning: '',
    attempts: [attempt],
  })
}

export interface SlowChatModel {
  readonly model: ChatModel
  /** Resolves once the model is asked. */
  underWay(): Promise<void>
  answer(): void
}

/** Replies with `reply` once `answer` is called, or rejects with the reason of the signal. */
export function createSlowChatModel(reply: string): SlowChatModel {
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  const fake = createFakeChatModel(() => reply)
  const model: ChatModel = {
    model: fake.model,
    generate: async (messages, options, signal) => {
      asked.resolve()
      const aborted = new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
      await Promise.race([answered.promise, aborted])
      return fake.generate(messages, options, signal)
    },
  }
  return { model, underWay: () => asked.promise, answer: () => answered.resolve() }
}
