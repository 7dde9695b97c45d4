/**
 * The whole flow once: problems are made, a tiny policy is warm-started on a few plans of which some are no good, and
 * trained against the simulator by real executions in the sandbox; its rewards rise, and the report has the figures.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { writeReports } from '../src/cli/run-summary.ts'
import type { AdvantageOptions } from '../src/core/advantages.ts'
import { groupsOf } from '../src/core/rollout-group.ts'
import type { RunReport } from '../src/reports/index.ts'
import { openRun, type RunStore } from '../src/runs/index.ts'
import { foldedEvents } from '../src/runs/run-store-suite.ts'
import { synthesise } from '../src/simulation/problems/synthesise.ts'
import { splitText } from '../src/simulation/problems/synthetic-files.ts'
import { makeTinyPolicy, tinyPromptTokens } from './tiny-policy.ts'
import { type WholeRun, wholeRun } from './whole-run.ts'

const steps = 10
let root = ''
let run: WholeRun
let store: RunStore

before(async () => {
  root = mkdtempSync(join(tmpdir(), 'baton-flow-'))
  const path = (split: string): string => join(root, `${split}.jsonl`)
  const { train, validation } = synthesise({ seed: 11, train: 240, validation: 80 })
  const problems = train.filter(({ type }) => type === 'math')
  writeFileSync(path('train'), splitText(problems))
  writeFileSync(path('validation'), splitText(validation.filter(({ type }) => type === 'math')))
  await makeTinyPolicy(join(root, 'policy'), problems)
  run = await wholeRun(root, [
    `policy.model=${join(root, 'policy')}`,
    `policy.promptMaxTokens=${tinyPromptTokens}`,
    'policy.maxCompletionTokens=32',
    `data.train=${path('train')}`,
    `data.validation=${path('validation')}`,
    `training.steps=${steps}`,
    'training.problemsPerStep=8',
    'training.groupSize=8',
    'training.learningRate=0.003',
    'training.checkpointEvery=5',
    'evaluation.problems=24',
    'llm.simulator.skill=1.3',
    'llm.executor.inputPerMillionUsd=1',
  ])
  store = openRun(run.folder)
})

after(() => {
  store?.close()
  rmSync(root, { recursive: true, force: true })
})

test('the reward rises from the first steps of a training to its last', () => {
  const rewards = store.steps().map(({ metrics }) => metrics['reward'] as number)
  assert.equal(rewards.length, steps)
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  // 128 rollouts each: the deviation of the difference is 0.9. Seeds 1 to 3 rise by 5.8, 7.1 and 6.9.
  const rise = mean(rewards.slice(-2)) - mean(rewards.slice(0, 2))
  assert.ok(rise > 3, `${rise.toFixed(2)}: ${rewards.map((reward) => reward.toFixed(1)).join(' ')}`)
})

test('every rollout ran for real: programs, operators, calls and dollars are on record', () => {
  const rollouts = run.rollouts.filter(({ phase }) => phase === 'train')
  assert.equal(rollouts.length, steps * 8 * 8)
  const answered = rollouts.filter(({ outcome }) => outcome.outcome === 'answered')
  assert.ok(answered.length > rollouts.length / 2, `${answered.length} of ${rollouts.length} answered`)
  // Rollouts that do the same with the same draws share their calls: each is on record once, and counts for all of them.
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  const bought = sum(Object.values(run.calls).map(({ calls }) => calls))
  assert.ok(bought > 0 && bought <= sum(run.rollouts.map(({ llmCalls }) => llmCalls)))
  const spentUsd = sum(Object.values(run.calls).map(({ costUsd }) => costUsd))
  assert.ok(spentUsd > 0 && spentUsd <= sum(run.rollouts.map(({ costUsd }) => costUsd)) + 1e-9)
})

test('how each advantage came about gives the very number that the policy was trained on', () => {
  const { training } = store.config as unknown as { readonly training: { readonly advantages: AdvantageOptions } }
  let relative = 0
  for (const { step } of store.steps()) {
    const groups = groupsOf(store.rolloutDigests({ phase: 'train', step }), training.advantages)
    for (const { rollout, derivation } of groups.flatMap(({ members }) => members)) {
      assert.equal(derivation?.advantage, rollout.advantage)
      if (derivation?.kind === 'relative') relative += 1
    }
  }
  assert.ok(relative > steps * 8, `${relative} advantages other than 0`)
})

test('the events of the run are its whole course: measured, forecast, every rollout, steps, checkpoints', () => {
  const events = store.since(0)
  const { steps: folded, evaluations } = foldedEvents(events)
  assert.deepEqual([folded, evaluations], [store.steps(), store.evaluations()])
  const countOf = (kind: string): number => events.filter((event) => event.kind === kind).length
  assert.deepEqual([countOf('forecast'), countOf('checkpoint')], [1, 2])
  const places = events.flatMap((event) => (event.kind === 'rollout' && event.place !== null ? [event.place] : []))
  assert.equal(places.length, store.rolloutDigests().length)
  for (const place of places.slice(0, 50)) assert.notEqual(store.findRollout(place), undefined)
  const first = (kind: string): number => events.findIndex((event) => event.kind === kind)
  assert.ok(first('evaluation') < first('forecast') && first('forecast') < first('step'))
})

test('the report of the run has its figures', () => {
  writeReports(store)
  const read = (name: string): string => readFileSync(join(run.folder, name), 'utf8')
  const report = JSON.parse(read('report.json')) as RunReport
  const { before, after } = run.result
  const accuracies = [before[0], after[0], before[1], after[1]].map(
    (evaluation) => evaluation?.metrics['accuracy'] as number,
  )
  assert.deepEqual(
    report.comparison.map(({ all }) => all.value),
    accuracies,
  )
  assert.deepEqual(
    report.curve.map(({ metrics }) => metrics['reward']),
    store.steps().map(({ metrics }) => metrics['reward']),
  )
  for (const name of ['report.md', 'report.html']) {
    const text = read(name)
    for (const accuracy of accuracies) assert.ok(text.includes((100 * accuracy).toFixed(1)), `${name}: ${accuracy}`)
    assert.match(text, /Programmer/, name)
  }
  assert.match(read('report.html'), /<svg/)
  assert.match(read('learning-curve.svg'), /<svg/)
})

test('the last checkpoint is whole and stands at the last step', () => {
  const latest = store.checkpoints.latest()
  assert.equal(latest?.step, steps)
  assert.deepEqual(latest?.skipped, [])
})
