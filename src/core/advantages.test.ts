import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type AdvantageScale, advantageDerivations, advantages } from './advantages.ts'

function closeAll(actual: readonly number[] | undefined, expected: readonly number[], tolerance: number): void {
  assert.equal(actual?.length, expected.length)
  expected.forEach((value, i) => {
    assert.ok(
      Math.abs((actual?.[i] as number) - value) <= tolerance,
      `[${actual}] is not [${expected}] within ${tolerance}`,
    )
  })
}

const of = (rewards: readonly (number | null)[], scale: AdvantageScale = 'group', epsilon = 1e-4): number[] =>
  advantages([rewards], { scale, epsilon })[0] as number[]

// TRL 1.9 and verl 0.7 compute in float32 and print nine decimals: about seven digits hold.
const measured = 5e-7

describe('advantages agree with the libraries', () => {
  test('TRL scale_rewards=group', () => {
    const value = 0.5 / (Math.sqrt(1 / 3) + 1e-4)
    closeAll(of([1, 0, 0, 1]), [0.86587543, -0.86587543, -0.86587543, 0.86587543], measured)
    closeAll(of([1, 0, 0, 1]), [value, -value, -value, value], 1e-12)
    closeAll(of([10, -5, -5, -2.75]), [1.483630142, -0.598657777, -0.598657777, -0.286314589], measured)
  })

  test('verl grpo, epsilon 1e-6', () => {
    closeAll(of([1, 0, 0, 1], 'group', 1e-6), [0.866023904, -0.866023904, -0.866023904, 0.866023904], measured)
    closeAll(of([10, -5, -5, -2.75], 'group', 1e-6), [1.483650532, -0.598666004, -0.598666004, -0.286318524], measured)
  })

  test('RLOO, the mean of the others as the baseline', () => {
    closeAll(of([1, 0, 0, 1], 'rloo'), [2 / 3, -2 / 3, -2 / 3, 2 / 3], 1e-12)
    closeAll(of([10, -5, -5, -2.75], 'rloo'), [14.25, -5.75, -5.75, -2.75], 1e-12)
  })

  test('no scaling', () => {
    closeAll(of([1, 0, 0, 1], 'none'), [0.5, -0.5, -0.5, 0.5], 1e-12)
    closeAll(of([10, -5, -5, -2.75], 'none'), [10.6875, -4.3125, -4.3125, -2.0625], 1e-12)
  })

  test('batch scaling divides by the deviation of all rewards and leaves flat groups at 0', () => {
    const groups = [
      [1, 0, 0, 1],
      [0.5, 0.5, 0.5, 0.5],
    ]
    const [mixed, flat] = advantages(groups, { scale: 'batch', epsilon: 1e-4 })
    const value = 0.5 / (Math.sqrt(1 / 7) + 1e-4)
    closeAll(mixed, [1.322525748, -1.322525748, -1.322525748, 1.322525748], measured)
    closeAll(mixed, [value, -value, -value, value], 1e-12)
    closeAll(flat, [0, 0, 0, 0], 0)
  })

  test('an unscorable rollout is left out and gets 0', () => {
    const deviation = Math.sqrt(1 / 3) + 1e-4
    closeAll(of([1, null, 0, 1]), [0.577250287, 0, -1.154500573, 0.577250287], measured)
    closeAll(of([1, null, 0, 1]), [1 / 3 / deviation, 0, -2 / 3 / deviation, 1 / 3 / deviation], 1e-12)
  })

  test('a spread far above rounding is signal, however small', () => {
    // In float32 the libraries keep three digits of this.
    closeAll(of([0.7, 0.7, 0.7, 0.7001]), [-0.1665, -0.1665, -0.1665, 0.5003], 1e-3)
    closeAll(of([0.7, 0.7, 0.7, 0.7001]), [-1 / 6, -1 / 6, -1 / 6, 0.5], 1e-9)
    closeAll(of([0.7, 0.7, 0.7, 0.7001], 'group', 1e-6), [-0.4896, -0.4896, -0.4896, 1.4712], 2e-3)
  })
})

describe('groups without signal get zeros', () => {
  const scales: readonly AdvantageScale[] = ['group', 'batch', 'none', 'rloo']
  for (const scale of scales) {
    test(`${scale}: equal rewards, a lone reward, rounding noise, nothing scorable, nothing at all`, () => {
      closeAll(of([0.7, 0.7, 0.7, 0.7], scale), [0, 0, 0, 0], 0)
      closeAll(of([0.7], scale), [0], 0)
      closeAll(of([null, 0.7, null], scale), [0, 0, 0], 0)
      closeAll(of([0.1 + 0.2, 0.3, 0.3, 0.3], scale, 0), [0, 0, 0, 0], 0)
      closeAll(of([null, null], scale), [0, 0], 0)
      closeAll(of([], scale), [], 0)
      closeAll(of([0, 0], scale), [0, 0], 0)
    })
  }
})

describe('laws of the advantages', () => {
  const scale = fc.constantFrom<AdvantageScale>('group', 'batch', 'none', 'rloo')
  const reward = fc.option(fc.double({ min: -10, max: 10, noNaN: true }), { freq: 6, nil: null })
  const groups = fc.array(fc.array(reward, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 5 })

  test('they sum to 0 in every group', () => {
    fc.assert(
      fc.property(groups, scale, (rewards, by) => {
        for (const group of advantages(rewards, { scale: by, epsilon: 1e-4 })) {
          const largest = Math.max(1, ...group.map(Math.abs))
          assert.ok(Math.abs(group.reduce((sum, value) => sum + value, 0)) <= 1e-9 * group.length * largest)
        }
      }),
    )
  })

  test('they do not change when every reward of the step moves by the same amount', () => {
    // Multiples of 1/4 so that the shift itself is exact.
    const exact = fc.option(
      fc.integer({ min: -40, max: 40 }).map((n) => n / 4),
      { freq: 6, nil: null },
    )
    const exactGroups = fc.array(fc.array(exact, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(exactGroups, scale, fc.integer({ min: -100, max: 100 }), (rewards, by, shift) => {
        const moved = rewards.map((group) => group.map((value) => (value === null ? null : value + shift)))
        const options = { scale: by, epsilon: 1e-4 }
        const there = advantages(moved, options)
        advantages(rewards, options).forEach((group, g) => {
          closeAll(there[g], group, 1e-9)
        })
      }),
    )
  })

  test('unscorable rollouts get exactly 0 and do not move the others', () => {
    fc.assert(
      fc.property(groups, scale, (rewards, by) => {
        const options = { scale: by, epsilon: 1e-4 }
        const without = advantages(
          rewards.map((group) => group.filter((value) => value !== null)),
          options,
        )
        advantages(rewards, options).forEach((group, g) => {
          closeAll(
            group.filter((_, i) => rewards[g]?.[i] !== null),
            without[g] as number[],
            0,
          )
          group.forEach((value, i) => {
            if (rewards[g]?.[i] === null) assert.equal(value, 0)
          })
        })
      }),
    )
  })

  test('a higher reward never has the lower advantage within its group', () => {
    fc.assert(
      fc.property(groups, scale, (rewards, by) => {
        advantages(rewards, { scale: by, epsilon: 1e-4 }).forEach((group, g) => {
          const values = rewards[g] as (number | null)[]
          values.forEach((a, i) => {
            values.forEach((b, j) => {
              if (a !== null && b !== null && a > b) assert.ok((group[i] as number) >= (group[j] as number))
            })
          })
        })
      }),
    )
  })

  test('rloo is none times G / (G - 1), and the same as leaving each one out', () => {
    const rewards = [3, -1, 4, 1, -5]
    const others = rewards.map((value, i) => {
      const rest = rewards.filter((_, j) => j !== i)
      return value - rest.reduce((sum, x) => sum + x, 0) / rest.length
    })
    closeAll(of(rewards, 'rloo'), others, 1e-12)
    closeAll(
      of(rewards, 'none').map((value) => (value * 5) / 4),
      others,
      1e-12,
    )
  })
})

describe('a derivation', () => {
  const scales: readonly AdvantageScale[] = ['group', 'batch', 'none', 'rloo']

  test('names what a reward was compared with and divided by', () => {
    const [group] = advantageDerivations([[10, 9, null, 8]], { scale: 'group', epsilon: 0 })
    assert.deepEqual(group?.[0], {
      kind: 'relative',
      value: 10,
      baseline: { of: 'group-mean', value: 9 },
      divisor: { of: 'group-deviation', deviation: 1, epsilon: 0 },
      advantage: 1,
    })
    assert.deepEqual(group?.[2], { kind: 'unscorable', advantage: 0 })
    const [rloo] = advantageDerivations([[10, 9, 8]], { scale: 'rloo', epsilon: 0 })
    assert.deepEqual(rloo?.[0], {
      kind: 'relative',
      value: 10,
      baseline: { of: 'mean-of-others', value: 8.5 },
      divisor: null,
      advantage: 1.5,
    })
  })

  test('says why there is no advantage', () => {
    const kinds = (rewards: readonly (number | null)[]): string[] =>
      advantageDerivations([rewards], { scale: 'group', epsilon: 0 })
        .flat()
        .map(({ kind }) => kind)
    assert.deepEqual(kinds([5, 5]), ['no-spread', 'no-spread'])
    assert.deepEqual(kinds([5, null]), ['alone', 'unscorable'])
    assert.deepEqual(kinds([null]), ['unscorable'])
  })

  test('gives the advantage by its own formula, whatever the scale', () => {
    const reward = fc.option(
      fc.integer({ min: -20, max: 20 }).map((halves) => halves / 2),
      { nil: null },
    )
    const groups = fc.array(fc.array(reward, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(groups, fc.constantFrom(...scales), (rewards, scale) => {
        const derived = advantageDerivations(rewards, { scale, epsilon: 1e-4 })
        assert.deepEqual(
          advantages(rewards, { scale, epsilon: 1e-4 }),
          derived.map((group) => group.map(({ advantage }) => advantage)),
        )
        for (const derivation of derived.flat()) {
          if (derivation.kind !== 'relative') {
            assert.equal(derivation.advantage, 0)
            continue
          }
          const { value, baseline, divisor, advantage } = derivation
          const by = divisor === null ? 1 : divisor.deviation + divisor.epsilon
          assert.ok(Math.abs((value - baseline.value) / by - advantage) < 1e-9)
        }
      }),
    )
  })
})
