import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from '../core/failure.ts'
import { changeClasses, changeClassOf, differencesOf, refuseIncomparable } from './changes.ts'
import { describeConfig } from './keys.ts'
import { loadConfig } from './load.ts'

const keys = describeConfig()

test('every key has a class, and every class belongs to a key and says more than the one above it', () => {
  for (const { key } of keys) assert.ok(changeClassOf(key), key)
  for (const [name, changeClass] of Object.entries(changeClasses)) {
    assert.ok(
      keys.some(({ key }) => key === name),
      `${name} is no key`,
    )
    const above = name.slice(0, Math.max(0, name.lastIndexOf('.')))
    if (above !== '')
      assert.notEqual(changeClassOf(above), changeClass, `${name} is ${changeClass} by ${above} already`)
  }
})

test('what changes the steps themselves is fixed; how long, how fast, at what price and at which rate is free', () => {
  const of = (list: string): string[] => list.split(' ').map((key) => `${key} ${changeClassOf(key)}`)
  const fixed =
    'seed data.train data.test data.limit rewards.correct llm.executor.model llm.executor.temperature llm.judge.model llm.simulator.skill training.loss.klCoefficient training.advantages.scale training.groupSize training.problemsPerStep policy.model evaluation.problems evaluation.split sandbox.wallMs workflows.contract'
  const free =
    'training.steps training.maxCostUsd training.concurrency policy.threads training.checkpointEvery training.learningRate training.schedule training.warmupSteps llm.executor.concurrency llm.executor.apiKeyEnvironment evaluation.decodings'
  assert.deepEqual(
    of(fixed),
    fixed.split(' ').map((key) => `${key} fixed`),
  )
  assert.deepEqual(
    of(free),
    free.split(' ').map((key) => `${key} free`),
  )
  assert.deepEqual(of('llm.executor.baseUrl llm.judge.baseUrl'), [
    'llm.executor.baseUrl address',
    'llm.judge.baseUrl address',
  ])
})

test('differences are named by key, mappings as one value; where the run lies does not count', () => {
  const { config: before } = loadConfig({ preset: 'tiny' })
  const set = [
    'training.learningRate=0.1',
    'data.mix={math: 4, code: 3, qa: 3}',
    'run.name=other',
    'rewards.range=[-1, 1]',
  ]
  const { config: after } = loadConfig({ preset: 'tiny', set: [...set, 'rewards.correct=1', 'rewards.wrong=0'] })
  assert.deepEqual(
    differencesOf(before, after).map(({ key, from, to, changeClass }) => [key, from, to, changeClass]),
    [
      ['data.mix', null, { math: 4, code: 3, qa: 3 }, 'fixed'],
      ['training.learningRate', 0.0003, 0.1, 'free'],
      ['rewards.correct', 10, 1, 'fixed'],
      ['rewards.wrong', -5, 0, 'fixed'],
      ['rewards.range', [-10, 10], [-1, 1], 'fixed'],
    ],
  )
  assert.deepEqual(differencesOf(before, before), [])
})

test('a change that makes the halves incomparable is refused with key, values and fix, all of them at once', () => {
  const { config: before } = loadConfig({ preset: 'tiny' })
  const refusal = (...set: string[]): BatonError => {
    try {
      refuseIncomparable(differencesOf(before, loadConfig({ preset: 'tiny', set }).config))
    } catch (error) {
      assert.ok(error instanceof BatonError)
      return error
    }
    throw new assert.AssertionError({ message: `accepted: ${set.join(' ')}` })
  }
  const one = refusal('seed=7', 'training.steps=9')
  assert.equal(one.exitCode, 2)
  assert.match(one.message, /^seed is 1 in this run and cannot become 7 .*not be comparable\.$/)
  assert.match(one.hint ?? '', /start a new run.*--force/)
  const several = refusal('seed=7', 'llm.executor.baseUrl=http://a/v1', 'llm.executor.model=b')
  assert.match(several.message, /- seed is 1/)
  assert.match(several.message, /- llm\.executor\.baseUrl is "simulator".*If the same model answers there.*--force/)
  refuseIncomparable(differencesOf(before, loadConfig({ preset: 'tiny', set: ['training.steps=9'] }).config))
})
