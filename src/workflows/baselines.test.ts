import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Problem, ProblemType } from '../core/problem.ts'
import { randomFor } from '../core/random.ts'
import { plainOutcome } from '../testing/plain-outcome.ts'
import type { AttemptContext, Environment } from '../training/index.ts'
import { attemptOnce } from './attempt-once.ts'
import { type FixedWorkflow, searchFixedWorkflows } from './baselines.ts'

function problemsOf(type: ProblemType, count: number): Problem[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `${type}-${i}`,
    type,
    source: 'test',
    question: 'q',
    answer: 'a',
    difficulty: 1,
  }))
}

const nothing = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }

/** A candidate's program is its skill in percent, and its calls (default 1); luck depends on the problem alone. */
function skilled(onAttempt: (problem: Problem, program: string, context: AttemptContext) => void = () => undefined) {
  const environment: Environment = {
    name: 'test',
    prompt: () => [],
    metrics: () => ({}),
    attempt: async (problem, program, _completion, context) => {
      onAttempt(problem, program, context)
      const [skill = 0, llmCalls = 1] = program.split(' ').map(Number)
      const isCorrect = randomFor(...context.key).next() * 100 < skill
      const reward = (isCorrect ? 10 : -5) - 0.5 * llmCalls
      const parts = [{ name: 'all', value: reward }]
      const score = {
        kind: 'scored',
        reward,
        parts,
        isCorrect,
        verdict: isCorrect ? 'true' : 'false',
        reason: '',
      } as const
      const solving = { ...nothing, calls: llmCalls }
      return { record: plainOutcome, failures: [], score, costUsd: 0.01, llmCalls, solving }
    },
  }
  return environment
}

const candidates = (skills: readonly number[]) => (): FixedWorkflow[] =>
  skills.map((skill, i) => ({ name: `candidate ${i}`, program: String(skill) }))
const { signal } = new AbortController()
const common = { seed: 1, concurrency: 4, signal }

test('the ablest candidate of each type wins, and the counts add up', async () => {
  const problems = [...problemsOf('math', 40), ...problemsOf('qa', 40)]
  let attempts = 0
  let last: readonly [number, number] = [0, 0]
  const found = await searchFixedWorkflows({
    ...common,
    environment: skilled(() => {
      attempts += 1
    }),
    problems,
    finalists: 4,
    candidates: ([type]) => candidates(type === 'math' ? [10, 30, 95, 20, 40, 5, 15] : [80, 10, 20])(),
    onProgress: (done, total) => {
      last = [done, total]
    },
  })
  assert.deepEqual(
    found.map(({ group, best }) => [group, best.program, best.attempts]),
    [
      ['math', '95', 40],
      ['qa', '80', 40],
    ],
  )
  const counted = found.flatMap(({ results }) => results)
  assert.equal(counted.length, 10)
  assert.equal(
    counted.reduce((sum, result) => sum + result.attempts, 0),
    attempts,
  )
  assert.deepEqual(last, [attempts, attempts])
  assert.ok(attempts < 10 * 40, 'halving must save attempts')
  assert.ok(Math.abs(counted.reduce((sum, { costUsd }) => sum + costUsd, 0) - attempts * 0.01) < 1e-9)
})

test('the result depends on neither concurrency nor what else is searched', async () => {
  const search = (concurrency: number, problems: readonly Problem[]) =>
    searchFixedWorkflows({
      ...common,
      concurrency,
      environment: skilled(),
      problems,
      candidates: candidates([50, 55, 60, 45]),
    })
  const math = problemsOf('math', 16)
  const [alone] = await search(1, math)
  const [together] = await search(16, [...math, ...problemsOf('qa', 4)])
  assert.deepEqual(together, alone)
})

test('all candidates meet a problem under the same key, and equals are decided by effort, then order', async () => {
  const keys = new Map<string, Set<string>>()
  const environment = skilled((problem, _program, { key }) => {
    keys.set(problem.id, (keys.get(problem.id) ?? new Set()).add(JSON.stringify(key)))
  })
  const [found] = await searchFixedWorkflows({
    ...common,
    environment,
    problems: problemsOf('math', 8),
    candidates: candidates([50, 50, 50]),
  })
  assert.equal(found?.best.name, 'candidate 0')
  assert.ok([...keys.values()].every((seen) => seen.size === 1))
})

test('any number of candidates and problems ends with the winner measured on all problems', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 70 }), async (count, size) => {
      const [found] = await searchFixedWorkflows({
        ...common,
        environment: skilled(),
        problems: problemsOf('math', size),
        candidates: candidates(Array.from({ length: count }, (_, i) => (i * 37) % 100)),
      })
      assert.equal(found?.best.attempts, size)
      assert.ok(
        found?.results.every(({ attempts }) => attempts >= Math.min(size, 8)),
        'each candidate has its chance',
      )
      assert.equal(found?.results.length, count)
    }),
    { numRuns: 40 },
  )
})

test('groups are what the caller says, each with the candidates for its types', async () => {
  const problems = [...problemsOf('math', 12), ...problemsOf('code', 12)]
  const asked: (readonly ProblemType[])[] = []
  const search = (groupOf: (problem: Problem) => string) =>
    searchFixedWorkflows({
      ...common,
      environment: skilled(),
      problems,
      groupOf,
      candidates: (types) => {
        asked.push(types)
        return candidates([20, 90])()
      },
    })
  const [all, ...others] = await search(() => 'all')
  assert.deepEqual([all?.group, all?.problems, all?.best.program, others.length], ['all', 24, '90', 0])
  const parities = await search(({ id }) => (Number(id.slice(id.indexOf('-') + 1)) % 2 === 0 ? 'even' : 'odd'))
  assert.deepEqual(
    parities.map(({ group, problems: count }) => [group, count]),
    [
      ['even', 12],
      ['odd', 12],
    ],
  )
  assert.deepEqual(asked, [
    ['code', 'math'],
    ['code', 'math'],
    ['code', 'math'],
  ])
})

test('the frontier keeps what is cheap beside what is good, and the best by reward weighs both', async () => {
  const programs = ['95 9', '93 3', '60 1', '50 1', '92 8', '40 6', '30 2', '20 7', '10 5', '5 4']
  const [found] = await searchFixedWorkflows({
    ...common,
    environment: skilled(),
    problems: problemsOf('math', 200),
    candidates: () => programs.map((program) => ({ name: program, program })),
  })
  assert.deepEqual(
    found?.frontier.map(({ program }) => program),
    ['60 1', '93 3', '95 9'],
  )
  assert.equal(found?.best.program, '93 3')
  assert.equal(found?.rounds.at(-1)?.candidates, 6)
})

test('candidates for a mix of types are allowed for all of them, and no two have one name', async () => {
  const names: string[] = []
  const environment = skilled((problem, program) => {
    if (problem.id === 'math-0') names.push(program)
  })
  const one = [...problemsOf('math', 1), ...problemsOf('code', 1)]
  const [found] = await searchFixedWorkflows({ ...common, environment, problems: one, groupOf: () => 'all' })
  const results = found?.results ?? []
  assert.equal(new Set(results.map(({ name }) => name)).size, results.length)
  assert.ok(results.length > 40 && results.every(({ program }) => !program.includes('operator.Test')))
  assert.ok(results.some(({ name }) => name === 'Programmer (code)'))
  const [code] = await searchFixedWorkflows({ ...common, environment, problems: one.slice(1) })
  assert.ok(code?.results.some(({ program }) => program.includes('operator.Test')))
})

test('equal programs on equal problems are attempted once, but for what could not be scored', async () => {
  let attempts = 0
  let isAway = true
  const plain = skilled(() => {
    attempts += 1
  })
  const once = attemptOnce({
    ...plain,
    attempt: async (...given) => {
      const outcome = await plain.attempt(...given)
      return isAway ? { ...outcome, score: { kind: 'unscorable', reason: 'away' } } : outcome
    },
  })
  const search = (groupOf: (problem: Problem) => string) =>
    searchFixedWorkflows({
      ...common,
      environment: once,
      problems: problemsOf('math', 8),
      groupOf,
      candidates: candidates([50, 60]),
    })
  await search(() => 'a')
  isAway = false
  const [first] = await search(() => 'a')
  assert.equal(attempts, 2 * 2 * 8)
  const [second] = await search(() => 'b')
  assert.equal(attempts, 2 * 2 * 8)
  assert.deepEqual(second?.best, first?.best)
})

test('a budget that is spent ends the search', async () => {
  const beforeAttempt = (): void => {
    throw new Error('budget')
  }
  const search = { ...common, environment: skilled(), problems: problemsOf('math', 2), beforeAttempt }
  await assert.rejects(searchFixedWorkflows({ ...search, candidates: candidates([1, 2]) }), /budget/)
})

test('a search that can hardly score anything ends, and says which service failed', async () => {
  const environment: Environment = {
    ...skilled(),
    attempt: async () => ({
      record: plainOutcome,
      failures: [{ boundary: 'executor', code: 'timeout', message: 'no answer in time' }],
      score: { kind: 'unscorable', reason: '' },
      costUsd: 0,
      llmCalls: 1,
      solving: nothing,
    }),
  }
  const search = { ...common, environment, problems: problemsOf('math', 2), candidates: candidates([1, 2]) }
  await assert.rejects(searchFixedWorkflows({ ...search, maxUnscorableRate: 0.5 }), {
    name: 'BatonError',
    exitCode: 3,
    message: 'the search for fixed workflows: 4 of 4 rollouts could not be scored (no answer in time).',
  })
})
