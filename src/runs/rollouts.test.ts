/** Rollouts of journals of before tokens were kept apart. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { SampledRollout } from '../core/records.ts'
import { plainOutcome } from '../testing/plain-outcome.ts'
import { createRun, openRun, type RunReader, readRun } from './index.ts'
import { digestOf } from './testing/digest-of.ts'
import { makeOlder } from './testing/older-journal.ts'
import { sampledRollouts, withoutTokens } from './testing/sampled-rollouts.ts'

const rolloutAt = (step: number, rollout: number): SampledRollout => ({
  ...{ version: 1, phase: 'train', label: '', step, position: 0, rollout, problemId: `p${step}` },
  ...{ problemType: 'qa', source: 's', difficulty: 2, prompt: [1, 2], tokens: [3, 4], logprobs: [-0.1, -1e-7] },
  ...{ stopReason: 'length', text: 'x — 文', outcome: plainOutcome },
  failures: [{ boundary: 'sandbox', code: 'name-error', message: 'said "x"' }],
  score: { kind: 'unscorable', reason: 'no verdict' },
  ...{ advantage: 0.25, costUsd: 0.5, llmCalls: 2 },
  timing: { startedAt: '2026-01-01T00:00:00Z', durationMs: 5 },
})

test('an older run has the same rollouts, digests and pages, before and after a writer brings it up to date', () => {
  const root = mkdtempSync(join(tmpdir(), 'baton-rollouts-'))
  const origin = { configHash: '', seed: 1, datasets: {}, argv: [] }
  const store = createRun({ root, name: 'run', resolvedYaml: 'seed: 1\n', origin })
  const all = [1, 2].flatMap((step) => [0, 1, 2].map((rollout) => rolloutAt(step, rollout)))
  for (const rollout of all) store.recordRollout(rollout)
  store.close()
  makeOlder(store.folder, 3)
  const check = (run: RunReader): void => {
    assert.deepEqual(sampledRollouts(run), all)
    assert.deepEqual(run.rollouts(), all.map(withoutTokens))
    assert.deepEqual(run.rolloutDigests(), all.map(digestOf))
    const [, second] = all as [SampledRollout, SampledRollout]
    assert.deepEqual(run.rolloutDigests({ step: 1 }, { after: second, limit: 5 }), [digestOf(all[2] as SampledRollout)])
    assert.equal(run.findRollout({ ...second, step: 9 }), undefined)
  }
  const old = readRun(store.folder)
  check(old)
  const writer = openRun(store.folder)
  check(writer)
  // A reader from before sees the new tables.
  check(old)
  writer.recordRollout({ ...rolloutAt(1, 0), text: 'new' })
  assert.equal(writer.findRollout(rolloutAt(1, 0))?.text, 'new')
  old.close()
  writer.close()
  rmSync(root, { recursive: true })
})
