import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Json } from '../../core/json.ts'
import type { Problem } from '../../core/problem.ts'
import { serviceFailureKinds } from '../../core/service-failures.ts'
import { createPythonAnalyzer, type PythonAnalyzer } from '../../python/analysis/index.ts'
import type { OperatorReply, Sandbox, WorkflowProgram, WorkflowResult } from '../../python/sandbox.ts'
import { createFakeChatModel, fakeLlmError } from '../../rewards/testing/fake-chat-model.ts'
import { maxAddedPromptChars } from '../contract/index.ts'
import { baselineProgram, fallbackProgram } from '../programs/index.ts'
import { executeWorkflow } from './index.ts'
import { predictionOf } from './prediction.ts'

const limits = { cpuMs: 1000, wallMs: 5000, memoryMb: 64, maxOutputChars: 1000, maxOperatorCalls: 4 }
const math: Problem = { id: 'm', type: 'math', source: 'test', question: '6 * 7?', answer: '42', difficulty: 1 }
const good = baselineProgram('cot', 'math') ?? ''

let analyzer: PythonAnalyzer
before(async () => {
  analyzer = await createPythonAnalyzer()
})

type Perform = (operator: string, args: Record<string, Json>) => Promise<OperatorReply>

interface Scene {
  readonly text: string
  readonly run?: (program: WorkflowProgram, perform: Perform) => Promise<WorkflowResult>
  readonly reply?: string | Error
  readonly runFallback?: boolean
  readonly problem?: Problem
  readonly signal?: AbortSignal
  readonly executor?: ReturnType<typeof createFakeChatModel>
}

/** Runs one AnswerGenerate and returns its answer, as every canonical program here does. */
const answerOnce = async (_: WorkflowProgram, perform: Perform): Promise<WorkflowResult> => {
  const reply = await perform('AnswerGenerate', { input: 'p' })
  if (reply.kind !== 'returned') return raised('RuntimeError', reply.kind)
  const { answer } = reply.value as { answer: string }
  return { kind: 'returned', value: [answer, 0.5], stdout: '' }
}

const raised = (type: string, message: string): WorkflowResult => ({
  kind: 'raised',
  error: { type, message, line: 3 },
  stdout: '',
})

function execute({
  text,
  run = answerOnce,
  reply = '<answer>42</answer>',
  runFallback = false,
  problem = math,
  signal,
  executor = createFakeChatModel(() => reply),
}: Scene) {
  const programs: WorkflowProgram[] = []
  const sandbox: Sandbox = {
    runWorkflow: async (program, perform, _limits, outer) => {
      programs.push(program)
      let index = 0
      const call: Perform = (operator, args) =>
        perform({ index: ++index, operator, args }, outer ?? new AbortController().signal)
      try {
        return await run(program, call)
      } catch (error) {
        return { kind: 'aborted', message: String(error) }
      }
    },
    runCode: () => assert.fail('no code is expected to run'),
    checkCode: () => assert.fail('no tests are expected to run'),
    compile: async () => null,
    close: async () => undefined,
  }
  const deps = { executor, sandbox, analyzer, limits, runFallback, now: () => 0 }
  const context = { key: ['k'], signal: signal ?? new AbortController().signal }
  return { programs, executor, attempt: executeWorkflow({ completionText: text, problem, deps }, context) }
}

test('a valid program runs as written and its answer is the prediction', async () => {
  const { attempt, programs } = execute({ text: good })
  const done = await attempt
  assert.equal(done.outcome, 'answered')
  assert.equal(done.prediction, '42')
  assert.equal(done.isValid, true)
  assert.deepEqual(done.repairs, [])
  assert.deepEqual(done.failures, [])
  assert.equal(programs[0]?.code.trim(), good.trim())
  assert.deepEqual(programs[0]?.callArgs, { problem: '6 * 7?', entry_point: null })
  assert.deepEqual(
    done.operators.map(({ operator, costUsd, outcome }) => [operator, costUsd, outcome]),
    [['AnswerGenerate', 0.001, 'returned']],
  )
})

test('a program with a mendable fault is repaired, and the repair is told', async () => {
  const { attempt, programs } = execute({ text: good.replace('problem, entry_point=None', 'problem') })
  const done = await attempt
  assert.equal(done.outcome, 'answered')
  assert.equal(done.isValid, false)
  assert.ok(done.repairs.length > 0)
  assert.match(programs[0]?.code ?? '', /problem, entry_point=None/)
})

test('a completion without a program is unreadable and costs nothing', async () => {
  const { attempt, executor } = execute({ text: 'I would multiply six by seven.' })
  const done = await attempt
  assert.equal(done.outcome, 'unreadable')
  assert.equal(done.prediction, null)
  assert.equal(done.failures[0]?.boundary, 'parse')
  assert.equal(executor.calls.length, 0)
})

test('a program that stays invalid is not run', async () => {
  const { attempt, programs } = execute({ text: 'class Workflow:\n    def (:\n' })
  const done = await attempt
  assert.equal(done.outcome, 'failed')
  assert.equal(done.failures[0]?.boundary, 'policy')
  assert.equal(programs.length, 0)
})

for (const [name, result, code] of [
  ['raises', raised('KeyError', "'answer'"), 'key-error'],
  ['raises an exception of its own', raised('MyOwnError', ''), 'exception'],
  ['does not compile', raised('IndentationError', 'unexpected indent'), 'compile-error'],
  ['computes too long', { kind: 'deadline', limit: 'cpu' }, 'deadline-cpu'],
  ['waits too long', { kind: 'deadline', limit: 'wall' }, 'deadline-wall'],
  ['takes too much memory', { kind: 'memory' }, 'memory'],
  ['prints too much', { kind: 'output' }, 'output'],
  ['calls too often', { kind: 'operator-calls' }, 'operator-calls'],
  ['reaches out', { kind: 'violation', what: 'import os' }, 'violation'],
  ['kills its process', { kind: 'crashed', message: 'signal 9' }, 'crashed'],
] as const satisfies readonly (readonly [string, WorkflowResult, string])[])
  test(`a program that ${name} has failed with the code ${code}`, async () => {
    const done = await execute({ text: good, run: async () => result }).attempt
    assert.equal(done.outcome, 'failed')
    assert.equal(done.prediction, null)
    assert.deepEqual(
      done.failures.map((failure) => `${failure.boundary}/${failure.code}`),
      [`sandbox/${code}`],
    )
  })

const answersAnyway = async (program: WorkflowProgram, perform: Perform): Promise<WorkflowResult> => {
  await answerOnce(program, perform)
  return { kind: 'returned', value: '41', stdout: '' }
}

for (const kind of serviceFailureKinds)
  for (const [what, run] of [
    ['raises', answerOnce],
    ['catches it and answers', answersAnyway],
  ] as const)
    test(`a program whose call was lost to ${kind} is not to blame, nor credited, when it ${what}`, async () => {
      const done = await execute({ text: good, reply: fakeLlmError(kind), run, runFallback: true }).attempt
      assert.equal(done.outcome, 'unavailable')
      assert.deepEqual([done.prediction, done.fallback, done.usedFallback], [null, null, false])
      assert.deepEqual(
        done.failures.map((failure) => `${failure.boundary}/${failure.code}`),
        [`executor/${kind}`],
      )
    })

const asksWith =
  (input: string) =>
  async (_: WorkflowProgram, perform: Perform): Promise<WorkflowResult> => {
    const reply = await perform('AnswerGenerate', { input })
    const message = reply.kind === 'failed' ? reply.message : reply.kind
    return raised('RuntimeError', message)
  }

for (const [code, input] of [
  ['prompt-too-long', 'x'.repeat(maxAddedPromptChars + math.question.length + 1)],
  ['prompt-not-unicode', 'half a pair: \ud83d'],
  ['prompt-not-unicode', 'NUL: \0'],
] as const)
  test(`a program that asks with a ${code} (${JSON.stringify(input.slice(0, 12))}) is to blame, and no server is asked`, async () => {
    const { attempt, executor } = execute({ text: good, run: asksWith(input) })
    const done = await attempt
    assert.equal(done.outcome, 'failed')
    assert.deepEqual(
      done.failures.map((failure) => `${failure.boundary}/${failure.code}`),
      [`policy/${code}`, 'sandbox/runtime-error'],
    )
    assert.equal(executor.calls.length, 0)
  })

test('a request that the server refuses is the fault of the program where the plain problem is answered', async () => {
  const run = async (_: WorkflowProgram, perform: Perform): Promise<WorkflowResult> => {
    const reply = await perform('Custom', { instruction: '', input: 'BAD' })
    return reply.kind === 'failed' ? raised('KeyError', 'later mistake') : { kind: 'returned', value: '1', stdout: '' }
  }
  const refusing = (always: boolean) =>
    createFakeChatModel(({ messages }) =>
      always || String(messages[0]?.content).includes('BAD') ? fakeLlmError('bad-request') : 'fine',
    )
  const outcomeWith = async (always: boolean) => {
    const { attempt } = execute({ text: good, run, executor: refusing(always) })
    const { outcome, failures } = await attempt
    return [outcome, ...failures.map((failure) => `${failure.boundary}/${failure.code}`)]
  }
  assert.deepEqual(await outcomeWith(false), ['failed', 'policy/prompt-refused', 'sandbox/key-error'])
  assert.deepEqual(await outcomeWith(true), ['unavailable', 'executor/bad-request'])
})

test('an empty prompt is not sent and is the fault of the program, which may catch it', async () => {
  const run = async (_: WorkflowProgram, perform: Perform): Promise<WorkflowResult> => {
    await perform('Custom', { instruction: ' ', input: '' })
    return { kind: 'returned', value: '41', stdout: '' }
  }
  const { attempt, executor } = execute({ text: good, run })
  const done = await attempt
  assert.deepEqual([done.outcome, done.prediction], ['answered', '41'])
  assert.deepEqual(
    done.failures.map((failure) => `${failure.boundary}/${failure.code}`),
    ['policy/prompt-empty'],
  )
  assert.equal(executor.calls.length, 0)
})

test('the length of the problem itself is not counted against the program', async () => {
  const long: Problem = { ...math, question: 'y'.repeat(maxAddedPromptChars) }
  const done = await execute({ text: good, problem: long, run: asksWith(long.question + long.question) }).attempt
  assert.equal(done.failures[0]?.code, 'prompt-too-long')
  const fits = await execute({ text: good, problem: long }).attempt
  assert.equal(fits.outcome, 'answered')
})

test('the fallback answers where it is wanted, and what went wrong stays on record', async () => {
  const { attempt, programs } = execute({ text: 'nothing', runFallback: true })
  const done = await attempt
  assert.equal(done.usedFallback, true)
  assert.equal(done.outcome, 'unreadable')
  assert.equal(done.prediction, '42')
  assert.deepEqual(done.operators, [])
  assert.equal(done.fallback?.operators.length, 1)
  assert.equal(programs[0]?.code, fallbackProgram('math'))
})

test('an operator that the type does not allow is one violation, in the text and while it ran', async () => {
  const program = baselineProgram('programmer-test', 'code') ?? ''
  const run = async (_: WorkflowProgram, perform: Perform): Promise<WorkflowResult> => {
    await perform('Test', { problem: 'p', solution: '42', entry_point: 'f' })
    return { kind: 'returned', value: ['42', 0], stdout: '' }
  }
  const done = await execute({ text: program, run }).attempt
  assert.equal(done.outcome, 'answered')
  assert.equal(done.violations, 1)
  assert.deepEqual(
    done.failures.map((failure) => `${failure.boundary}/${failure.code}`),
    ['policy/operator-not-allowed'],
  )
})

test('an abort and a mistake of ours are thrown on', async () => {
  const aborted = new AbortController()
  const run = async (): Promise<WorkflowResult> => {
    aborted.abort(new Error('stop'))
    return { kind: 'aborted', message: 'stop' }
  }
  await assert.rejects(execute({ text: good, run, signal: aborted.signal }).attempt, /stop/)
  await assert.rejects(execute({ text: good, reply: new TypeError('oops') }).attempt, TypeError)
})

test('the answer is taken from what a workflow returns', () => {
  const cases: readonly (readonly [Json, string])[] = [
    [['42', 0.1], '42'],
    [['42', null], '42'],
    [['42', '0.0'], '42'],
    [['3', '4'], '["3","4"]'],
    [[42, 0.1, -3.5], '42'],
    ['42', '42'],
    [4.5, '4.5'],
    [true, 'True'],
    [null, ''],
    [[null, 0], ''],
    [['a', 'b'], '["a","b"]'],
    [{ response: '42' }, '{"response":"42"}'],
  ]
  for (const [value, prediction] of cases) assert.equal(predictionOf(value), prediction)
})
