/**
 * The operators of one rollout: answers the calls of a program and keeps account of them. Cost, tokens and counts are
 * taken here, never from the program. The seed of each LLM call is keyed by the rollout, the operator call's number
 * and the number of the question within it, so replies do not depend on what else runs.
 */

import type { Failure } from '../../core/failure.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import { type Problem, problemText } from '../../core/problem.ts'
import { hashKey, type RandomKey } from '../../core/random.ts'
import type { OperatorRecord } from '../../core/rollout-outcome.ts'
import type { ChatModel, Usage } from '../../llm/chat-model.ts'
import type { OperatorCall, OperatorReply, Sandbox, SandboxLimits } from '../../python/sandbox.ts'
import { llmFailureOf } from '../../rewards/index.ts'
import { acceptedPrompt } from './accepted-prompt.ts'
import { answerGenerate } from './answer-generate.ts'
import { argumentText } from './argument-text.ts'
import { custom } from './custom.ts'
import { customCodeGenerate } from './custom-code-generate.ts'
import { formatOperator } from './format.ts'
import { mdEnsemble } from './md-ensemble.ts'
import { ExecutorFailed, type Operator, OperatorRefused } from './operator.ts'
import { programmer } from './programmer.ts'
import { review } from './review.ts'
import { revise } from './revise.ts'
import { scEnsemble } from './sc-ensemble.ts'
import { testOperator } from './test-operator.ts'

/** `await self.llm(prompt)`: the prompt as it is, the reply's text. */
export const bareCall = 'llm'

const implementations: Readonly<Record<string, Operator>> = {
  Custom: custom,
  AnswerGenerate: answerGenerate,
  Programmer: programmer,
  Test: testOperator,
  Review: review,
  Revise: revise,
  ScEnsemble: scEnsemble,
  MdEnsemble: mdEnsemble,
  CustomCodeGenerate: customCodeGenerate,
  Format: formatOperator,
}

export interface OperatorOptions {
  readonly executor: ChatModel
  readonly sandbox: Sandbox
  readonly problem: Problem
  /** Of code that Programmer and Test run. */
  readonly limits: SandboxLimits
  /** The rollout's key. */
  readonly key: RandomKey
  /** Milliseconds, for durations. */
  readonly now: () => number
}

export interface RolloutOperators {
  perform(call: OperatorCall, signal: AbortSignal): Promise<OperatorReply>
  /** In the order in which the program made the calls. */
  records(): readonly OperatorRecord[]
  /** Calls that failed: of boundary `executor` where the service did, of `policy` where the program asked what cannot be asked. */
  failures(): readonly Failure[]
  /** Rules that the program was seen to break while it ran. */
  violations(): readonly Failure[]
  /** What was thrown that was neither an abort nor a failure: a programmer's mistake, hidden by the sandbox; undefined if none. */
  mistake(): unknown
}

interface Account {
  llmCalls: number
  readonly callKeys: string[]
  failedLlmCalls: number
  malformedReplies: number
  inputTokens: number
  outputTokens: number
  costUsd: number
  /** What its answers alone cost, without the tries before them that a service spoilt: what the program is charged. */
  readonly charged: { inputTokens: number; outputTokens: number; costUsd: number }
}

const newAccount = (): Account => ({
  llmCalls: 0,
  callKeys: [],
  failedLlmCalls: 0,
  malformedReplies: 0,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
  charged: { inputTokens: 0, outputTokens: 0, costUsd: 0 },
})

export function createOperators(options: OperatorOptions): RolloutOperators {
  const records = new Map<number, OperatorRecord>()
  const failures = new Map<number, Failure>()
  const violations = new Map<number, Failure>()
  const underWay = new Set<Promise<unknown>>()
  let lost: ExecutorFailed | null = null
  let mistake: unknown

  const performOne = async (call: OperatorCall, signal: AbortSignal): Promise<OperatorReply> => {
    const account = newAccount()
    const startedAt = options.now()
    const keep = (outcome: OperatorRecord['outcome'], result: Json, message: string | null): void => {
      const timing = { durationMs: options.now() - startedAt }
      const args = shortened(call.args) ?? {}
      const { index, operator } = call
      const { charged: _, ...spent } = account
      records.set(index, { index, operator, args, outcome, result: shortened(result), message, ...spent, timing })
    }
    try {
      const value = await run(call, options, {
        account,
        signal,
        onViolation: (violation) => violations.set(call.index, violation),
      })
      keep('returned', value, null)
      return { kind: 'returned', value, ...account.charged }
    } catch (error) {
      if (error instanceof ExecutorFailed) {
        failures.set(call.index, { boundary: 'executor', code: error.code, message: error.message })
        lost ??= error
      } else if (error instanceof OperatorRefused) {
        if (error.code !== null)
          failures.set(call.index, { boundary: 'policy', code: error.code, message: error.message })
      } else {
        keep('abandoned', null, null)
        if (!signal.aborted) mistake = error
        throw error
      }
      keep('failed', null, error.message)
      return { kind: 'failed', message: error.message, ...account.charged }
    }
  }

  const perform = async (call: OperatorCall, signal: AbortSignal): Promise<OperatorReply> => {
    if (lost === null) {
      const made = performOne(call, signal)
      const settled = made.catch(() => undefined)
      underWay.add(settled)
      const reply = await made.finally(() => underWay.delete(settled))
      if (lost === null) return reply
    }
    // What the program would answer now says nothing of it. The other calls are paid for: their replies are kept.
    await Promise.all(underWay)
    return { kind: 'abort', message: (lost as ExecutorFailed).message }
  }

  return {
    perform,
    records: () => inOrder(records),
    failures: () => inOrder(failures),
    violations: () => inOrder(violations),
    mistake: () => mistake,
  }
}

async function run(
  call: OperatorCall,
  options: OperatorOptions,
  {
    account,
    signal,
    onViolation,
  }: { readonly account: Account; readonly signal: AbortSignal; readonly onViolation: (violation: Failure) => void },
): Promise<Json> {
  const ask = createAsk(call, options, { account, signal })
  if (call.operator === bareCall) return await ask(argumentText(Object.values(call.args)[0]))
  const implementation = implementations[call.operator]
  if (implementation === undefined) throw new OperatorRefused(`There is no operator ${call.operator}.`)
  const { problem, sandbox, limits, key } = options
  return await implementation(call.args, {
    problem,
    sandbox,
    limits,
    signal,
    seed: hashKey([...key, 'operator-code', call.index]),
    ask,
    noteMalformed: () => {
      account.malformedReplies += 1
    },
    violate: (code, message) => onViolation({ boundary: 'policy', code, message }),
  })
}

/** Asks the executor and books every call, failed ones too. */
function createAsk(
  call: OperatorCall,
  options: OperatorOptions,
  { account, signal }: { readonly account: Account; readonly signal: AbortSignal },
): (prompt: string) => Promise<string> {
  const purpose = `executor/${call.operator}`
  return async (written) => {
    const prompt = acceptedPrompt(written, problemText(options.problem))
    // 31 bits: some servers read the seed as a signed 32-bit integer, and take all ones for "random".
    const seed = hashKey([...options.key, 'operator', call.index, account.llmCalls]) >>> 1
    account.llmCalls += 1
    try {
      const reply = await options.executor.generate([{ role: 'user', content: prompt }], { purpose, seed }, signal)
      account.callKeys.push(reply.key)
      book(account, reply.usage, reply.costUsd)
      book(account.charged, reply.answerUsage, reply.answerCostUsd)
      // Half a surrogate pair in it would be one in the program's next prompt.
      return reply.text.toWellFormed()
    } catch (error) {
      const failure = llmFailureOf(error)
      if (failure === null || signal.aborted) throw error
      account.failedLlmCalls += 1
      account.callKeys.push(failure.key)
      book(account, failure.usage, failure.costUsd)
      if (failure.code === 'bad-request' && (await answersPlainly(options, account, { purpose, signal })))
        throw new OperatorRefused(`${call.operator}: the request was refused: ${failure.message}`, 'prompt-refused')
      throw new ExecutorFailed(failure.code, `${call.operator}: the executor failed: ${failure.message}`)
    }
  }
}

/**
 * Whether the server answers the problem as it is: then what it refused was the program's prompt, and not any prompt. Asked
 * once a rollout, since the same question is answered from the cache.
 */
async function answersPlainly(
  { executor, problem, key }: OperatorOptions,
  account: Account,
  { purpose, signal }: { readonly purpose: string; readonly signal: AbortSignal },
): Promise<boolean> {
  const content = problemText(problem).toWellFormed()
  const seed = hashKey([...key, 'operator', 'plain']) >>> 1
  try {
    const reply = await executor.generate([{ role: 'user', content }], { purpose, seed }, signal)
    account.callKeys.push(reply.key)
    book(account, reply.usage, reply.costUsd)
    return true
  } catch (error) {
    const failure = llmFailureOf(error)
    if (failure === null || signal.aborted) throw error
    book(account, failure.usage, failure.costUsd)
    return false
  }
}

type Spending = Pick<Account, 'inputTokens' | 'outputTokens' | 'costUsd'>

function book(spending: Spending, usage: Usage, costUsd: number): void {
  spending.inputTokens += usage.inputTokens
  spending.outputTokens += usage.outputTokens
  spending.costUsd += costUsd
}

function inOrder<T>(byIndex: ReadonlyMap<number, T>): T[] {
  return [...byIndex].sort(([a], [b]) => a - b).map(([, item]) => item)
}

const maxShownChars = 200

function shortened(value: Json): Record<string, string> | null {
  if (value === null) return null
  const fields: JsonObject = typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : { value }
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, cut(argumentText(field))]))
}

function cut(text: string): string {
  if (text.length <= maxShownChars) return text
  // A cut must not leave half of a surrogate pair.
  return `${text.slice(0, maxShownChars - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
