import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { BatonError } from './failure.ts'
import { defaultPolicyLoss, fixtureSequences, lossCases, measuredTolerance } from './fixtures/policy-loss.ts'
import { type PolicyLossOptions, type PolicyLossSequence, policyLoss } from './policy-loss.ts'
import { type PolicyLossName, policyLossNames } from './policy-loss-names.ts'

/** Losses whose library stops a gradient: `loss` moves with the stopped factor too, so it cannot be differenced as it is. */
const stopped: readonly PolicyLossName[] = ['cispo', 'cispo_verl', 'vespo']

const optionsFor = (loss: PolicyLossName, more: Partial<PolicyLossOptions> = {}): PolicyLossOptions => ({
  ...defaultPolicyLoss,
  loss,
  clipHigh: loss === 'cispo' ? 1.4 : 0.2,
  maxCompletionLength: 4,
  ...more,
})

function close(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual} is not ${expected} within ${tolerance}`)
}

/** The live gradients of a batch, in order. */
function liveGradient(gradients: readonly Float64Array[], sequences: readonly PolicyLossSequence[]): number[] {
  return gradients.flatMap((gradient, i) => [...gradient].filter((_, t) => (sequences[i]?.mask?.[t] ?? 1) !== 0))
}

describe('policy losses agree with the libraries', () => {
  for (const { name, options, measured, exact, gradient } of lossCases) {
    test(`${name} gives the measured value, the closed form and its gradient`, () => {
      const result = policyLoss({ ...defaultPolicyLoss, ...options }, fixtureSequences)
      if (measured !== undefined) close(result.loss, measured, measuredTolerance, 'measured')
      close(result.loss, exact, 1e-12, 'closed form')
      if (gradient === undefined) return
      liveGradient(result.gradients, fixtureSequences).forEach((value, t) => {
        close(value, gradient[t] as number, 1e-12, `gradient of live token ${t}`)
      })
      assert.equal(result.gradients[1]?.[2], 0, 'padding has no gradient')
    })
  }

  test('dual clip bounds the loss of a negative advantage and stops its gradient', () => {
    const sequence = { logprobs: [Math.log(0.5)], oldLogprobs: [Math.log(0.1)], advantage: -1 }
    const result = policyLoss({ ...defaultPolicyLoss, dualClip: 3 }, [sequence])
    close(result.loss, 3, 1e-12, 'loss')
    assert.equal(result.gradients[0]?.[0], 0)
    close(policyLoss(defaultPolicyLoss, [sequence]).loss, 5, 1e-12, 'without the bound')
  })

  test('the two-sided bound caps a ratio that the negative advantage leaves unclipped', () => {
    const sequence = { logprobs: [Math.log(0.5)], oldLogprobs: [Math.log(0.1)], advantage: -1 }
    const result = policyLoss({ ...defaultPolicyLoss, twoSidedDelta: 4 }, [sequence])
    close(result.loss, 4, 1e-12, 'loss')
    assert.equal(result.gradients[0]?.[0], 0)
  })

  test('token importance weights multiply the loss of their token', () => {
    const weights = [
      [0.9, 1, 1.1],
      [2, 0.5, 1],
    ]
    const sequences = fixtureSequences.map((sequence, i) => ({
      ...sequence,
      samplerLogprobs: Array.from(sequence.oldLogprobs, (old, t) => old - Math.log(weights[i]?.[t] as number)),
    }))
    const options = {
      ...defaultPolicyLoss,
      loss: 'dapo',
      importance: { mode: 'token_truncate', cap: 3, floor: 0, length: 'sum' },
    } as const
    const { loss, metrics } = policyLoss(options, sequences)
    close(loss, -0.22, 1e-12, 'loss')
    close(metrics['sampling/importance_sampling_ratio/min'] as number, 0.5, 1e-12, 'smallest weight')
    close(metrics['sampling/importance_sampling_ratio/mean'] as number, 1.1, 1e-12, 'mean weight')
    close(metrics['sampling/importance_sampling_ratio/max'] as number, 2, 1e-12, 'largest weight')
    close(metrics['sampling/sampling_logp_difference/max'] as number, Math.log(2), 1e-12, 'largest difference')
  })

  test('clip metrics count tokens by the side that holds the policy', () => {
    const { metrics } = policyLoss(optionsFor('grpo'), fixtureSequences)
    close(metrics['clip_ratio/low_mean'] as number, 0.2, 1e-12, 'low')
    close(metrics['clip_ratio/high_mean'] as number, 0.4, 1e-12, 'high')
    close(metrics['clip_ratio/region_mean'] as number, 0.6, 1e-12, 'region')
    close(metrics['ppo_kl'] as number, -0.010328647, measuredTolerance, 'ppo_kl')
    close(metrics['kl'] as number, 0.04122187, measuredTolerance, 'kl')
  })

  test('clip metrics of GSPO count sequences', () => {
    const { metrics } = policyLoss(optionsFor('gspo'), fixtureSequences)
    assert.equal(metrics['clip_ratio/low_mean'], 0.5)
    assert.equal(metrics['clip_ratio/low_min'], 0)
    assert.equal(metrics['clip_ratio/high_mean'], 0.5)
    assert.equal(metrics['clip_ratio/high_max'], 1)
    assert.equal(metrics['clip_ratio/region_mean'], 1)
  })

  test('the smallest and largest clip shares are over single sequences', () => {
    const at = (ratios: readonly number[], advantage: number): PolicyLossSequence => ({
      logprobs: ratios.map((ratio) => Math.log(ratio) - 5),
      oldLogprobs: ratios.map(() => -5),
      advantage,
    })
    const batch = [at([2, 1], 1), at([2, 2, 2, 1], 1), at([0.5, 1], -1), at([0.5, 0.5], -1)]
    const { metrics } = policyLoss(optionsFor('grpo'), batch)
    assert.equal(metrics['clip_ratio/high_max'], 0.75)
    assert.equal(metrics['clip_ratio/high_mean'], 0.4)
    assert.equal(metrics['clip_ratio/low_min'], 0)
    assert.equal(policyLoss(optionsFor('grpo'), batch.slice(2)).metrics['clip_ratio/low_min'], 0.5)
  })

  test('cispo has its own clip metric', () => {
    const { metrics } = policyLoss(optionsFor('cispo', { clipHigh: 1.4 }), fixtureSequences)
    assert.equal(metrics['cispo_clip_ratio'], 0.2)
    assert.equal(metrics['clip_ratio/region_mean'], undefined)
  })
})

/** Random ragged batches away from the kinks of the clip, where a derivative exists. */
const batch: fc.Arbitrary<PolicyLossSequence[]> = fc.array(
  fc
    .record({
      tokens: fc.array(
        fc.record({
          old: fc.double({ min: -3, max: -0.1, noNaN: true }),
          shift: fc.double({ min: -0.9, max: 0.9, noNaN: true }),
          reference: fc.double({ min: -3, max: -0.1, noNaN: true }),
          sampler: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
          live: fc.integer({ min: 0, max: 3 }),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      advantage: fc.double({ min: -2, max: 2, noNaN: true }),
    })
    .map(({ tokens, advantage }) => ({
      logprobs: tokens.map((token) => token.old + token.shift),
      oldLogprobs: tokens.map((token) => token.old),
      referenceLogprobs: tokens.map((token) => token.reference),
      samplerLogprobs: tokens.map((token) => token.old + token.sampler),
      mask: tokens.map((token, t) => (t === 0 || token.live > 0 ? 1 : 0)),
      advantage,
    })),
  { minLength: 1, maxLength: 4 },
)

const bump = 1e-6

function moved(sequences: readonly PolicyLossSequence[], i: number, t: number, by: number): PolicyLossSequence[] {
  return sequences.map((sequence, s) =>
    s === i
      ? { ...sequence, logprobs: Array.from(sequence.logprobs, (value, p) => (p === t ? value + by : value)) }
      : sequence,
  )
}

/** Asserts that every gradient is the central difference of `lossAt`; skips tokens where the two one-sided slopes differ (a kink). */
function assertDifferences(
  sequences: readonly PolicyLossSequence[],
  gradients: readonly Float64Array[],
  lossAt: (sequences: readonly PolicyLossSequence[]) => number,
): void {
  const here = lossAt(sequences)
  gradients.forEach((gradient, i) => {
    gradient.forEach((value, t) => {
      const up = (lossAt(moved(sequences, i, t, bump)) - here) / bump
      const down = (here - lossAt(moved(sequences, i, t, -bump))) / bump
      if (Math.abs(up - down) > 1e-3 * (1 + Math.abs(value))) return
      close(value, (up + down) / 2, 1e-6 * (1 + Math.abs(value)), `token ${t} of sequence ${i}`)
    })
  })
}

describe('gradients are those of the loss', () => {
  const extras: readonly Partial<PolicyLossOptions>[] = [
    {},
    { klCoefficient: 0.3, klEstimator: 'k1' },
    { klCoefficient: 0.3, klEstimator: 'k2' },
    { klCoefficient: 0.3, klEstimator: 'k3', importance: { mode: 'token_mask', cap: 1.2, floor: 0, length: 'sum' } },
    { importance: { mode: 'sequence_truncate', cap: 1.1, floor: 0, length: 'sum' }, offPolicyLimit: 0.2 },
    { twoSidedDelta: 2.5, dualClip: 1.5 },
  ]
  for (const loss of policyLossNames.filter((name) => !stopped.includes(name))) {
    test(`${loss}: central differences, with and without KL, importance weights and bounds`, () => {
      fc.assert(
        fc.property(batch, fc.constantFrom(...extras), (sequences, extra) => {
          const options = optionsFor(loss, extra)
          const { gradients } = policyLoss(options, sequences)
          assertDifferences(sequences, gradients, (at) => policyLoss(options, at).loss)
        }),
        { numRuns: 60 },
      )
    })
  }

  for (const loss of stopped) {
    test(`${loss}: central differences of the loss with its stopped weight held`, () => {
      fc.assert(
        fc.property(batch, (sequences) => {
          const options = optionsFor(loss, {
            importance: { mode: 'token_truncate', cap: 1.1, floor: 0, length: 'sum' },
          })
          const { gradients } = policyLoss(options, sequences)
          // With the ratio held, moving old along with new, the loss is linear in log pi with the stopped weight as slope.
          const held = (at: readonly PolicyLossSequence[]): PolicyLossSequence[] =>
            at.map((sequence, i) => {
              const shift = (t: number): number =>
                (sequence.logprobs[t] as number) - (sequences[i]?.logprobs[t] as number)
              return {
                ...sequence,
                oldLogprobs: Array.from(sequence.oldLogprobs, (old, t) => old + shift(t)),
                samplerLogprobs: Array.from(sequence.samplerLogprobs ?? [], (value, t) => value + shift(t)),
              }
            })
          assertDifferences(sequences, gradients, (at) => policyLoss(options, held(at)).loss)
        }),
        { numRuns: 60 },
      )
    })
  }
})

describe('laws of the policy losses', () => {
  const name = fc.constantFrom(...policyLossNames)

  test('zero advantages without a KL term give no loss and no gradient', () => {
    fc.assert(
      fc.property(batch, name, (sequences, loss) => {
        const still = sequences.map((sequence) => ({ ...sequence, advantage: 0 }))
        const result = policyLoss(optionsFor(loss), still)
        assert.ok(Math.abs(result.loss) === 0)
        for (const gradient of result.gradients) for (const value of gradient) assert.ok(Math.abs(value) === 0)
      }),
    )
  })

  test('what stands at a masked token is never read, be it NaN', () => {
    fc.assert(
      fc.property(batch, name, (sequences, loss) => {
        const options = optionsFor(loss, {
          klCoefficient: 0.1,
          importance: { mode: 'sequence_mask', cap: 3, floor: 0, length: 'sum' },
        })
        const spoilt = sequences.map((sequence) => {
          const spoil = (values: ArrayLike<number>): number[] =>
            Array.from(values, (value, t) => (sequence.mask?.[t] === 0 ? Number.NaN : value))
          return {
            ...sequence,
            logprobs: spoil(sequence.logprobs),
            oldLogprobs: spoil(sequence.oldLogprobs),
            referenceLogprobs: spoil(sequence.referenceLogprobs ?? []),
            samplerLogprobs: spoil(sequence.samplerLogprobs ?? []),
          }
        })
        assert.deepEqual(policyLoss(options, spoilt), policyLoss(options, sequences))
      }),
    )
  })

  test('a weight that all tokens share multiplies loss and gradient of every loss', () => {
    fc.assert(
      fc.property(batch, name, (sequences, loss) => {
        const plain = policyLoss(optionsFor(loss), sequences)
        // Sampler log-probs so far below the old ones that every weight is the cap.
        const capped = sequences.map((sequence) => ({
          ...sequence,
          samplerLogprobs: Array.from(sequence.oldLogprobs, (old) => old - 9),
        }))
        for (const mode of ['token_truncate', 'sequence_truncate'] as const) {
          const { loss: total, gradients } = policyLoss(
            optionsFor(loss, { importance: { mode, cap: 3, floor: 0, length: 'sum' } }),
            capped,
          )
          close(total, 3 * plain.loss, 1e-12 * (1 + Math.abs(total)), 'loss')
          gradients.forEach((gradient, i) => {
            gradient.forEach((value, t) => {
              close(value, 3 * (plain.gradients[i]?.[t] as number), 1e-12 * (1 + Math.abs(value)), 'gradient')
            })
          })
        }
      }),
    )
  })

  test('the order of the sequences changes nothing but the order of the gradients', () => {
    fc.assert(
      fc.property(batch, name, (sequences, loss) => {
        const there = policyLoss(optionsFor(loss), sequences)
        const back = policyLoss(optionsFor(loss), [...sequences].reverse())
        close(back.loss, there.loss, 1e-12 * (1 + Math.abs(there.loss)), 'loss')
        assert.deepEqual([...back.gradients].reverse(), there.gradients)
      }),
    )
  })

  test('on policy, every clipped loss moves a token by minus its advantage times its weight', () => {
    const sequences = [
      { logprobs: [-1, -2, -0.5], oldLogprobs: [-1, -2, -0.5], advantage: 2 },
      { logprobs: [-1], oldLogprobs: [-1], advantage: -1 },
    ]
    for (const loss of ['grpo', 'gspo', 'sapo', 'gmpo'] as const) {
      const [first, second] = policyLoss(optionsFor(loss), sequences).gradients
      for (const value of first ?? []) close(value, -2 / 6, 1e-12, loss)
      close(second?.[0] as number, 0.5, 1e-12, loss)
    }
    for (const loss of ['bnpo', 'dapo', 'cispo', 'cispo_verl', 'vespo'] as const) {
      const [first, second] = policyLoss(optionsFor(loss), sequences).gradients
      for (const value of first ?? []) close(value, -2 / 4, 1e-12, loss)
      close(second?.[0] as number, 0.25, 1e-12, loss)
    }
  })

  test('the loss is zero on policy with centred advantages and equal lengths, as it should be', () => {
    const sequences = [1, -1].map((advantage) => ({ logprobs: [-1, -2], oldLogprobs: [-1, -2], advantage }))
    close(policyLoss(defaultPolicyLoss, sequences).loss, 0, 1e-15, 'loss')
  })

  test('log-probs hundreds of nats apart give a finite loss and no gradient beyond the clamp', () => {
    const sequence = { logprobs: [-800, -1], oldLogprobs: [-1, -800], advantage: -1 }
    const { loss, gradients } = policyLoss(defaultPolicyLoss, [sequence])
    close(loss, (0.8 + Math.exp(20)) / 2, 1e-6, 'loss')
    assert.deepEqual([...(gradients[0] ?? [])].map(Math.abs), [0, 0])
  })
})

describe('bad input is refused', () => {
  test('an empty batch is an error', () => {
    assert.throws(() => policyLoss(defaultPolicyLoss, []), RangeError)
  })
  test('a batch without a live token is an error', () => {
    const sequence = { logprobs: [-1], oldLogprobs: [-1], advantage: 1, mask: [0] }
    assert.throws(() => policyLoss(defaultPolicyLoss, [sequence]), RangeError)
  })
  test('a sequence without live tokens among others contributes nothing but counts as a sequence', () => {
    const sequence = { logprobs: [-1], oldLogprobs: [-1], advantage: 1 }
    const empty = { logprobs: [], oldLogprobs: [], advantage: 1 }
    const { loss, gradients, metrics } = policyLoss(defaultPolicyLoss, [sequence, empty])
    assert.equal(loss, -0.5)
    assert.equal(gradients[1]?.length, 0)
    assert.equal(metrics['clip_ratio/low_mean'], 0)
  })
  test('arrays of unequal length are an error', () => {
    assert.throws(
      () => policyLoss(defaultPolicyLoss, [{ logprobs: [-1, -1], oldLogprobs: [-1], advantage: 1 }]),
      /length/,
    )
  })
  test('a KL term without reference log-probs is an error', () => {
    const options = { ...defaultPolicyLoss, klCoefficient: 0.1 }
    assert.throws(() => policyLoss(options, [{ logprobs: [-1], oldLogprobs: [-1], advantage: 1 }]), /referenceLogprobs/)
  })
  test('options that contradict each other name the fix', () => {
    const options: Partial<PolicyLossOptions>[] = [{ loss: 'cispo' }, { twoSidedDelta: 1.1 }, { dualClip: 0.5 }]
    for (const wrong of options) {
      assert.throws(
        () => policyLoss({ ...defaultPolicyLoss, ...wrong }, fixtureSequences),
        (error) => error instanceof BatonError && error.boundary === 'config' && error.hint !== undefined,
      )
    }
  })
})
