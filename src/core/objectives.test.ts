import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPolicyLoss } from './fixtures/policy-loss.ts'
import { sequenceObjective } from './objectives.ts'

test('each edge of the clip region has its own width in verl’s CISPO', () => {
  const { gradient, low, high } = sequenceObjective(
    { ...defaultPolicyLoss, loss: 'cispo_verl', clipLow: 0.3, clipHigh: 0.6 },
    {
      logprobs: Float64Array.of(-1, -1, -1),
      logRatios: Float64Array.of(Math.log(0.2), Math.log(1.5), Math.log(3)),
      weights: Float64Array.of(1, 1, 1),
      advantage: -1,
    },
  )
  ;[0.7, 1.5, 1.6].forEach((slope, t) => {
    assert.ok(Math.abs((gradient[t] as number) - slope) < 1e-12)
  })
  assert.deepEqual([low, high], [1, 0])
})

test('GMPO holds a token on the side that the advantage pushes to, and only there', () => {
  const tokens = {
    logprobs: Float64Array.of(-1, -1),
    logRatios: Float64Array.of(-0.9, 0.9),
    weights: Float64Array.of(1, 1),
  }
  const options = { ...defaultPolicyLoss, loss: 'gmpo', clipLow: 0.1, clipHigh: 0.4 } as const
  const up = sequenceObjective(options, { ...tokens, advantage: 1 })
  assert.ok(Math.abs(up.total + Math.exp((-0.9 + 0.4) / 2)) < 1e-12)
  assert.ok(up.gradient[0] !== 0 && up.gradient[1] === 0)
  const down = sequenceObjective(options, { ...tokens, advantage: -1 })
  assert.ok(Math.abs(down.total - Math.exp((-0.1 + 0.9) / 2)) < 1e-12)
  assert.ok(down.gradient[0] === 0 && down.gradient[1] !== 0)
})
