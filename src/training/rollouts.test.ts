import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Failure } from '../core/failure.ts'
import type { Problem } from '../core/problem.ts'
import type { RolloutRecord } from '../core/records.ts'
import type { Score } from '../core/reward.ts'
import type { PolicySampler, Tokenizer } from '../engines/policy-engine.ts'
import { createBudget } from './budget.ts'
import { collectRollouts, type RolloutPlan, type RolloutTools } from './rollouts.ts'

const problem: Problem = { id: 'p', type: 'math', source: 's', question: 'q', answer: '1', difficulty: 1 }
const plan: RolloutPlan = {
  seed: 1,
  phase: 'train',
  label: '',
  step: 1,
  groupSize: 3,
  sharedDraws: false,
  maxTokens: 8,
  temperature: 1,
  topP: 1,
  concurrency: 2,
}
const scored: Score = { kind: 'scored', reward: 10, parts: [], isCorrect: true, verdict: 'true', reason: '' }
const unscorable: Score = { kind: 'unscorable', reason: 'no judge' }

/** Samples the token 5 and the end; the journal is a map by rollout. */
function fixture(
  scores: readonly Score[],
  firstToken = 5,
  failures: (rollout: number, time: number) => Failure[] = () => [],
) {
  const completion = { tokens: [firstToken, 1], logprobs: [-1, -1], stopReason: 'stop' } as const
  const policy: PolicySampler = {
    sample: async (requests) => requests.map(({ count }) => Array.from({ length: count }, () => completion)),
    logprobs: async () => [],
  }
  const attempted: number[] = []
  const run = async (journal: Map<number, RolloutRecord>) => {
    attempted.length = 0
    const tools: RolloutTools = {
      environment: {
        name: 'scripted',
        prompt: () => [2],
        attempt: async (_problem, _text, _completion, { key }) => {
          const rollout = Number(key.at(-1))
          attempted.push(rollout)
          const found = failures(rollout, attempted.filter((earlier) => earlier === rollout).length)
          const score = found.length > 0 ? unscorable : (scores[rollout] as Score)
          return { record: {}, failures: found, score, costUsd: 1, llmCalls: 1 }
        },
        metrics: () => ({}),
      },
      tokenizer: { encode: () => [], decode: () => 'text', endOfTextId: 1 } as unknown as Tokenizer,
      journal: {
        findRollout: ({ rollout }) => journal.get(rollout),
        recordRollout: (record) => void journal.set(record.rollout, record),
      },
      budget: createBudget(null, () => 0),
      now: () => 0,
    }
    const groups = await collectRollouts(policy, [problem], plan, tools, new AbortController().signal)
    return { kinds: groups.flat().map(({ score }) => score.kind), attempted: attempted.toSorted() }
  }
  return run
}

test('a scored rollout of the journal is not made again; one that nobody could score is', async () => {
  const journal = new Map<number, RolloutRecord>()
  const first = await fixture([scored, unscorable, scored])(journal)
  assert.deepEqual(first, { kinds: ['scored', 'unscorable', 'scored'], attempted: [0, 1, 2] })
  const second = await fixture([scored, scored, scored])(journal)
  assert.deepEqual(second, { kinds: ['scored', 'scored', 'scored'], attempted: [1] })
})

test('a rollout of the journal with other tokens is made again', async () => {
  const journal = new Map<number, RolloutRecord>()
  await fixture([scored, scored, scored])(journal)
  const other = await fixture([scored, scored, scored], 6)(journal)
  assert.deepEqual(other.attempted, [0, 1, 2])
})

const away: Failure = { boundary: 'executor', code: 'network', message: 'connection refused' }

test('a rollout that met a server that was away is tried once more', async () => {
  const run = fixture([scored, scored, scored], 5, (rollout, time) => (rollout === 1 && time === 1 ? [away] : []))
  assert.deepEqual(await run(new Map()), { kinds: ['scored', 'scored', 'scored'], attempted: [0, 1, 1, 2] })
})

test('a server that is still away at the second try ends the run, and what was scored stays in the journal', async () => {
  const journal = new Map<number, RolloutRecord>()
  const run = fixture([scored, scored, scored], 5, (rollout) => (rollout === 2 ? [away] : []))
  await assert.rejects(run(journal), { name: 'BatonError', code: 'network', exitCode: 3 })
  const again = await fixture([scored, scored, scored])(journal)
  assert.deepEqual(again.attempted, [2])
})

test('a failure that belongs to one question alone is not tried again and ends nothing', async () => {
  const broken: Failure = { boundary: 'executor', code: 'server', message: 'status 500' }
  const run = fixture([scored, scored, scored], 5, (rollout) => (rollout === 0 ? [broken] : []))
  assert.deepEqual(await run(new Map()), { kinds: ['unscorable', 'scored', 'scored'], attempted: [0, 1, 2] })
})

test('with shared draws every rollout of a group draws alike, in training only by problem and step', async () => {
  const keys: string[] = []
  const completion = { tokens: [5, 1], logprobs: [-1, -1], stopReason: 'stop' } as const
  const policy: PolicySampler = {
    sample: async (requests) => requests.map(({ count }) => Array.from({ length: count }, () => completion)),
    logprobs: async () => [],
  }
  const tools: RolloutTools = {
    environment: {
      name: 'scripted',
      prompt: () => [2],
      attempt: async (_problem, _text, _completion, { key }) => {
        keys.push(key.join())
        return { record: {}, failures: [], score: scored, costUsd: 0, llmCalls: 0 }
      },
      metrics: () => ({}),
    },
    tokenizer: { encode: () => [], decode: () => 'text', endOfTextId: 1 } as unknown as Tokenizer,
    journal: { findRollout: () => undefined, recordRollout: () => {} },
    budget: createBudget(null, () => 0),
    now: () => 0,
  }
  const signal = new AbortController().signal
  await collectRollouts(policy, [problem], { ...plan, sharedDraws: true }, tools, signal)
  assert.deepEqual(keys, ['1,train,1,p', '1,train,1,p', '1,train,1,p'])
  await collectRollouts(policy, [problem], { ...plan, step: 2 }, tools, signal)
  assert.equal(new Set(keys).size, 4)
})
