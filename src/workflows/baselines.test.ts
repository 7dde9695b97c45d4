import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Problem, ProblemType } from '../core/problem.ts'
import { randomFor } from '../core/random.ts'
import type { AttemptContext, Environment } from '../training/index.ts'
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

/** A candidate's program is its skill in percent; luck depends on the problem alone. */
function skilled(onAttempt: (problem: Problem, program: string, context: AttemptContext) => void = () => undefined) {
  const environment: Environment = {
    name: 'test',
    prompt: () => [],
    metrics: () => ({}),
    attempt: async (problem, program, _completion, context) => {
      onAttempt(problem, program, context)
      const isCorrect = randomFor(...context.key).next() * 100 < Number(program)
      const parts = [{ name: 'correctness', value: isCorrect ? 10 : -5 }]
      const verdict = isCorrect ? 'true' : 'false'
      const score = { kind: 'scored', reward: isCorrect ? 10 : -5, parts, isCorrect, verdict, reason: '' } as const
      return { record: {}, failures: [], score, costUsd: 0.01, llmCalls: 1 }
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
    candidates: (type) => candidates(type === 'math' ? [10, 30, 95, 20, 40, 5, 15] : [80, 10, 20])(),
    onProgress: (done, total) => {
      last = [done, total]
    },
  })
  assert.deepEqual(
    found.map(({ type, best }) => [type, best.program, best.attempts]),
    [
      ['math', '95', 40],
      ['qa', '80', 40],
    ],
  )
  const counted = found.flatMap(({ standings }) => standings)
  assert.equal(counted.length, 10)
  assert.equal(
    counted.reduce((sum, standing) => sum + standing.attempts, 0),
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
        found?.standings.every(({ attempts }) => attempts >= Math.min(size, 8)),
        'each candidate has its chance',
      )
      assert.equal(found?.standings.length, count)
    }),
    { numRuns: 40 },
  )
})

test('a budget that is spent ends the search', async () => {
  const beforeAttempt = (): void => {
    throw new Error('budget')
  }
  const search = { ...common, environment: skilled(), problems: problemsOf('math', 2), beforeAttempt }
  await assert.rejects(searchFixedWorkflows({ ...search, candidates: candidates([1, 2]) }), /budget/)
})
