import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Finding, runHealth } from './health.ts'
import type { Metrics } from './records.ts'

/** A run in which nothing is wrong, with `more` laid over every step. */
const run = (steps: number, more: (step: number) => Record<string, number> = () => ({})): Metrics[] =>
  Array.from({ length: steps }, (_, i) => ({
    reward: Math.sin(i),
    reward_std: 1,
    frac_reward_zero_std: 0.2,
    unscorable_rate: 0,
    'completions/clipped_ratio': 0.01,
    'clip_ratio/region_mean': 0.05,
    'workflow/fallback_rate': 0.05,
    'optimizer/steps': 2,
    'optimizer/skipped': 0,
    'sampling/sampling_logp_difference/max': 0.4,
    entropy: 0.5,
    kl: 0.01,
    loss: 0.1,
    grad_norm: 1,
    ...more(i),
  }))

const codes = (findings: readonly Finding[]): string[] => findings.map(({ code }) => code)

test('a healthy run and a run without steps have no findings', () => {
  assert.deepEqual(runHealth(run(30)), [])
  assert.deepEqual(runHealth([]), [])
})

test('steps that know only some metrics are judged by those', () => {
  assert.deepEqual(runHealth([{ reward: 1 }, {}, { entropy: 0.4 }]), [])
})

const broken: readonly (readonly [code: string, level: Finding['level'], metrics: readonly Metrics[]])[] = [
  ['not-finite', 'warning', run(3, (i) => (i === 1 ? { loss: Number.NaN } : {}))],
  ['optimizer-steps-skipped', 'warning', run(6, (i) => ({ 'optimizer/skipped': i === 2 ? 1 : 0 }))],
  [
    'no-update',
    'warning',
    run(6, () => ({ 'optimizer/steps': 0, loss: 0.5, 'sampling/sampling_logp_difference/max': 0 })),
  ],
  ['little-signal', 'note', run(8, () => ({ frac_reward_zero_std: 0.7 }))],
  ['little-signal', 'warning', run(8, () => ({ frac_reward_zero_std: 0.95 }))],
  ['entropy-collapse', 'warning', run(20, (i) => ({ entropy: 0.5 * 0.7 ** i }))],
  ['kl-growth', 'warning', run(20, (i) => ({ kl: 0.1 * i }))],
  ['most-ratios-clipped', 'warning', run(8, () => ({ 'clip_ratio/region_mean': 0.6 }))],
  ['unscorable-rollouts', 'note', run(8, () => ({ unscorable_rate: 0.05 }))],
  ['unscorable-rollouts', 'warning', run(8, () => ({ unscorable_rate: 0.13 }))],
  ['fallback-rate', 'note', run(8, () => ({ 'workflow/fallback_rate': 0.3 }))],
  ['fallback-rate', 'warning', run(8, () => ({ 'workflow/fallback_rate': 0.8 }))],
  ['truncated-completions', 'note', run(8, () => ({ 'completions/clipped_ratio': 0.2 }))],
  ['truncated-completions', 'warning', run(8, () => ({ 'completions/clipped_ratio': 0.9 }))],
  ['reward-fell', 'warning', run(40, (i) => ({ reward: Math.sin(i) - 0.2 * i }))],
  ['sampler-differs', 'warning', run(8, () => ({ 'optimizer/steps': 1 }))],
  [
    'loss-near-zero',
    'note',
    run(8, () => ({ 'optimizer/steps': 1, loss: 1e-6, 'sampling/sampling_logp_difference/max': 1e-6 })),
  ],
]

for (const [code, level, metrics] of broken) {
  test(`${code} is found, as a ${level}, and alone`, () => {
    const findings = runHealth(metrics)
    assert.deepEqual(codes(findings), [code])
    assert.equal(findings[0]?.level, level)
    assert.match(findings[0]?.message ?? '', /\.$/)
    assert.match(findings[0]?.hint ?? '', /\.$/)
  })
}

test('what to do about flat groups depends on whether they are solved', () => {
  const hint = (good: number, bad: number): string | undefined =>
    runHealth(
      run(8, () => ({ frac_reward_zero_std: 0.95, 'by_group/frac_all_good': good, 'by_group/frac_all_bad': bad })),
    )[0]?.hint
  assert.match(hint(0.9, 0.05) ?? '', /harder/)
  assert.match(hint(0.05, 0.9) ?? '', /easier/)
})

test('warnings stand before notes', () => {
  const findings = runHealth(run(8, () => ({ frac_reward_zero_std: 0.7, 'completions/clipped_ratio': 0.9 })))
  assert.deepEqual(
    findings.map(({ level }) => level),
    ['warning', 'note'],
  )
})

test('a fall of the reward that chance explains is no finding', () => {
  assert.deepEqual(runHealth(run(40, (i) => ({ reward: 3 * Math.sin(i * i) - 0.01 * i }))), [])
})

test('a policy that was sure from the start has not collapsed', () => {
  assert.deepEqual(runHealth(run(20, () => ({ entropy: 0.03 }))), [])
})
