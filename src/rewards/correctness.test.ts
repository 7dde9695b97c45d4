import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem } from '../core/problem.ts'
import type { CheckResult, CodeCheck, Sandbox, SandboxLimits } from '../python/sandbox.ts'
import { decideCorrectness } from './correctness.ts'
import { createJudge } from './judge.ts'
import { createFakeChatModel } from './testing/fake-chat-model.ts'

const limits: SandboxLimits = { cpuMs: 1000, wallMs: 5000, memoryMb: 64, maxOutputChars: 1000, maxOperatorCalls: 4 }
const { signal } = new AbortController()

function checker(check: (request: CodeCheck) => CheckResult): Sandbox {
  const unexpected = (): never => assert.fail('only checkCode is expected')
  return {
    runWorkflow: unexpected,
    runCode: unexpected,
    compile: unexpected,
    checkCode: async (request) => check(request),
    close: async () => undefined,
  }
}

const noSandbox = checker(() => assert.fail('no sandbox is expected'))

function decide(problem: Problem, prediction: string, reply = 'True', sandbox = noSandbox) {
  const model = createFakeChatModel(() => reply)
  const judge = createJudge({ model, attempts: 2 })
  const options = { sandbox, judge, limits, decidedBy: 'scorer', key: ['k'] } as const
  return decideCorrectness(problem, prediction, options, signal)
}

const base = { id: 'p', source: 'test', difficulty: 1 }
const math: Problem = { ...base, type: 'math', question: 'What is 6 * 7?', answer: '42' }
const qa: Problem = { ...base, type: 'qa', question: 'Who won?', context: 'Ann won.', answer: 'Ann' }
const code: Problem = {
  ...base,
  type: 'code',
  question: 'Write double(n).',
  answer: 'def double(n): ...',
  entryPoint: 'double',
  hiddenTests: ['assert double(2) == 4', 'assert double(3) == 6'],
}

test('math is decided by its scorer, without a judge', async () => {
  for (const [prediction, verdict] of [
    ['The answer is 42.', 'true'],
    ['41', 'false'],
    ['42 or 41', 'false'],
  ] as const) {
    const decided = await decide(math, prediction)
    assert.equal(decided.verdict, verdict)
    assert.equal(decided.scorer, 'math')
    assert.equal(decided.judged, null)
  }
})

test('an expression that text alone does not settle goes to the judge', async () => {
  const decided = await decide({ ...math, answer: '(x+1)^2' }, 'x^2+2x+1 for every x but one')
  assert.equal(decided.scorer, 'judge')
  assert.equal(decided.verdict, 'true')
})

test('an exact match in qa needs no judge, anything else does', async () => {
  assert.equal((await decide(qa, 'the Ann.')).scorer, 'match')
  const judged = await decide(qa, 'It was Ann who won', 'False')
  assert.equal(judged.scorer, 'judge')
  assert.equal(judged.verdict, 'false')
  assert.equal((await decide(qa, 'It was Ann who won', 'perhaps')).verdict, 'unscorable')
})

test('a choice among letters is decided by the letter', async () => {
  const choice = { ...qa, answer: 'B' }
  assert.equal((await decide(choice, '(B) Ann')).verdict, 'true')
  assert.equal((await decide(choice, 'A, B, C, D')).verdict, 'false')
})

test('code is decided by all hidden tests on the code alone', async () => {
  const seen: CodeCheck[] = []
  const sandbox = checker((request) => {
    seen.push(request)
    const outcomes = request.tests.map((source) => ({ test: source, isPassed: true, error: null, stop: null }))
    return { kind: 'checked', outcomes, isPassed: true }
  })
  const answer = 'Here it is:\n```python\ndef double(n):\n    return 2 * n\n```\nDone.'
  const decided = await decide(code, answer, 'False', sandbox)
  assert.equal(decided.verdict, 'true')
  assert.equal(seen[0]?.code, 'def double(n):\n    return 2 * n\n')
  assert.deepEqual(seen[0]?.tests, code.hiddenTests)
  assert.equal((await decide(code, 'I would double it.')).verdict, 'false')
  const half = checker(({ tests }) => {
    const outcomes = tests.map((source, i) => ({ test: source, isPassed: i === 0, error: null, stop: null }))
    return { kind: 'checked', outcomes, isPassed: false }
  })
  assert.equal((await decide(code, answer, 'True', half)).verdict, 'false')
})

test("code that does not load is wrong; a sandbox that was closed is nobody's fault", async () => {
  const error = { type: 'SyntaxError', message: 'invalid syntax', line: 1 }
  const broken = await decide(
    code,
    'def double(n) return',
    'True',
    checker(() => ({ kind: 'raised', error, stdout: '' })),
  )
  assert.equal(broken.verdict, 'false')
  const closed = await decide(
    code,
    'def double(n): ...',
    'True',
    checker(() => ({ kind: 'aborted', message: 'closed' })),
  )
  assert.equal(closed.verdict, 'unscorable')
  assert.equal(closed.failures[0]?.boundary, 'sandbox')
})

test('empty, overlong and phrase-only answers are wrong for every type, without a call', async () => {
  for (const problem of [math, qa, code])
    for (const prediction of ['', '  ', 'Solution:', 'Ann 42 '.repeat(5000)]) {
      const decided = await decide(problem, prediction)
      assert.equal(decided.verdict, 'false', `${problem.type} ${prediction.slice(0, 20)}`)
      assert.equal(decided.scorer, 'gate')
    }
})

test('in judge-only mode the judge decides what a scorer would', async () => {
  const judge = createJudge({ model: createFakeChatModel(() => 'False'), attempts: 1 })
  const options = { sandbox: noSandbox, judge, limits, decidedBy: 'judge', key: ['k'] } as const
  const decided = await decideCorrectness(math, '42', options, signal)
  assert.deepEqual([decided.verdict, decided.exact], ['false', 'true'], 'the scorer says otherwise, for the record')
  assert.equal((await decideCorrectness(qa, 'It was Ann who won', options, signal)).exact, undefined)
})
