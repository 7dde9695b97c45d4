/**
 * The judge: a language model that says whether a response gives the reference's answer. Three outcomes: what cannot be
 * read, or could not be asked, is `unscorable`, never wrong. Retries of a single call are the chat model's; the judge
 * asks again when a reply says nothing clear or was no answer: with another seed, and where that was the reason with more
 * tokens and less effort.
 */

import { hashKey, type RandomKey } from '../core/random.ts'
import type { JudgeGrade } from '../core/rollout-outcome.ts'
import type { ChatModel, GenerateOptions } from '../llm/chat-model.ts'
import { gateReason } from './answer-gate.ts'
import { judgePrompt } from './judge-prompt.ts'
import { type LlmFailure, llmFailureOf } from './llm-failure.ts'
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
  /**
   * `content`: equal questions are one call, found in the journal when they come again; `rollout` (the default): each
   * rollout has its own sample, for a judge that is sampled.
   */
  readonly seedBy?: 'content' | 'rollout'
  /** Asks for JSON, as long as the server's answers are JSON. Default false. */
  readonly isStructured?: boolean
  /** Tokens of an answer: one that was cut is asked for with twice as many. Default: as many again. */
  readonly maxTokens?: number
}

/** What a server with structured output is asked for; `verdict-text.ts` reads it like any other reply. */
const verdictFormat = {
  type: 'json_schema',
  json_schema: {
    name: 'verdict',
    strict: true,
    schema: {
      type: 'object',
      properties: { verdict: { type: 'string', enum: ['True', 'False'] } },
      required: ['verdict'],
      additionalProperties: false,
    },
  },
}

export function createJudge(options: JudgeOptions): Judge {
  const { model, attempts, seedBy = 'rollout', isStructured = false, maxTokens = null } = options
  if (!Number.isInteger(attempts) || attempts < 1) throw new RangeError('a judge needs at least one attempt')
  const asking: Asking = { model, attempts, seedBy, maxTokens, takesFormat: isStructured }
  return {
    grade: async (request, signal) => {
      const gate = gateReason(request.prediction, request.reference)
      const nothing = { calls: 0, callKeys: [], inputTokens: 0, outputTokens: 0, costUsd: 0, failure: null }
      if (gate !== null) return { verdict: 'false', reason: gate, ...nothing }
      return await ask(asking, request, signal)
    },
  }
}

interface Asking extends Required<Pick<JudgeOptions, 'model' | 'attempts' | 'seedBy'>> {
  readonly maxTokens: number | null
  /** Until a reply, or a failure, says that the server has no structured output. */
  takesFormat: boolean
}

/** Of an answer that was not there, so that another one may be. */
const withoutAnswer: ReadonlySet<string> = new Set(['empty-content', 'truncated-reasoning', 'unparsable-output'])
/** A greedy judge would say the same again. */
const againTemperature = 0.6

/** How a question is asked again: another seed always, and what the last reply calls for. */
type Again = Pick<GenerateOptions, 'temperature' | 'maxTokens' | 'reasoningEffort'>

async function ask(asking: Asking, request: JudgeRequest, signal: AbortSignal): Promise<JudgeGrade> {
  const { model, attempts } = asking
  const { question, reference, prediction } = request
  const messages = judgePrompt({ question, reference, response: prediction })
  const place = asking.seedBy === 'content' ? [question, reference, prediction] : request.key
  const spent = { calls: 0, callKeys: [] as string[], inputTokens: 0, outputTokens: 0, costUsd: 0 }
  let again: Again = {}
  let failure = { code: 'unclear', message: `the judge gave no clear verdict in ${attempts} attempts` }
  for (let attempt = 0; attempt < attempts; attempt++) {
    spent.calls += 1
    // 31 bits: some servers read the seed as a signed 32-bit integer.
    const seed = hashKey([...place, 'judge', attempt]) >>> 1
    const format = asking.takesFormat ? { responseFormat: verdictFormat } : {}
    try {
      const reply = await model.generate(messages, { purpose: 'judge', seed, ...again, ...format }, signal)
      add(spent, reply)
      const said = readVerdict(reply.text)
      if (!reply.text.trimStart().startsWith('{')) asking.takesFormat = false
      if (said !== null)
        return { verdict: said ? 'true' : 'false', reason: `the judge says ${said}`, ...spent, failure: null }
      again = askedAgain(asking, {
        isCut: reply.finishReason.unified === 'length',
        isReasoning: reply.reasoning !== '',
      })
    } catch (error) {
      const failed = llmFailureOf(error)
      if (failed === null || signal.aborted) throw error
      add(spent, failed)
      const isRefusedFormat = asking.takesFormat && failed.code === 'bad-request'
      asking.takesFormat &&= !isRefusedFormat && failed.code !== 'server'
      failure = { code: failed.code, message: `the judge failed: ${failed.message}` }
      if (!withoutAnswer.has(failed.code) && !isRefusedFormat) return unscorable(failure, spent)
      if (!isRefusedFormat)
        again = askedAgain(asking, { isCut: failed.code === 'truncated-reasoning', isReasoning: true })
    }
  }
  return unscorable(failure, spent)
}

/** More tokens for a reply that was cut, less effort for a model that reasons, and another temperature. */
function askedAgain(
  { maxTokens }: Asking,
  { isCut, isReasoning }: { readonly isCut: boolean; readonly isReasoning: boolean },
): Again {
  return {
    temperature: againTemperature,
    ...(isCut && maxTokens !== null ? { maxTokens: 2 * maxTokens } : {}),
    ...(isCut && isReasoning ? { reasoningEffort: 'low' } : {}),
  }
}

function add(
  spent: { callKeys: string[]; inputTokens: number; outputTokens: number; costUsd: number },
  { key, usage, costUsd }: Pick<LlmFailure, 'key' | 'usage' | 'costUsd'>,
): void {
  spent.callKeys.push(key)
  spent.inputTokens += usage.inputTokens
  spent.outputTokens += usage.outputTokens
  spent.costUsd += costUsd
}

type Spent = Pick<JudgeGrade, 'calls' | 'callKeys' | 'inputTokens' | 'outputTokens' | 'costUsd'>

function unscorable({ code, message }: { readonly code: string; readonly message: string }, spent: Spent): JudgeGrade {
  return { verdict: 'unscorable', reason: message, ...spent, failure: { boundary: 'judge', code, message } }
}
