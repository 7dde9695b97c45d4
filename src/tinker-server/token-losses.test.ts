import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { tokenLoss } from './token-losses.ts'

const names = ['importance_sampling', 'ppo', 'cispo', 'dro'] as const
const options = { bounds: { low: 0.8, high: 1.2 }, beta: 0.3 }
const logprob = fc.double({ min: -3, max: -0.01, noNaN: true })

test('each slope is the derivative of its loss, the clipped ratio of CISPO held fixed', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      logprob,
      logprob,
      fc.double({ min: -2, max: 2, noNaN: true }),
      (name, now, sampled, advantage) => {
        const ratio = Math.exp(now - sampled)
        // Where the clip begins there is no derivative.
        fc.pre(Math.abs(ratio - 0.8) > 1e-3 && Math.abs(ratio - 1.2) > 1e-3)
        const at = (value: number) => tokenLoss(name, options, { logprob: value, samplerLogprob: sampled, advantage })
        const step = 1e-6
        const clipped = Math.min(Math.max(ratio, 0.8), 1.2)
        const numeric =
          name === 'cispo' ? -clipped * advantage : (at(now + step).value - at(now - step).value) / (2 * step)
        assert.ok(Math.abs(at(now).slope - numeric) <= 1e-4 * Math.max(1, ratio))
      },
    ),
  )
})

test('PPO is flat beyond the clip where the advantage pushes outward, and pulls back where it does not', () => {
  const beyond = { logprob: 0, samplerLogprob: -1 }
  assert.equal(tokenLoss('ppo', options, { ...beyond, advantage: 1 }).slope, 0)
  assert.ok(tokenLoss('ppo', options, { ...beyond, advantage: -1 }).slope > 0)
})
