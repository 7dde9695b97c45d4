/** Probes that compare sizes of gradients: how the server adds up, which losses it has, what of Adam it reads. */
import type { BuiltInLoss } from '../../engines/index.ts'
import { requestLearning } from '../../engines/tinker/client/index.ts'
import type { ProbeOutcome } from './probe-finding.ts'
import type { ProbeModel } from './probe-model.ts'
import type { ProbeSetup } from './probe-setup.ts'

const isAbout = (value: number | null, expected: number): boolean =>
  value !== null && Math.abs(value - expected) <= 0.05 * Math.max(Math.abs(expected), 1e-9)

/** Twice the weight, two copies, a companion of weight 0. */
export async function probeReduction(setup: ProbeSetup): Promise<ProbeOutcome> {
  const { probe, sequence } = setup
  const weighted = (...weights: readonly number[]) =>
    probe.request(
      'cross_entropy',
      weights.map((weight) => ({ weights: sequence.completion.map(() => weight) })),
    )
  const one = await probe.size(weighted(1))
  if (one === null || one === 0) return { verdict: 'failed', detail: 'cross-entropy gives no gradient' }
  const ratio = async (...weights: readonly number[]): Promise<number> =>
    ((await probe.size(weighted(...weights))) ?? 0) / one
  const [twice, copies, silent] = [await ratio(2), await ratio(1, 1), await ratio(1, 0)]
  const isSum = isAbout(twice, 2) && isAbout(copies, 2)
  setup.profile = { ...setup.profile, reduction: isSum ? 'sum' : 'sequence-mean' }
  const figures = `twice the weight x${twice.toFixed(2)}, two copies x${copies.toFixed(2)}, a datum of weight 0 x${silent.toFixed(2)}`
  if (isSum) return { verdict: isAbout(silent, 1) ? 'passed' : 'failed', detail: `sum (${figures})` }
  const isMean = isAbout(twice, 1) && isAbout(copies, 1)
  return {
    verdict: isMean ? 'differs' : 'failed',
    detail: `${isMean ? 'mean over sequences' : 'neither sum nor mean'} (${figures})`,
  }
}

/** Every loss moves with advantages and not without; the bounds that are in force when none are sent. */
export async function probeLosses(setup: ProbeSetup): Promise<ProbeOutcome> {
  const { probe, sequence } = setup
  const current = await probe.forward(sequence)
  const inputs = (advantage: number, ratio: number) => ({
    advantages: current.map(() => advantage),
    logprobs: current.map((value) => value - Math.log(ratio)),
  })
  const losses: BuiltInLoss[] = ['cross_entropy']
  const configs = {
    importance_sampling: {},
    ppo: { clip_low_threshold: 0.8, clip_high_threshold: 1.2 },
    cispo: { clip_low_threshold: 0, clip_high_threshold: 4 },
    dro: { beta: 0.01 },
  } as const
  const plainSize = await probe.size(probe.request('cross_entropy', [{ weights: current.map(() => 1) }]))
  for (const [name, config] of Object.entries(configs) as [keyof typeof configs, Record<string, number>][]) {
    const moved = await probe.size(probe.request(name, [inputs(1, 1)], config))
    // A server that takes an unknown loss for cross-entropy moves without an advantage.
    const idle = await probe.size(probe.request(name, [inputs(0, 1)], config))
    const isReal = moved !== null && idle !== null && moved > 0 && idle < 0.01 * moved
    if (isReal && (setup.profile.reduction !== 'sum' || isAbout(moved, plainSize ?? 0))) losses.push(name)
  }
  setup.profile = { ...setup.profile, losses, hasCustomLosses: await takesGradients(setup, current) }
  const clip = losses.includes('ppo') ? await clipDefaults(probe, inputs) : null
  setup.profile = { ...setup.profile, clipDefaults: clip }
  const isWhole = losses.includes('importance_sampling') && losses.includes('ppo') && setup.profile.hasCustomLosses
  const bounds = clip === null ? 'clip defaults not known' : `clip defaults about ${clip.low} and ${clip.high}`
  const custom = setup.profile.hasCustomLosses ? 'custom losses work' : 'custom losses do not work'
  return { verdict: isWhole ? 'passed' : 'differs', detail: `${losses.join(', ')}; ${bounds}; ${custom}` }
}

/** Importance sampling with advantages of both signs, taken back by cross-entropy with the same numbers as weights. */
async function takesGradients({ probe, profile }: ProbeSetup, current: readonly number[]): Promise<boolean> {
  const mixed = current.map((_, t) => (t % 2 === 0 ? 1 : -0.6))
  const forward = probe.request('cross_entropy', [{ weights: mixed }])
  const back = profile.losses.includes('importance_sampling')
    ? probe.request('importance_sampling', [{ advantages: mixed.map((value) => -value), logprobs: current }])
    : probe.request('cross_entropy', [{ weights: mixed.map((value) => -value) }])
  const one = await probe.size(forward)
  const both = await probe.size(forward, back)
  return one !== null && both !== null && one > 0 && both < 0.02 * one
}

type Inputs = (advantage: number, ratio: number) => { readonly advantages: number[]; readonly logprobs: number[] }

/** Between which ratios the gradient of a `ppo` without bounds vanishes. */
async function clipDefaults(probe: ProbeModel, inputs: Inputs): Promise<{ low: number; high: number } | null> {
  const moves = async (advantage: number, ratio: number): Promise<boolean> =>
    ((await probe.size(probe.request('ppo', [inputs(advantage, ratio)]))) ?? 0) > 1e-9
  const edge = async (advantage: number, ratios: readonly number[]): Promise<number | null> => {
    let inside = 1
    for (const ratio of ratios) {
      if (!(await moves(advantage, ratio))) return Number(((inside + ratio) / 2).toFixed(2))
      inside = ratio
    }
    return null
  }
  const high = await edge(1, [1.05, 1.15, 1.25, 1.35, 1.65])
  const low = await edge(-1, [0.95, 0.85, 0.75, 0.65, 0.35])
  return high === null || low === null ? null : { low, high }
}

/**
 * Which settings of Adam change what a step does. Betas are taken to be read where epsilon is: they need many steps to
 * show. Leaves out the clipping of gradients if the server reports no norm.
 */
export async function probeAdam(setup: ProbeSetup): Promise<ProbeOutcome> {
  const { probe, sequence } = setup
  const weights = (value: number) => probe.request('cross_entropy', [{ weights: sequence.completion.map(() => value) }])
  const movedBy = async (value: number, settings: Parameters<ProbeModel['step']>[0]): Promise<number> => {
    const before = await probe.forward(sequence)
    await requestLearning(probe.operations, await probe.client(), { request: weights(value) })
    await probe.step(settings)
    const after = await probe.forward(sequence)
    return Math.max(...after.map((logprob, t) => Math.abs(logprob - (before[t] as number))))
  }
  const rate = 1e-3
  const usual = { learning_rate: rate, beta1: 0, beta2: 0, eps: 1e-8 }
  const step = await movedBy(1, usual)
  const none = await movedBy(1, { ...usual, learning_rate: 0 })
  const damped = await movedBy(1, { ...usual, eps: 1e6 })
  const idle = await movedBy(0, { ...usual, learning_rate: 0.1 })
  const decayed = await movedBy(0, { ...usual, learning_rate: 0.1, weight_decay: 1 })
  const honoured: ('learning_rate' | 'beta1' | 'beta2' | 'eps' | 'weight_decay' | 'grad_clip_norm')[] = []
  if (step > 0 && none < 0.01 * step) honoured.push('learning_rate')
  if (damped < 0.01 * step) honoured.push('beta1', 'beta2', 'eps')
  if (decayed > 4 * idle && decayed > 0) honoured.push('weight_decay')
  // Below the clip the damped step is as long as the gradient; clipped to nothing there is no step.
  const free = await movedBy(1, { ...usual, learning_rate: 1, eps: 1 })
  const clipped = await movedBy(1, { ...usual, learning_rate: 1, eps: 1, grad_clip_norm: 1e-6 })
  if (free > 0 && clipped < 0.01 * free) honoured.push('grad_clip_norm')
  setup.profile = { ...setup.profile, adamHonoured: honoured }
  const ignored = ['learning_rate', 'beta1', 'eps', 'weight_decay', 'grad_clip_norm'].filter(
    (name) => !honoured.some((own) => own === name),
  )
  if (!honoured.includes('learning_rate')) return { verdict: 'failed', detail: 'the learning rate is not read' }
  return ignored.length === 0
    ? { verdict: 'passed', detail: 'learning rate, epsilon (and with it betas), weight decay and clipping are read' }
    : { verdict: 'differs', detail: `not read, or not to be seen: ${ignored.join(', ')}` }
}
