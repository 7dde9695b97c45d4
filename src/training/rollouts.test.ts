import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Failure } from '../core/failure.ts'
import type { Problem } from '../core/problem.ts'
import type { SampledRollout } from '../core/records.ts'
import type { Score } from '../core/reward.ts'
import type { PolicySampler, Tokenizer } from '../engines/policy-engine.ts'
import { plainOutcome } from '../testing/plain-outcome.ts'
import { createBudget } from './budget.ts'
import { collectRollouts, type RolloutPlan, type RolloutTools } from './rollouts.ts'

const problem: Problem = { id: 'p', type: 'math', source: 's', question: 'q', answer: '1', difficulty: 1 }
const plan: Omit<RolloutPlan, 'policy'> = {
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
const solving = { calls: 1, inputTokens: 8, outputTokens: 2, costUsd: 0 }
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
  const run = async (journal: Map<number, SampledRollout>) => {
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
          return { record: plainOutcome, failures: found, score, costUsd: 1, llmCalls: 1, solving }
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
      signal: new AbortController().signal,
    }
    const groups = await collectRollouts([problem], { ...plan, policy }, tools)
    return { kinds: groups.flat().map(({ score }) => score.kind), attempted: attempted.toSorted() }
  }
  return run
}

test('a scored rollout of the journal is not made again; one that nobody could score is', async () => {
  const journal = new Map<number, SampledRollout>()
  const first = await fixture([scored, unscorable, scored])(journal)
  assert.deepEqual(first, { kinds: ['scored', 'unscorable', 'scored'], attempted: [0, 1, 2] })
  const second = await fixture([scored, scored, scored])(journal)
  assert.deepEqual(second, { kinds: ['scored', 'scored', 'scored'], attempted: [1] })
})

test('a rollout of the journal with other tokens is made again', async () => {
  const journal = new Map<number, SampledRollout>()
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
  const journal = new Map<number, SampledRollout>()
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

/** Completions whose texts are given, for every problem alike; tells the key and text of each attempt. */
async function attemptsOf(texts: readonly string[], problems: readonly Problem[], change: Partial<RolloutPlan>) {
  const attempts: { readonly key: string; readonly text: string }[] = []
  const policy: PolicySampler = {
    sample: async (requests) =>
      requests.map(() => texts.map((_, i) => ({ tokens: [i, 1], logprobs: [-1, -1], stopReason: 'stop' as const }))),
    logprobs: async () => [],
  }
  const tools: RolloutTools = {
    environment: {
      name: 'scripted',
      prompt: () => [2],
      attempt: async (_problem, text, _completion, { key }) => {
        attempts.push({ key: key.join(), text })
        return {
          record: { ...plainOutcome, outcome: text },
          failures: [],
          score: scored,
          costUsd: 0,
          llmCalls: 0,
          solving,
        }
      },
      metrics: () => ({}),
    },
    tokenizer: { encode: () => [], decode: ([i = 0]: number[]) => texts[i], endOfTextId: 1 } as unknown as Tokenizer,
    journal: { findRollout: () => undefined, recordRollout: () => {} },
    budget: createBudget(null, () => 0),
    now: () => 0,
    signal: new AbortController().signal,
  }
  const options = { ...plan, groupSize: texts.length, ...change }
  const groups = await collectRollouts(problems, { ...options, policy }, tools)
  return { attempts, outcomes: groups.map((group) => group.map(({ outcome }) => outcome.outcome)) }
}

test('with shared draws every rollout of a group draws alike, in training only by problem and step', async () => {
  const keysOf = async (change: Partial<RolloutPlan>) =>
    (await attemptsOf(['a', 'b', 'c'], [problem], change)).attempts.map(({ key }) => key)
  assert.deepEqual(await keysOf({ sharedDraws: true }), ['1,train,1,p', '1,train,1,p', '1,train,1,p'])
  assert.deepEqual(await keysOf({ step: 2 }), ['1,train,2,p,0', '1,train,2,p,1', '1,train,2,p,2'])
})

test('with shared draws equal texts on one problem are one attempt, without them each is its own', async () => {
  const other = { ...problem, id: 'q' }
  const { attempts, outcomes } = await attemptsOf(['a', 'b', 'a'], [problem, other], { sharedDraws: true })
  assert.deepEqual(attempts.map(({ key, text }) => `${key} ${text}`).toSorted(), [
    '1,train,1,p a',
    '1,train,1,p b',
    '1,train,1,q a',
    '1,train,1,q b',
  ])
  assert.deepEqual(outcomes, [
    ['a', 'b', 'a'],
    ['a', 'b', 'a'],
  ])
  assert.equal((await attemptsOf(['a', 'b', 'a'], [problem, other], {})).attempts.length, 6)
})

test('a problem that comes twice in one step draws anew the second time', async () => {
  const { attempts } = await attemptsOf(['a'], [problem, problem], { sharedDraws: true })
  assert.deepEqual(attempts.map(({ key }) => key).toSorted(), ['1,train,1,p', '1,train,1,p,1'])
})
