/** Outcomes of before they had types, of newer versions, and of environments that are not known. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, test } from 'node:test'
import type { JsonObject } from '../core/json.ts'
import type { SampledRollout } from '../core/records.ts'
import type { RolloutOutcome } from '../core/rollout-outcome.ts'
import { plainOutcome } from '../testing/plain-outcome.ts'
import { createRun, openRun, readRun } from './index.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'baton-outcomes-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const rollout: SampledRollout = {
  ...{ version: 1, phase: 'train', label: '', step: 1, position: 0, rollout: 0, problemId: 'p', problemType: 'qa' },
  ...{ source: 's', difficulty: 2, prompt: [1], tokens: [3], logprobs: [-0.1], stopReason: 'stop', text: 'x' },
  ...{ outcome: plainOutcome, failures: [], score: { kind: 'unscorable', reason: '' } },
  ...{ advantage: 0.25, costUsd: 0.5, llmCalls: 2, timing: { startedAt: '2026-01-01T00:00:00Z', durationMs: 5 } },
}

/** What a run says of a rollout whose outcome lies in its journal like this. */
function readBack(stored: JsonObject): { outcome: RolloutOutcome; name: string | undefined; folder: string } {
  const store = createRun({
    root,
    name: 'run',
    resolvedYaml: 'seed: 1\n',
    origin: { configHash: '', seed: 1, datasets: {}, argv: [] },
  })
  const name = typeof stored['outcome'] === 'string' ? stored['outcome'] : ''
  store.recordRollout({ ...rollout, outcome: { environment: 'other', outcome: name, data: stored } })
  store.close()
  const run = readRun(store.folder)
  const outcome = run.rollouts()[0]?.outcome as RolloutOutcome
  const digest = run.rolloutDigests()[0]?.outcome
  run.close()
  return { outcome, name: digest, folder: store.folder }
}

const judged = { verdict: 'true', reason: 'same', calls: 2, callKeys: ['k'], costUsd: 0.1, failure: null }
const call = {
  operator: 'Custom',
  args: { input: 'a', n: 3 },
  outcome: 'returned',
  result: { response: 'b' },
  llmCalls: 1,
}

test('the record of a workflow without a version is one of today, with nothing where it had nothing', () => {
  const { outcome, name } = readBack({
    ...{ outcome: 'answered', prediction: '4', usedFallback: false, program: 'class Workflow: ...', isValid: true },
    ...{ findings: [], repairs: [], violations: 1, operators: [call], fallback: null },
    correctness: { verdict: 'true', reason: 'same', scorer: 'judge', judged },
  })
  const nothing = { callKeys: [], failedLlmCalls: 0, malformedReplies: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }
  const operator = { ...call, args: { input: 'a', n: '3' }, index: 0, message: null, timing: { durationMs: 0 } }
  assert.deepEqual(outcome, {
    ...{ environment: 'workflows', version: 1, outcome: 'answered', prediction: '4', usedFallback: false },
    ...{ program: 'class Workflow: ...', isValid: true, findings: [], repairs: [], violations: 1 },
    operators: [{ ...nothing, ...operator }],
    fallback: null,
    correctness: {
      ...{ verdict: 'true', reason: 'same', scorer: 'judge' },
      judged: { ...judged, inputTokens: 0, outputTokens: 0 },
    },
    simulator: null,
  })
  assert.equal(name, 'answered')
})

test('a record that is damaged or half there is read as what it has', () => {
  for (const broken of [
    { outcome: 'failed' },
    { outcome: 'failed', operators: 'none', repairs: { a: 1 }, correctness: 3, fallback: [], findings: null },
  ]) {
    const { outcome } = readBack(broken)
    rmSync(join(root, 'run'), { recursive: true })
    assert.ok(outcome.environment === 'workflows' && outcome.outcome === 'failed')
    assert.deepEqual([outcome.operators, outcome.repairs, outcome.findings, outcome.program], [[], [], [], null])
  }
})

test('a newer version is read as its name and its data, and recording the rollout again loses nothing of it', () => {
  for (const stored of [
    { environment: 'workflows', version: 2, outcome: 'postponed', operators: { of: 'another shape' } },
    { environment: 'another', version: 1, outcome: 'answered' },
    { environment: 'demonstrations', version: '1', outcome: 'answered' },
  ]) {
    const { outcome, name, folder } = readBack(stored)
    assert.deepEqual(outcome, { environment: 'other', outcome: stored.outcome, data: stored })
    assert.equal(name, stored.outcome)
    const store = openRun(folder)
    const whole = store.findRollout(rollout) as SampledRollout
    store.recordRollout({ ...whole, advantage: 1 })
    store.close()
    const database = new DatabaseSync(join(folder, 'journal.sqlite'), { readOnly: true })
    const { content } = database.prepare('SELECT content FROM rollout_contents').get() as { content: string }
    database.close()
    assert.deepEqual(JSON.parse(content).outcome, stored)
    rmSync(folder, { recursive: true })
  }
})
