import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import fixtures from './fixtures/grpo-math.json' with { type: 'json' }
import { type PolicyLossOptions, type PolicyLossSequence, policyLoss } from './policy-loss.ts'

const standard: PolicyLossOptions = {
  loss: 'grpo',
  clipLow: 0.2,
  clipHigh: 0.2,
  twoSidedDelta: null,
  dualClip: null,
  maxCompletionLength: 4,
  klCoefficient: 0,
  klEstimator: 'k3',
  importance: null,
}

const losses = [
  'grpo',
  'bnpo',
  'dapo',
  'dr_grpo',
  'gspo',
  'cispo',
  'cispo_verl',
  'rloo',
  'seq_mean_token_sum',
  'seq_mean_token_sum_norm',
  'sapo',
  'gmpo',
  'luspo',
] as const satisfies readonly PolicyLossOptions['loss'][]

const logs = (values: readonly number[] | undefined): number[] => (values ?? []).map(Math.log)

const shared: PolicyLossSequence[] = fixtures.losses.probabilities.map((values, i) => ({
  logprobs: logs(values),
  oldLogprobs: logs(fixtures.losses.oldProbabilities[i]),
  referenceLogprobs: logs(fixtures.losses.referenceProbabilities[i]),
  mask: fixtures.losses.mask[i] as number[],
  advantage: fixtures.losses.advantages[i] as number,
}))

/** A sequence that moved by `shift` in every log-prob from one token of probability 1/2. */
const moved = (shift: number, advantage: number): PolicyLossSequence => ({
  logprobs: [Math.log(0.1) + shift],
  oldLogprobs: [Math.log(0.1)],
  advantage,
})

function assertNear(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual} is not ${expected} within ${tolerance}`)
}

for (const { name, options, value, gradients } of fixtures.losses.cases) {
  test(`${name}: value and gradients are the library's`, () => {
    const result = policyLoss({ ...standard, ...(options as Partial<PolicyLossOptions>) }, shared)
    assertNear(result.loss, value, 1e-9, 'loss')
    gradients?.forEach((row, i) => {
      row.forEach((expected, t) => {
        assertNear(result.gradients[i]?.[t] as number, expected, 6e-7, `gradient ${i},${t}`)
      })
    })
  })
}

test('clip metrics are shares of live tokens, and of sequences where the ratio is a sequence’s', () => {
  const { metrics } = policyLoss(standard, shared)
  const { low, high, region } = fixtures.losses.clipRatio
  assertNear(metrics['clip_ratio/low_mean'] as number, low, 1e-12, 'low')
  assertNear(metrics['clip_ratio/high_mean'] as number, high, 1e-12, 'high')
  assertNear(metrics['clip_ratio/region_mean'] as number, region, 1e-12, 'region')
  const sequences = policyLoss({ ...standard, loss: 'gspo' }, shared).metrics
  assert.equal(sequences['clip_ratio/low_mean'], fixtures.losses.gspoClipRatio.low)
  assert.equal(sequences['clip_ratio/high_mean'], fixtures.losses.gspoClipRatio.high)
  assert.equal(sequences['clip_ratio/region_mean'], fixtures.losses.gspoClipRatio.region)
})

test('cispo counts the tokens above its absolute bound', () => {
  assertNear(
    policyLoss({ ...standard, loss: 'cispo', clipHigh: 1.2 }, shared).metrics['cispo_clip_ratio'] as number,
    0.4,
    1e-12,
    'cispo_clip_ratio',
  )
})

for (const estimator of ['k1', 'k2', 'k3'] as const) {
  test(`the kl metric is the masked mean of ${estimator}, whatever its coefficient`, () => {
    const { metrics } = policyLoss({ ...standard, klEstimator: estimator }, shared)
    assertNear(metrics['kl'] as number, fixtures.kl[estimator].maskedMean, 1e-9, 'kl')
  })
}

test('without a reference there is no kl metric, and a coefficient is refused', () => {
  const bare = [moved(0.1, 1)]
  assert.equal('kl' in policyLoss(standard, bare).metrics, false)
  assert.throws(() => policyLoss({ ...standard, klCoefficient: 0.1 }, bare), RangeError)
})

test('dual clip bounds the loss of a negative advantage and drops its gradient', () => {
  const [sequence] = [moved(Math.log(5), -1)] as [PolicyLossSequence]
  const plain = policyLoss(standard, [sequence])
  const bounded = policyLoss({ ...standard, dualClip: 3 }, [sequence])
  assertNear(plain.loss, 5, 1e-12, 'plain')
  assertNear(bounded.loss, 3, 1e-12, 'bounded')
  assert.equal(bounded.gradients[0]?.[0], 0)
})

test('dual clip leaves positive advantages as they are', () => {
  const sequences = [moved(-Math.log(5), 1), moved(Math.log(5), 1)]
  assert.deepEqual(policyLoss({ ...standard, dualClip: 3 }, sequences), policyLoss(standard, sequences))
})

test('two-sided delta bounds the ratio of a negative advantage', () => {
  const sequences = [moved(Math.log(5), -1)]
  const { loss, gradients } = policyLoss({ ...standard, twoSidedDelta: 2 }, sequences)
  assertNear(loss, 2, 1e-12, 'loss')
  assert.equal(gradients[0]?.[0], 0)
})

test('token importance weights multiply the token losses (TRL dapo)', () => {
  const weighted = shared.map((sequence, i) => ({
    ...sequence,
    samplerLogprobs: Array.from(
      sequence.oldLogprobs,
      (value, t) => value - Math.log(fixtures.losses.tokenImportanceWeights[i]?.[t] as number),
    ),
  }))
  const options = { ...standard, loss: 'dapo', importance: { mode: 'token_truncate', cap: 3 } } as const
  const { loss, metrics } = policyLoss(options, weighted)
  assertNear(loss, fixtures.losses.dapoWithTokenImportance, 1e-9, 'loss')
  assertNear(metrics['sampling/importance_sampling_ratio/mean'] as number, 1.1, 1e-12, 'mean')
  assertNear(metrics['sampling/importance_sampling_ratio/min'] as number, 0.5, 1e-12, 'min')
  assertNear(metrics['sampling/importance_sampling_ratio/max'] as number, 2, 1e-12, 'max')
})

test('importance without the sampler’s log-probs is an error that names the setting', () => {
  assert.throws(() => policyLoss({ ...standard, importance: { mode: 'token_mask', cap: 3 } }, shared), {
    name: 'BatonError',
    code: 'importance-without-sampler',
    hint: /training\.loss\.importance/,
  })
})

test('importance weights do not touch the KL term', () => {
  const far = shared.map((sequence) => ({
    ...sequence,
    samplerLogprobs: Array.from(sequence.oldLogprobs, (value) => value - 9),
  }))
  const masked = { ...standard, klCoefficient: 0.5, importance: { mode: 'sequence_mask', cap: 3 } } as const
  const klOnly = shared.map((sequence) => ({ ...sequence, advantage: 0 }))
  assertNear(
    policyLoss(masked, far).loss,
    policyLoss({ ...standard, klCoefficient: 0.5 }, klOnly).loss,
    1e-12,
    'only the KL term is left',
  )
})

test('a batch without a token that counts is an error', () => {
  assert.throws(() => policyLoss(standard, []), RangeError)
  assert.throws(
    () => policyLoss(standard, [{ logprobs: [-1], oldLogprobs: [-1], advantage: 1, mask: [0] }]),
    RangeError,
  )
})

test('lists of unequal length and advantages that are not numbers are errors', () => {
  assert.throws(() => policyLoss(standard, [{ logprobs: [-1, -2], oldLogprobs: [-1], advantage: 1 }]), /oldLogprobs/)
  assert.throws(() => policyLoss(standard, [{ logprobs: [-1], oldLogprobs: [-1], advantage: Number.NaN }]), /advantage/)
})

test('cispo refuses a bound below 1, which would scale every gradient down unseen', () => {
  assert.throws(() => policyLoss({ ...standard, loss: 'cispo' }, shared), { name: 'BatonError', code: 'cispo-bound' })
})

test('a sequence without live tokens counts as a sequence and nothing else', () => {
  const empty: PolicyLossSequence = { logprobs: [], oldLogprobs: [], referenceLogprobs: [], advantage: 2 }
  const { loss, gradients } = policyLoss(standard, [...shared, empty])
  assertNear(loss, (policyLoss(standard, shared).loss * 2) / 3, 1e-12, 'loss')
  assert.equal(gradients[2]?.length, 0)
})

const probability = fc.double({ min: 0.02, max: 0.98, noNaN: true })
const token = fc.record({
  old: probability,
  ratio: fc.double({ min: 0.4, max: 1.9, noNaN: true }),
  reference: probability,
  sampler: fc.double({ min: 0.5, max: 2, noNaN: true }),
  mask: fc.constantFrom(1, 1, 1, 0),
})
const sequence = fc
  .record({
    tokens: fc.array(token, { minLength: 1, maxLength: 5 }),
    advantage: fc.double({ min: -3, max: 3, noNaN: true }),
  })
  .map(
    ({ tokens, advantage }): PolicyLossSequence => ({
      logprobs: tokens.map(({ old, ratio }) => Math.log(old * ratio)),
      oldLogprobs: tokens.map(({ old }) => Math.log(old)),
      referenceLogprobs: tokens.map(({ reference }) => Math.log(reference)),
      samplerLogprobs: tokens.map(({ old, sampler }) => Math.log(old * sampler)),
      mask: tokens.map(({ mask }) => mask),
      advantage,
    }),
  )
const batch = fc
  .array(sequence, { minLength: 1, maxLength: 4 })
  .filter((list) => list.some(({ mask }) => Array.from(mask ?? []).includes(1)))

const settings = fc
  .record({
    clipLow: fc.double({ min: 0.05, max: 0.4, noNaN: true }),
    clipHigh: fc.double({ min: 0.05, max: 0.4, noNaN: true }),
    twoSidedDelta: fc.option(fc.double({ min: 1.45, max: 1.8, noNaN: true })),
    dualClip: fc.option(fc.double({ min: 1.1, max: 1.8, noNaN: true })),
    klCoefficient: fc.constantFrom(0, 0.3),
    klEstimator: fc.constantFrom('k1', 'k2', 'k3'),
    importance: fc.option(
      fc.record({
        mode: fc.constantFrom('token_truncate', 'token_mask', 'sequence_truncate', 'sequence_mask'),
        cap: fc.constant(1.5),
      }),
    ),
  })
  .map((drawn) => ({ ...standard, ...drawn }) as PolicyLossOptions)

/**
 * Loss with what the libraries detach held at `at`: CISPO's weight. Replaces the ratio's own movement by shifting the
 * old log-probs along, so that the ratio stays and the log-prob moves.
 */
function lossNear(options: PolicyLossOptions, list: readonly PolicyLossSequence[], i: number, t: number, by: number) {
  const isDetached = options.loss === 'cispo' || options.loss === 'cispo_verl'
  const shifted = (values: ArrayLike<number>): number[] =>
    Array.from(values, (value, k) => (k === t ? value + by : value))
  return policyLoss(
    options,
    list.map((item, k) => {
      if (k !== i) return item
      const next = { ...item, logprobs: shifted(item.logprobs) }
      return isDetached
        ? {
            ...next,
            oldLogprobs: shifted(item.oldLogprobs),
            samplerLogprobs: shifted(item.samplerLogprobs ?? []),
          }
        : next
    }),
  ).loss
}

for (const loss of losses) {
  test(`${loss}: every gradient is the central finite difference of the loss`, () => {
    let compared = 0
    fc.assert(
      fc.property(batch, settings, (list, drawn) => {
        const options = { ...drawn, loss, clipHigh: loss === 'cispo' ? 1 + drawn.clipHigh : drawn.clipHigh }
        const { gradients, loss: centre } = policyLoss(options, list)
        const step = 1e-6
        list.forEach((item, i) => {
          Array.from(item.logprobs).forEach((_, t) => {
            const ahead = lossNear(options, list, i, t, step)
            const behind = lossNear(options, list, i, t, -step)
            // At a kink the two sides differ and there is no derivative to compare with.
            if (Math.abs(ahead - 2 * centre + behind) > 1e-9) return
            compared += 1
            assertNear(gradients[i]?.[t] as number, (ahead - behind) / (2 * step), 1e-7, `${i},${t}`)
          })
        })
      }),
      { numRuns: 60, seed: 7 },
    )
    assert.ok(compared > 100)
  })
}

test('masked tokens never matter, whatever they hold', () => {
  fc.assert(
    fc.property(batch, settings, fc.constantFrom(...losses), (list, drawn, loss) => {
      const options = { ...drawn, loss, clipHigh: loss === 'cispo' ? 1.5 : drawn.clipHigh }
      const spoil = (values: ArrayLike<number> | undefined, mask: ArrayLike<number>): number[] =>
        Array.from(values ?? [], (value, t) => (mask[t] === 0 ? 50 : value))
      const spoiled = list.map((item) => ({
        ...item,
        logprobs: spoil(item.logprobs, item.mask ?? []),
        referenceLogprobs: spoil(item.referenceLogprobs, item.mask ?? []),
        samplerLogprobs: spoil(item.samplerLogprobs, item.mask ?? []),
      }))
      assert.deepEqual(policyLoss(options, spoiled), policyLoss(options, list))
    }),
    { numRuns: 200, seed: 7 },
  )
})

test('on policy every ratio-based loss has a gradient of -A times the token’s weight, and clips nothing', () => {
  fc.assert(
    fc.property(batch, fc.constantFrom('grpo', 'bnpo', 'dapo', 'gspo', 'sapo', 'gmpo'), (list, loss) => {
      const onPolicy = list.map((item) => ({ ...item, logprobs: item.oldLogprobs }))
      const { gradients, metrics } = policyLoss({ ...standard, loss }, onPolicy)
      const counts = onPolicy.map(({ mask }) => Array.from(mask ?? []).filter((value) => value === 1).length)
      const tokens = counts.reduce((sum, count) => sum + count, 0)
      onPolicy.forEach(({ advantage, mask }, i) => {
        const perToken = loss === 'bnpo' || loss === 'dapo' ? 1 / tokens : 1 / (onPolicy.length * (counts[i] as number))
        Array.from(mask ?? []).forEach((counts, t) => {
          assertNear(gradients[i]?.[t] as number, counts === 1 ? -advantage * perToken : 0, 1e-12, `${loss} ${i},${t}`)
        })
      })
      assert.equal(metrics['clip_ratio/region_mean'], 0)
    }),
    { numRuns: 100, seed: 7 },
  )
})
