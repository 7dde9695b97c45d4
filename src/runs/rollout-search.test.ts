import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import type { SampledRollout } from '../core/records.ts'
import type { WorkflowOutcome } from '../core/rollout-outcome.ts'
import type { RolloutSearch } from './rollout-search.ts'
import { createRun, readRun } from './runs.ts'
import { makeOlder } from './testing/older-journal.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-search-'))
after(() => rmSync(root, { recursive: true }))

function rolloutAt(step: number, rollout: number, operators: readonly string[], reward: number | null): SampledRollout {
  const outcome: WorkflowOutcome = {
    ...{ environment: 'workflows', version: 1, outcome: 'answered', prediction: '7', usedFallback: false, program: '' },
    ...{ isValid: true, findings: [], repairs: [], violations: 0, fallback: null, correctness: null, simulator: null },
    operators: operators.map((operator, index) => ({
      ...{ index, operator, args: {}, outcome: 'returned', result: {}, message: null, llmCalls: 1, callKeys: [] },
      ...{ failedLlmCalls: 0, malformedReplies: 0, inputTokens: 1, outputTokens: 1, costUsd: 0 },
      timing: { durationMs: 1 },
    })),
  }
  const verdict = (reward ?? 0) > 0 ? ('true' as const) : ('false' as const)
  return {
    ...{ version: 1, phase: 'train', step, label: '', position: 0, problemId: 'p', problemType: 'math', source: 's' },
    ...{ difficulty: 1, rollout, prompt: [1], tokens: [2], logprobs: [-0.5], stopReason: 'stop', text: '', outcome },
    failures: reward === null ? [{ boundary: 'judge', code: 'empty-content', message: '' }] : [],
    score:
      reward === null
        ? { kind: 'unscorable', reason: 'no verdict' }
        : { kind: 'scored', reward, parts: [], isCorrect: reward > 0, verdict, reason: '' },
    ...{ advantage: null, costUsd: 0, llmCalls: 1, timing: { startedAt: '2026-01-01T00:00:00.000Z', durationMs: 1 } },
  }
}

const all: RolloutSearch = { phase: 'train', label: '' }
const searches: readonly [search: RolloutSearch, found: readonly string[]][] = [
  [all, ['2/0', '2/1', '1/0', '1/1']],
  [{ ...all, step: 1 }, ['1/0', '1/1']],
  [{ ...all, operator: 'Test' }, ['2/0', '1/0']],
  [{ ...all, verdict: 'unscorable' }, ['2/1']],
  [{ ...all, failure: 'judge/empty-content' }, ['2/1']],
  [{ ...all, failure: 'unscorable' }, ['2/1']],
  [{ ...all, least: 0, most: 2 }, ['2/0']],
  [{ ...all, phase: 'evaluation', label: 'after' }, []],
]

function checkSearch(folder: string): void {
  const run = readRun(folder)
  for (const [search, found] of searches) {
    const { total, rollouts } = run.searchRollouts(search, { limit: 10 })
    assert.deepEqual(
      rollouts.map(({ step, rollout }) => `${step}/${rollout}`),
      found,
      JSON.stringify(search),
    )
    assert.equal(total, found.length)
  }
  const page = run.searchRollouts(all, { order: 'highest', offset: 1, limit: 2 })
  assert.deepEqual(
    [page.total, page.rollouts.map(({ step, rollout }) => `${step}/${rollout}`)],
    [4, ['2/0', '1/1']],
    'those without a reward come last',
  )
  assert.deepEqual(run.searchRollouts(all, { offset: 9, limit: 2 }), { total: 4, rollouts: [] }, 'behind the last page')
  assert.deepEqual(run.rolloutFacets(all).operators, [
    { value: 'Custom', rollouts: 2 },
    { value: 'Test', rollouts: 2 },
  ])
  run.close()
}

test('rollouts are found alike in journals of today, of yesterday and of older layouts', () => {
  const store = createRun({
    ...{ root, name: 'run', resolvedYaml: 'seed: 1\n' },
    origin: { configHash: 'abc', seed: 1, datasets: {}, argv: [] },
  })
  store.recordRollout(rolloutAt(1, 0, ['Test', 'Test', 'Custom'], 3))
  store.recordRollout(rolloutAt(1, 1, [], -5))
  store.recordRollout(rolloutAt(2, 0, ['Test'], 1))
  store.recordRollout(rolloutAt(2, 1, ['Custom'], null))
  store.close()
  checkSearch(store.folder)
  // Before today's digests named the operators.
  const journal = new DatabaseSync(join(store.folder, 'journal.sqlite'))
  journal.exec("UPDATE rollouts SET digest = json_remove(digest, '$.operators')")
  journal.close()
  checkSearch(store.folder)
  makeOlder(store.folder, 3)
  checkSearch(store.folder)
})
