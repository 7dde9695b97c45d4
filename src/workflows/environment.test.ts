import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Problem } from '../core/problem.ts'
import type { SampledRollout } from '../core/records.ts'
import type { Tokenizer } from '../engines/policy-engine.ts'
import { createPythonAnalyzer } from '../python/analysis/index.ts'
import { createSandbox, type Sandbox } from '../python/index.ts'
import { createJudge } from '../rewards/index.ts'
import { createFakeChatModel, type FakeCall, fakeLlmError } from '../rewards/testing/fake-chat-model.ts'
import { plainRewards } from '../rewards/testing/plain-rewards.ts'
import type { Environment } from '../training/index.ts'
import { createWorkflowEnvironment } from './environment.ts'
import { baselineProgram, writeProgram } from './programs/index.ts'

const limits = { cpuMs: 2000, wallMs: 20_000, memoryMb: 256, maxOutputChars: 10_000, maxOperatorCalls: 16 }
const base = { source: 'test', difficulty: 1 }
const math: Problem = { ...base, id: 'm', type: 'math', question: 'What is 6 * 7?', answer: '42' }
const qa: Problem = { ...base, id: 'q', type: 'qa', question: 'Who won?', context: 'Ann won.', answer: 'Ann' }
const code: Problem = {
  ...base,
  id: 'c',
  type: 'code',
  question: 'Write a Python function `double(n)` that doubles n.',
  answer: 'def double(n):\n    return 2 * n',
  entryPoint: 'double',
  publicTests: ['assert double(2) == 4'],
  hiddenTests: ['assert double(9) == 18', 'assert double(-1) == -2'],
}

let sandbox: Sandbox
before(async () => {
  sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 2 })
})
after(async () => {
  await sandbox.close()
})

const rightCode = '```python\ndef double(n):\n    return 2 * n\n\ndef solve():\n    return double(2)\n```'

function answer({ prompt }: FakeCall): string {
  if (prompt.startsWith('Write a Python program'))
    return prompt.includes('double') ? rightCode : '```python\ndef solve():\n    return 6 * 7\n```'
  if (prompt.startsWith('Think step by step'))
    return `<thought>hm</thought><answer>${prompt.includes('6 * 7') ? '41' : 'Ann did'}</answer>`
  return 'True'
}

async function environment(reply: (call: FakeCall) => string | Error = answer, callPrice = 0): Promise<Environment> {
  return createWorkflowEnvironment({
    executor: createFakeChatModel(reply),
    judge: createJudge({ model: createFakeChatModel(reply), attempts: 2 }),
    sandbox,
    analyzer: await createPythonAnalyzer(),
    rewards: plainRewards({ callPrice }),
    limits,
    promptStyle: 'brief',
    promptMaxTokens: 64,
    now: () => 0,
  })
}

const completion = { tokens: [1], logprobs: [-0.1], stopReason: 'stop' as const }

async function attempt(made: Environment, problem: Problem, text: string): Promise<SampledRollout> {
  const { signal } = new AbortController()
  const outcome = await made.attempt(problem, text, completion, { key: ['k', problem.id], signal })
  return {
    version: 1,
    phase: 'train',
    step: 1,
    label: '',
    position: 0,
    problemId: problem.id,
    problemType: problem.type,
    source: problem.source,
    difficulty: 1,
    rollout: 0,
    prompt: [],
    ...completion,
    text,
    outcome: outcome.record,
    failures: outcome.failures,
    score: outcome.score,
    advantage: null,
    costUsd: outcome.costUsd,
    llmCalls: outcome.llmCalls,
    solving: outcome.solving,
    timing: { startedAt: '', durationMs: 0 },
  }
}

const rewardOf = ({ score }: SampledRollout): number => (score.kind === 'scored' ? score.reward : Number.NaN)

test('programs run in the sandbox against the executor, are scored, and their metrics say what they did', async () => {
  const made = await environment()
  const right = await attempt(made, math, baselineProgram('programmer', 'math') ?? '')
  assert.equal(rewardOf(right), 10)
  assert.equal(right.costUsd, 0.001)
  const wrong = await attempt(made, math, baselineProgram('cot', 'math') ?? '')
  assert.equal(rewardOf(wrong), -5)
  const tested = await attempt(made, code, baselineProgram('programmer-test', 'code') ?? '')
  assert.equal(rewardOf(tested), 10, JSON.stringify(tested.outcome))
  const judged = await attempt(made, qa, baselineProgram('cot', 'qa') ?? '')
  assert.equal(rewardOf(judged), 10)
  assert.equal(judged.llmCalls, 2)
  assert.equal(judged.solving?.calls, 1, 'the judge does not help to solve')
  const broken = await attempt(made, qa, 'class Workflow:\n    pass\n')
  const raising = await attempt(
    made,
    math,
    (baselineProgram('cot', 'math') ?? '').replace('["answer"]', '["answer"][99]'),
  )
  assert.equal(raising.failures[0]?.code, 'index-error')
  assert.equal(rewardOf(raising), -10)
  const misused = await attempt(
    made,
    math,
    writeProgram([
      { kind: 'generate', generator: { operator: 'Programmer', key: 'output' }, times: 1 },
      { kind: 'test' },
    ]),
  )
  assert.equal(rewardOf(misused), 5)

  const metrics = made.metrics([right, wrong, tested, judged, broken, raising, misused])
  const rounded = Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, Number(value.toFixed(4))]))
  assert.equal(rounded['workflow/format_rate'], 1)
  assert.equal(rounded['workflow/valid_rate'], Number((6 / 7).toFixed(4)))
  assert.equal(rounded['workflow/fallback_rate'], Number((2 / 7).toFixed(4)))
  assert.equal(rounded['workflow/violation_rate'], Number((1 / 7).toFixed(4)))
  assert.equal(rounded['workflow/api_error_rate'], 0)
  assert.equal(rounded['operators/Programmer/share'], Number((3 / 8).toFixed(4)))
  assert.equal(rounded['operators/math/Test/share'], 0.2)
  assert.equal(rounded['operators/qa/AnswerGenerate/share'], 1)
  // One call each of right, wrong, tested, judged (without the judge's), raising and misused; broken makes none.
  assert.equal(rounded['operators/calls'], Number((6 / 7).toFixed(4)))
  assert.equal(rounded['operators/math/calls'], 1)
  assert.equal(rounded['operators/qa/calls'], 0.5)
  assert.equal(rounded['accuracy/math'], 0.5)
  assert.equal(rounded['accuracy/code'], 1)
  assert.equal(rounded['judge/calls'], 1)
  assert.equal(rounded['judge/true_rate'], 1)
  assert.equal(rounded['cost/executor'], 0.006)
  assert.equal(rounded['cost/judge'], 0.001)
  assert.ok((rounded['operators/entropy'] ?? 0) > 0)
  const shares = Object.entries(metrics).filter(([name]) => /^operators\/[^/]+\/share$/.test(name))
  assert.ok(Math.abs(shares.reduce((sum, [, value]) => sum + value, 0) - 1) < 1e-9)
})

test('calls of the operators have a price, those of the judge have none', async () => {
  const made = await environment(answer, 0.5)
  // Five answers, and a letter that cannot be read: it is asked for again.
  assert.equal(rewardOf(await attempt(made, math, baselineProgram('cot-sc-5', 'math') ?? '')), -5 - 7 * 0.5)
  assert.equal(rewardOf(await attempt(made, qa, baselineProgram('cot', 'qa') ?? '')), 10 - 0.5)
  assert.equal(rewardOf(await attempt(made, code, baselineProgram('programmer-test', 'code') ?? '')), 10 - 0.5)
})

test('a program that catches a call lost to the executor has no reward, right or wrong, and asks nothing more', async () => {
  let questions = 0
  const flaky = await environment((call) => (questions++ === 0 ? fakeLlmError('timeout') : answer(call)), 0.5)
  const catching = (baselineProgram('cot', 'math') ?? '').replace(
    /^( {8})(\w+) = (await self\.answer_generate.*)$/m,
    '$1try:\n$1    $2 = $3\n$1except Exception:\n$1    $2 = $3',
  )
  const caught = await attempt(flaky, math, catching)
  assert.equal(questions, 1)
  assert.deepEqual(
    [caught.score.kind, caught.failures.map(({ boundary, code: name }) => `${boundary}/${name}`)],
    ['unscorable', ['executor/timeout']],
  )
})

test('a judge that fails leaves the rollout without a reward', async () => {
  const made = await environment((call) => (call.messages.length > 1 ? fakeLlmError('empty-content') : answer(call)))
  const rollout = await attempt(made, qa, baselineProgram('cot', 'qa') ?? '')
  assert.equal(rollout.score.kind, 'unscorable')
  assert.equal(rollout.failures[0]?.boundary, 'judge')
  const metrics = made.metrics([rollout])
  assert.equal(metrics['judge/unscorable_rate'], 1)
  assert.equal(metrics['judge/empty_rate'], 1)
})

test('an executor that is gone leaves the rollout without a reward', async () => {
  const made = await environment(() => fakeLlmError('network'))
  const rollout = await attempt(made, math, baselineProgram('cot', 'math') ?? '')
  assert.equal(rollout.score.kind, 'unscorable')
  assert.equal(made.metrics([rollout])['workflow/api_error_rate'], 1)
  assert.equal(rollout.costUsd, 0.0005)
})

test('the same attempt gives the same record, one at a time or many at once', async () => {
  const made = await environment()
  const programs = ['cot', 'cot-sc-5', 'programmer', 'self-refine'] as const
  const texts = programs.map((name) => baselineProgram(name, 'math') ?? '')
  const alone: SampledRollout[] = []
  for (const text of texts) alone.push(await attempt(made, math, text))
  const together = await Promise.all(texts.map((text) => attempt(made, math, text)))
  assert.deepEqual(together, alone)
})

test('the prompt is the question and the type, in tokens of the policy', async () => {
  const tokenizer: Tokenizer = {
    encode: (text) => [...text].map((character) => character.charCodeAt(0)),
    decode: (tokens) => String.fromCharCode(...tokens),
    vocabularySize: 65_536,
    endOfTextId: 0,
    padId: 0,
  }
  const made = await environment()
  assert.equal(tokenizer.decode(made.prompt(math, tokenizer)), 'What is 6 * 7?\n### math\n')
})

test('no metric is undefined or infinite without a rollout', async () => {
  const metrics = (await environment()).metrics([])
  assert.ok(Object.values(metrics).every(Number.isFinite))
})
