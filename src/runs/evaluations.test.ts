import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { EvaluationRecord, SampledRollout } from '../core/records.ts'
import { plainOutcome } from '../testing/plain-outcome.ts'
import { createRun, openRun, type RunStore, readRun } from './index.ts'
import { openJournal, writeEvaluation } from './journal.ts'
import { Statements } from './statements.ts'
import { sampledRollouts } from './testing/sampled-rollouts.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'baton-evaluations-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function make(resolvedYaml = 'evaluation:\n  temperature: 1\n'): RunStore {
  const origin = { configHash: 'sha256:0', seed: 1, datasets: {}, argv: ['train'] }
  return createRun({ root, name: 'run', resolvedYaml, origin })
}

const outcome = { problemId: 'p', problemType: 'math', isCorrect: true, costUsd: 0.5 } as const

const evaluation = (label: string, step: number): EvaluationRecord => ({
  version: 1,
  label,
  step,
  split: 'test',
  decoding: label.endsWith('-sampled') ? 'sampled' : 'greedy',
  temperature: label.endsWith('-sampled') ? 1 : 0,
  metrics: { accuracy: step / 10 },
  outcomes: [{ ...outcome, llmCalls: 3, inputTokens: 100, outputTokens: 20 }],
})

const rollout = (label: string, step: number, text = label): SampledRollout => ({
  version: 1,
  phase: 'evaluation',
  step,
  label,
  position: 0,
  problemId: 'p',
  problemType: 'math',
  source: 's',
  difficulty: 1,
  rollout: 0,
  prompt: [1],
  tokens: [2],
  logprobs: [-0.1],
  stopReason: 'stop',
  text,
  outcome: { ...plainOutcome, data: { 'ünï "quoted"': [0.1, null] } },
  failures: [],
  score: { kind: 'unscorable', reason: '' },
  advantage: null,
  costUsd: 0,
  llmCalls: 0,
  timing: { startedAt: '2026-01-01T00:00:00Z', durationMs: 5 },
})

test('an evaluation of an older journal says how it was decoded, and that calls and tokens were not measured', () => {
  for (const [temperature, decoding] of [
    [1, 'sampled'],
    [0, 'greedy'],
  ] as const) {
    const store = make(`evaluation:\n  temperature: ${temperature}\n`)
    store.close()
    const journal = openJournal(join(store.folder, 'journal.sqlite'), 'write')
    for (const label of ['after', 'best-fixed']) {
      const older = { version: 1, label, step: 3, split: 'validation', metrics: {}, outcomes: [outcome] }
      writeEvaluation(new Statements(journal), older as unknown as EvaluationRecord)
    }
    journal.close()
    const run = readRun(store.folder)
    const [after, fixed] = run.evaluations()
    run.close()
    assert.deepEqual([after?.decoding, after?.temperature], [decoding, temperature])
    assert.deepEqual([fixed?.decoding, fixed?.temperature], ['greedy', 0])
    assert.deepEqual(after?.outcomes[0], { ...outcome, llmCalls: null, inputTokens: null, outputTokens: null })
    rmSync(store.folder, { recursive: true })
  }
})

test('evaluations get new labels with their rollouts and lines, and keep their places', () => {
  const store = make()
  store.recordEvaluation(evaluation('before', 0))
  for (const label of ['after', 'after-sampled']) {
    store.recordRollout(rollout(label, 3))
    store.recordEvaluation(evaluation(label, 3))
  }
  store.recordRollout(rollout('after', 5))
  store.recordRollout(rollout('step-3', 3, 'of an evaluation that was taken back'))
  store.renameEvaluations([
    { from: 'after', to: 'step-3', step: 3 },
    { from: 'after-sampled', to: 'step-3-sampled', step: 3 },
  ])
  store.recordEvaluation(evaluation('after', 5))
  const seen = (run: Pick<RunStore, 'evaluations' | 'rollouts'>) => ({
    evaluations: run.evaluations().map(({ label, step, metrics }) => [label, step, metrics['accuracy']]),
    rollouts: run.rollouts().map(({ label, step, text }) => [label, step, text]),
  })
  const expected = {
    evaluations: [
      ['before', 0, 0],
      ['step-3', 3, 0.3],
      ['step-3-sampled', 3, 0.3],
      ['after', 5, 0.5],
    ],
    rollouts: [
      ['after', 5, 'after'],
      ['step-3', 3, 'after'],
      ['step-3-sampled', 3, 'after-sampled'],
    ],
  }
  assert.deepEqual(seen(store), expected)
  assert.deepEqual(sampledRollouts(store)[1], rollout('step-3', 3, 'after'))
  const lines = readFileSync(join(store.folder, 'metrics.jsonl'), 'utf8').trim().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).evaluation),
    ['before', 'step-3', 'step-3-sampled', 'after'],
  )
  store.close()
  const again = openRun(store.folder)
  assert.deepEqual(seen(again), expected)
  again.close()
})

test('either all of several evaluations get their new labels or none does', () => {
  const store = make()
  store.recordEvaluation(evaluation('after', 3))
  store.recordEvaluation(evaluation('after-sampled', 3))
  store.recordEvaluation(evaluation('step-3-sampled', 3))
  assert.throws(
    () =>
      store.renameEvaluations([
        { from: 'after', to: 'step-3', step: 3 },
        { from: 'after-sampled', to: 'step-3-sampled', step: 3 },
      ]),
    /UNIQUE/,
  )
  assert.deepEqual(
    store.evaluations().map(({ label }) => label),
    ['after', 'after-sampled', 'step-3-sampled'],
  )
  store.close()
})
