import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { someTokens } from '../embedded/testing/tiny-model.ts'
import { packedBatches, packMask } from './packs.ts'
import { loraEngine, tinyModels } from './testing/tiny-models.ts'

const tokens = (max: number) => fc.array(fc.integer({ min: 2, max: 40 }), { minLength: 1, maxLength: max })

test('every completion token is scored once, from a position that sees its prompt and its own completion alone', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ prompt: fc.integer({ min: 0, max: 2 }), completion: tokens(12) }), { maxLength: 9 }),
      fc.constantFrom(24, 200),
      fc.constantFrom(0, 0.001, 0.1),
      (list, batchTokens, attentionShare) => {
        const prompts = [0, 1, 2].map((i) => someTokens(2 + 5 * i, i))
        const sequences = list.map(({ prompt, completion }) => ({ prompt: prompts[prompt] ?? [], completion }))
        const seen = new Set<string>()
        for (const batch of packedBatches(sequences, { batchTokens, attentionShare })) {
          const mask = packMask(batch, null)
          for (const { place, target, sequence, offset } of batch.scored) {
            seen.add(`${sequence}/${offset}`)
            const { prompt, completion } = sequences[sequence] as (typeof sequences)[0]
            assert.equal(target, completion[offset])
            const row = Math.floor(place / batch.length)
            const visible = Array.from({ length: batch.length }, (_, j) => row * batch.length + j).filter(
              (_, j) => mask[place * batch.length + j] === 0,
            )
            assert.deepEqual(
              visible.map((i) => batch.tokens[i]),
              [...prompt, ...completion.slice(0, offset)],
            )
            assert.deepEqual(
              visible.map((i) => batch.positions[i]),
              visible.map((_, i) => i),
            )
          }
        }
        assert.equal(
          seen.size,
          list.reduce((sum, { completion }) => sum + completion.length, 0),
        )
      },
    ),
  )
})

test('a group is packed behind one prompt only where that is cheaper', () => {
  const positions = (promptLength: number, completionLength: number): number => {
    const sequences = Array.from({ length: 8 }, (_, i) => {
      return { prompt: someTokens(promptLength), completion: someTokens(completionLength, i) }
    })
    const batches = packedBatches(sequences, { batchTokens: 512, attentionShare: 0.01 })
    return batches.reduce((sum, { rows, length }) => sum + rows * length, 0)
  }
  assert.ok(positions(60, 10) <= 60 + 8 * 9 + 16)
  assert.ok(positions(4, 60) >= 8 * (4 + 59))
})

for (const [name, config] of Object.entries(tinyModels)) {
  test(`${name}: a group behind one prompt has the log-probs and gradients of its sequences alone`, async (t) => {
    const engine = await loraEngine(t, { config })
    const adam = { learningRate: 0.02, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 }
    const prompt = someTokens(12)
    const data = [9, 3, 1, 14].map((length, i) => {
      return { prompt, completion: someTokens(length, 5 + i), oldLogprobs: [], advantage: 1 }
    })
    await engine.forwardBackward(data, { kind: 'cross-entropy' })
    await engine.optimStep(adam)
    const packed = await engine.logprobs(data)
    for (const [i, datum] of data.entries()) {
      const [alone] = await engine.logprobs([datum])
      alone?.forEach((value, k) => {
        assert.ok(Math.abs(value - (packed[i]?.[k] as number)) <= 1e-5, `${value} and ${packed[i]?.[k]}`)
      })
    }
    const weights = data.map(({ completion }) => completion.map((_, k) => 1 + k))
    await engine.addWeightedGradients(data, weights)
    const together = await engine.optimStep({ ...adam, learningRate: 0 })
    for (const [i, datum] of data.entries()) await engine.addWeightedGradients([datum], [weights[i] ?? []])
    const apart = await engine.optimStep({ ...adam, learningRate: 0 })
    assert.ok(Math.abs(together.gradNorm / apart.gradNorm - 1) < 1e-5, `${together.gradNorm} and ${apart.gradNorm}`)
  })
}
