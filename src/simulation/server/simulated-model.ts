/**
 * The simulator as a chat model in this process: the same messages, the same reply as over HTTP (a test
 * compares them), without the server's faults, pauses and token limits. For recipes that ask hundreds of thousands of
 * questions.
 */
import type { ChatModel } from '../../llm/index.ts'
import { defaultSkills } from '../solver/index.ts'
import { answerChat } from './answer-chat.ts'

export function createSimulatedModel(model = 'simulator'): ChatModel {
  return {
    model,
    async generate(messages, { seed }, signal) {
      signal?.throwIfAborted()
      const { content, reasoning, answerLogprob = null } = answerChat(messages, { seed, skills: defaultSkills, model })
      const decoded = messages.at(-1)?.content
      const prompt =
        answerLogprob === null || typeof decoded !== 'string'
          ? {}
          : { prompt_logprobs: [null, { '1': { logprob: answerLogprob, rank: 1, decoded_token: decoded } }] }
      return {
        // Nothing is kept in a journal: it costs nothing to ask again.
        key: '',
        text: content,
        reasoning,
        finishReason: { unified: 'stop', raw: 'stop' },
        usage: { inputTokens: 0, outputTokens: 0 },
        costUsd: 0,
        answerUsage: { inputTokens: 0, outputTokens: 0 },
        answerCostUsd: 0,
        attempts: 1,
        isCached: false,
        latencyMs: 0,
        raw: prompt,
      }
    },
  }
}
