/**
 * The judge: a language model that says whether a response gives the reference's answer. Three outcomes: what cannot be
 * read, or could not be asked, is `unscorable`, never wrong. Retries of a single call are the chat model's; the judge
 * asks again, with another seed, only when a reply says nothing clear.
 */

import { hashKey, type RandomKey } from '../core/random.ts'
import type { JudgeGrade } from '../core/rollout-outcome.ts'
import type { ChatModel } from '../llm/chat-model.ts'
import { gateReason } from './answer-gate.ts'
import { judgePrompt } from './judge-prompt.ts'
import { llmFailureOf } from './llm-failure.ts'
import { readVerdict } from './verdict-text.ts'

export interface JudgeRequest {
  /** With its context, where it has one. */
  readonly question: string
  readonly reference: string
  readonly prediction: string
  /** The rollout's key: seeds the calls. */
  readonly key: RandomKey
}

export interface Judge {
  /** Rejects only on abort or on a programmer's mistake. */
  grade(request: JudgeRequest, signal: AbortSignal): Promise<JudgeGrade>
}

export interface JudgeOptions {
  readonly model: ChatModel
  /** How often an unclear reply is asked again at the most, the first time included. */
  readonly attempts: number
}

export function createJudge({ model, attempts }: JudgeOptions): Judge {
  if (!Number.isInteger(attempts) || attempts < 1) throw new RangeError('a judge needs at least one attempt')
  return {
    grade: async (request, signal) => {
      const gate = gateReason(request.prediction, request.reference)
      const nothing = { calls: 0, callKeys: [], inputTokens: 0, outputTokens: 0, costUsd: 0, failure: null }
      if (gate !== null) return { verdict: 'false', reason: gate, ...nothing }
      return await ask(model, attempts, request, signal)
    },
  }
}

async function ask(
  model: ChatModel,
  attempts: number,
  request: JudgeRequest,
  signal: AbortSignal,
): Promise<JudgeGrade> {
  const { question, reference, prediction, key } = request
  const messages = judgePrompt({ question, reference, response: prediction })
  const spent = { calls: 0, callKeys: [] as string[], inputTokens: 0, outputTokens: 0, costUsd: 0 }
  for (let attempt = 0; attempt < attempts; attempt++) {
    spent.calls += 1
    try {
      // 31 bits: some servers read the seed as a signed 32-bit integer.
      const seed = hashKey([...key, 'judge', attempt]) >>> 1
      const reply = await model.generate(messages, { purpose: 'judge', seed }, signal)
      spent.callKeys.push(reply.key)
      spent.inputTokens += reply.usage.inputTokens
      spent.outputTokens += reply.usage.outputTokens
      spent.costUsd += reply.costUsd
      const said = readVerdict(reply.text)
      if (said !== null)
        return { verdict: said ? 'true' : 'false', reason: `the judge says ${said}`, ...spent, failure: null }
    } catch (error) {
      const failed = llmFailureOf(error)
      if (failed === null || signal.aborted) throw error
      spent.callKeys.push(failed.key)
      spent.inputTokens += failed.usage.inputTokens
      spent.outputTokens += failed.usage.outputTokens
      spent.costUsd += failed.costUsd
      return unscorable(failed.code, `the judge failed: ${failed.message}`, spent)
    }
  }
  return unscorable('unclear', `the judge gave no clear verdict in ${attempts} attempts`, spent)
}

type Spent = Pick<JudgeGrade, 'calls' | 'callKeys' | 'inputTokens' | 'outputTokens' | 'costUsd'>

function unscorable(code: string, message: string, spent: Spent): JudgeGrade {
  return { verdict: 'unscorable', reason: message, ...spent, failure: { boundary: 'judge', code, message } }
}
