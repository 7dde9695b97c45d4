/** A stage for tests of operators: scripted replies, a scripted sandbox, and what was asked. */
import assert from 'node:assert/strict'
import type { JsonObject } from '../../../core/json.ts'
import type { Problem } from '../../../core/problem.ts'
import type { ChatModel } from '../../../llm/chat-model.ts'
import type {
  CheckResult,
  CodeCheck,
  CodeProgram,
  CodeResult,
  OperatorReply,
  Sandbox,
} from '../../../python/sandbox.ts'
import { createFakeChatModel, type FakeCall } from '../../../rewards/testing/fake-chat-model.ts'
import { createOperators } from '../index.ts'

const limits = { cpuMs: 1000, wallMs: 5000, memoryMb: 64, maxOutputChars: 1000, maxOperatorCalls: 4 }
const { signal } = new AbortController()
export const math: Problem = { id: 'm', type: 'math', source: 'test', question: '6 * 7?', answer: '42', difficulty: 1 }
export const code: Problem = {
  ...math,
  type: 'code',
  question: 'Write double(n).',
  answer: '-',
  entryPoint: 'double',
  publicTests: ['assert double(2) == 4', 'assert double(0) == 0'],
  hiddenTests: ['assert double(9) == 18'],
}

interface Scene {
  readonly problem?: Problem
  /** Replies of the executor, in order; the last one stays. */
  readonly replies?: readonly (string | Error | ((call: FakeCall) => string))[]
  /** In place of the one with the replies. */
  readonly executor?: ChatModel
  readonly runCode?: (program: CodeProgram) => CodeResult
  readonly checkCode?: (check: CodeCheck) => CheckResult
}

export function scene({ problem = math, replies = ['ok'], executor: given, runCode, checkCode }: Scene) {
  const executor = createFakeChatModel((asked, i) => {
    const reply = replies[Math.min(i, replies.length - 1)] ?? 'ok'
    return typeof reply === 'function' ? reply(asked) : reply
  })
  const sandbox: Sandbox = {
    runWorkflow: () => assert.fail('no workflow is expected'),
    runCode: async (program) => runCode?.(program) ?? assert.fail('no code is expected to run'),
    checkCode: async (check) => checkCode?.(check) ?? assert.fail('no tests are expected to run'),
    compile: async () => null,
    close: async () => undefined,
  }
  const made = createOperators({ executor: given ?? executor, sandbox, problem, limits, key: ['k', 7], now: () => 0 })
  const call = (operator: string, args: JsonObject, index = 1): Promise<OperatorReply> =>
    made.perform({ index, operator, args }, signal)
  return { executor, made, call }
}

export async function returnedValue(reply: Promise<OperatorReply>): Promise<JsonObject> {
  const settled = await reply
  assert.equal(settled.kind, 'returned')
  return settled.kind === 'returned' ? (settled.value as JsonObject) : {}
}

export const passes = (check: CodeCheck, isPassed = true): CheckResult => ({
  kind: 'checked',
  isPassed,
  outcomes: check.tests.map((source) => ({
    test: source,
    isPassed,
    error: isPassed ? null : { type: 'AssertionError', message: '', line: 1 },
    stop: null,
  })),
})
