import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomFor } from '../random.ts'
import type { Metrics, StepRecord } from '../records.ts'
import type { FindingCode, FindingEpisode, FindingLevel } from './findings.ts'
import { createHealthWatch, healthEpisodes } from './watch.ts'

/** A run in which nothing is wrong, with `more` laid over every step. */
const run = (steps: number, more: (index: number) => Record<string, number> = () => ({})): StepRecord[] =>
  Array.from({ length: steps }, (_, i) => ({
    version: 1,
    step: i + 1,
    metrics: {
      accuracy: 0.5,
      'accuracy/n': 16,
      reward: Math.sin(i),
      reward_std: 1,
      frac_reward_zero_std: 0.2,
      unscorable_rate: 0,
      'completions/clipped_ratio': 0.01,
      'clip_ratio/region_mean': 0.05,
      'workflow/fallback_rate': 0.05,
      'workflow/violation_rate': 0.02,
      'simulator/unknown_problem_rate': 0,
      'optimizer/steps': 2,
      'optimizer/skipped': 0,
      'sampling/sampling_logp_difference/max': 0.4,
      entropy: 0.5,
      kl: 0.01,
      loss: 0.1,
      grad_norm: 1,
      ...more(i),
    },
  }))
/** One metric, by step; the rest is healthy. */
const alone = (steps: number, name: string, value: (index: number) => number): StepRecord[] =>
  run(steps, (i) => ({ [name]: value(i) }))

const held = (steps: readonly StepRecord[]): FindingEpisode[] =>
  healthEpisodes(steps, []).filter(({ to }) => to === null)

test('a healthy run and a run without steps have no findings', () => {
  assert.deepEqual(healthEpisodes(run(30), []), [])
  assert.deepEqual(healthEpisodes([], []), [])
})

test('steps that know only some metrics are judged by those', () => {
  const steps = [{ reward: 1 }, {}, { entropy: 0.4 }] as Metrics[]
  assert.deepEqual(
    healthEpisodes(
      steps.map((metrics, i) => ({ version: 1, step: i + 1, metrics })),
      [],
    ),
    [],
  )
})

const broken: readonly (readonly [code: FindingCode, level: FindingLevel, steps: readonly StepRecord[]])[] = [
  ['not-finite', 'warning', alone(3, 'loss', (i) => (i === 1 ? Number.NaN : 0.1))],
  ['optimizer-steps-skipped', 'warning', alone(6, 'optimizer/skipped', (i) => (i === 2 ? 1 : 0))],
  ['hardly-right', 'warning', alone(8, 'accuracy', (i) => (i === 4 ? 0.06 : 0))],
  ['judge-disagrees', 'warning', run(8, () => ({ 'judge/agreement': 0.7, 'judge/agreement/n': 10 }))],
  ['simulator-unknown', 'note', alone(8, 'simulator/unknown_problem_rate', () => 0.7)],
  ['simulator-unknown', 'warning', alone(8, 'simulator/unknown_problem_rate', () => 1)],
  ['no-update', 'warning', alone(6, 'optimizer/steps', () => 0)],
  ['little-spread', 'note', alone(8, 'frac_reward_zero_std', () => 0.7)],
  ['little-spread', 'warning', alone(8, 'frac_reward_zero_std', () => 0.95)],
  ['entropy-collapse', 'warning', alone(20, 'entropy', (i) => 0.5 * 0.7 ** i)],
  ['kl-growth', 'warning', alone(20, 'kl', (i) => 0.1 * i)],
  ['most-ratios-clipped', 'warning', alone(8, 'clip_ratio/region_mean', () => 0.6)],
  ['service-failures', 'note', run(8, () => ({ unscorable_rate: 0.05, service_failure_rate: 0.05 }))],
  ['service-failures', 'warning', run(8, () => ({ unscorable_rate: 0.4, service_failure_rate: 0.4 }))],
  ['unscorable-rollouts', 'note', alone(8, 'unscorable_rate', () => 0.05)],
  ['unscorable-rollouts', 'warning', alone(8, 'unscorable_rate', () => 0.13)],
  ['broken-rules', 'note', alone(8, 'workflow/violation_rate', () => 0.174)],
  ['broken-rules', 'warning', alone(5, 'workflow/violation_rate', () => 0.338)],
  ['fallback-rate', 'note', alone(8, 'workflow/fallback_rate', () => 0.3)],
  ['fallback-rate', 'warning', alone(8, 'workflow/fallback_rate', () => 0.8)],
  ['truncated-completions', 'note', alone(8, 'completions/clipped_ratio', () => 0.2)],
  ['truncated-completions', 'warning', alone(8, 'completions/clipped_ratio', () => 0.9)],
  ['reward-fell', 'warning', alone(40, 'reward', (i) => Math.sin(i) - 0.2 * i)],
  ['sampler-differs', 'warning', alone(8, 'optimizer/steps', () => 1)],
]

for (const [code, level, steps] of broken) {
  test(`${code} is found, as a ${level}, and alone`, () => {
    const findings = held(steps).filter(
      // An idle optimizer makes no update at all, so its sampler cannot be judged.
      ({ finding }) => code !== 'no-update' || finding.code !== 'sampler-differs',
    )
    assert.deepEqual(
      findings.map(({ finding }) => [finding.code, finding.level]),
      [[code, level]],
    )
  })
}

test('service failures are told by kind, the commonest first, and apart from answers without a verdict', () => {
  const findings = held(
    run(8, (i) => ({
      unscorable_rate: 0.3,
      service_failure_rate: 0.2,
      // Of the last five steps, three met a full context.
      ...(i >= 5 ? { 'error/executor/context-overflow': 0.25 } : {}),
      ...(i < 3 ? { 'error/judge/network': 0.9 } : {}),
      'error/executor/timeout': 0.05,
      'error/policy/prompt-too-long': 0.5,
    })),
  )
  const facts = { share: 0.2, steps: 5, problems: 80 }
  const kinds = [
    { boundary: 'executor', kind: 'context-overflow', share: 0.15 },
    { boundary: 'executor', kind: 'timeout', share: 0.05 },
  ]
  const rounded = findings.map(({ finding }) =>
    JSON.parse(JSON.stringify(finding.facts), (_, value) =>
      typeof value === 'number' ? Number(value.toFixed(6)) : value,
    ),
  )
  assert.deepEqual(
    findings.map(({ finding }) => finding.code),
    ['service-failures', 'unscorable-rollouts'],
  )
  assert.deepEqual(rounded, [
    { ...facts, kinds },
    { ...facts, share: 0.1 },
  ])
})

test('a loss near 0 is what one update a step gives, and no finding', () => {
  const steps = run(8, () => ({ 'optimizer/steps': 1, loss: 1e-6, 'sampling/sampling_logp_difference/max': 1e-6 }))
  assert.deepEqual(healthEpisodes(steps, []), [])
})

test('what to do about flat groups depends on whether they are solved', () => {
  const causeOf = (good: number, bad: number): unknown => {
    const [found] = held(
      run(8, () => ({ frac_reward_zero_std: 0.95, 'by_group/frac_all_good': good, 'by_group/frac_all_bad': bad })),
    )
    return found?.finding.code === 'little-spread' ? found.finding.facts.cause : null
  }
  assert.equal(causeOf(0.9, 0.05), 'solved')
  assert.equal(causeOf(0.05, 0.9), 'unsolved')
})

test('a fall of the reward that chance explains is no finding', () => {
  assert.deepEqual(held(alone(40, 'reward', (i) => 3 * Math.sin(i * i) - 0.01 * i)), [])
})

test('a policy that was sure from the start has not collapsed', () => {
  assert.deepEqual(held(alone(20, 'entropy', () => 0.03)), [])
})

test('steps in which nothing could be scored do not make a run hardly right', () => {
  const steps = run(8, (i) => (i % 2 === 0 ? { accuracy: 0, 'accuracy/n': 0 } : {}))
  assert.deepEqual(held(steps), [])
})

test('a finding begins once, says its numbers and the steps between which it held, and is over after calm steps', () => {
  const steps = alone(30, 'workflow/fallback_rate', (i) => (i < 10 ? 0.6 : 0))
  const watch = createHealthWatch()
  const told = steps.flatMap((step) =>
    watch.step(step).map(({ state, episode }) => ({ at: step.step, state, episode })),
  )
  assert.deepEqual(
    told.map(({ at, state }) => [at, state]),
    [
      [3, 'begins'],
      // The mean of five steps passes the eased threshold at step 13; five calm steps later it is over.
      [18, 'ends'],
    ],
  )
  assert.deepEqual(told[0]?.episode.finding.facts, { share: 0.6, steps: 3, problems: 48 })
  assert.deepEqual([told[1]?.episode.from, told[1]?.episode.to], [3, 13])
  assert.deepEqual(healthEpisodes(steps, []), watch.episodes())
})

test('a rate that lies on its threshold is told once, not with every wobble', () => {
  const rng = randomFor('wobble')
  const steps = alone(300, 'workflow/violation_rate', () => 0.15 + 0.03 * rng.normal())
  const watch = createHealthWatch()
  const changes = steps.flatMap((step) => watch.step(step))
  assert.ok(changes.length <= 2, `${changes.length} changes`)
})

test('a note that becomes a warning is told once more, and does not go back to a note', () => {
  const watch = createHealthWatch()
  const rates = [0.3, 0.3, 0.3, 0.3, 0.8, 0.8, 0.8, 0.8, 0.45, 0.45, 0.45, 0.45, 0.45]
  const told = alone(rates.length, 'workflow/fallback_rate', (i) => rates[i] as number).flatMap((step) =>
    watch.step(step),
  )
  assert.deepEqual(
    told.map(({ state, episode }) => [state, episode.finding.level]),
    [
      ['begins', 'note'],
      ['worsens', 'warning'],
    ],
  )
  assert.equal(watch.episodes()[0]?.finding.level, 'warning')
})

test('a simulator that does not know the problems is found before the first step and holds on', () => {
  const metrics = { 'simulator/unknown_problem_rate': 1, 'accuracy/n': 264 }
  const steps = alone(6, 'simulator/unknown_problem_rate', () => 1)
  const episodes = healthEpisodes(steps, [{ step: 0, metrics }])
  assert.deepEqual(
    episodes.map(({ finding, from, to }) => [finding.code, from, to]),
    [['simulator-unknown', 0, null]],
  )
  assert.deepEqual(healthEpisodes(run(6), [{ step: 6, metrics }]), [])
})
