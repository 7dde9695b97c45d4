/** The server's losses with our advantages have our losses' gradients. The server's formulas are written out here. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultPolicyLoss } from '../../../core/fixtures/policy-loss.ts'
import { type PolicyLossOptions, policyLoss } from '../../../core/policy-loss.ts'
import type { TrainingDatum } from '../../policy-engine.ts'
import { knownProfiles, type ServerProfile } from '../server-profile.ts'
import { builtInPlan, whyNotBuiltIn } from './built-in-loss.ts'

const profile = knownProfiles['baton'] as ServerProfile

interface Drawn extends TrainingDatum {
  readonly logprobs: number[]
}

const datum: fc.Arbitrary<Drawn> = fc.integer({ min: 1, max: 6 }).chain((length) => {
  const list = (least: number, most: number) =>
    fc.array(fc.double({ min: least, max: most, noNaN: true }), { minLength: length, maxLength: length })
  return fc.record({
    prompt: fc.array(fc.nat({ max: 90 }), { minLength: 1, maxLength: 4 }),
    completion: fc.array(fc.nat({ max: 90 }), { minLength: length, maxLength: length }),
    oldLogprobs: list(-3, -0.01),
    samplerLogprobs: list(-3, -0.01),
    logprobs: list(-3, -0.01),
    advantage: fc.double({ min: -2, max: 2, noNaN: true }),
  })
})

/** d(server's loss)/d(log-prob) by the protocol's formulas, from what is sent. */
function serverGradient(
  name: string,
  config: Readonly<Record<string, number>>,
  advantage: number,
  ratio: number,
): number {
  const [low, high] = [config['clip_low_threshold'] as number, config['clip_high_threshold'] as number]
  if (name === 'cispo') return -Math.min(Math.max(ratio, low), high) * advantage
  const isClipped = advantage >= 0 ? ratio > high : ratio < low
  return isClipped ? 0 : -ratio * advantage
}

const losses: Partial<PolicyLossOptions>[] = [
  { loss: 'grpo' },
  { loss: 'dapo', clipHigh: 0.28 },
  { loss: 'bnpo' },
  { loss: 'dr_grpo', maxCompletionLength: 100 },
  { loss: 'seq_mean_token_sum' },
  { loss: 'cispo', clipHigh: 2 },
  { loss: 'cispo_verl' },
  { loss: 'grpo', importance: { mode: 'token_truncate', cap: 1.5, floor: 0, length: 'sum' } },
  { loss: 'dapo', importance: { mode: 'sequence_mask', cap: 3, floor: 0, length: 'sum' } },
]
for (const changes of losses) {
  test(`${changes.loss}${changes.importance ? ` with ${changes.importance.mode}` : ''}: the server's loss has our gradient`, () => {
    const options = { ...defaultPolicyLoss, ...changes }
    assert.equal(whyNotBuiltIn(options, profile), null)
    fc.assert(
      fc.property(fc.array(datum, { minLength: 1, maxLength: 4 }), (data) => {
        const { gradients } = policyLoss(options, data)
        const plan = builtInPlan(options, data, profile)
        data.forEach(({ prompt, completion, logprobs }, i) => {
          const inputs = plan.data[i]?.loss_fn_inputs ?? {}
          completion.forEach((_, t) => {
            const position = prompt.length - 1 + t
            const old = inputs['logprobs']?.data[position] as number
            const ratio = Math.exp((logprobs[t] as number) - old)
            // On an edge of the clip, rounding to float32 may fall to either side.
            const edges = [plan.config['clip_low_threshold'], plan.config['clip_high_threshold']] as number[]
            if (edges.some((edge) => Math.abs(ratio - edge) < 1e-5)) return
            const theirs = serverGradient(
              plan.lossFn,
              plan.config,
              inputs['advantages']?.data[position] as number,
              ratio,
            )
            const ours = gradients[i]?.[t] as number
            assert.ok(Math.abs(theirs - ours) <= 1e-5 * Math.max(1, Math.abs(ours)), `${theirs} and ${ours}`)
          })
        })
      }),
      { numRuns: 60 },
    )
  })
}

test('prompt positions carry no advantage and targets are the tokens that follow', () => {
  const data = [{ prompt: [1, 2, 3], completion: [4, 5], oldLogprobs: [-1, -2], advantage: 2 }]
  const [sent] = builtInPlan({ ...defaultPolicyLoss, loss: 'seq_mean_token_sum' }, data, profile).data
  assert.deepEqual(sent?.model_input.chunks[0], { type: 'encoded_text', tokens: Int32Array.of(1, 2, 3, 4) })
  assert.deepEqual(Array.from(sent?.loss_fn_inputs['target_tokens']?.data ?? []), [2, 3, 4, 5])
  assert.deepEqual(Array.from(sent?.loss_fn_inputs['advantages']?.data ?? []), [0, 0, 2, 2])
  assert.deepEqual(Array.from(sent?.loss_fn_inputs['logprobs']?.data ?? []), [0, 0, -1, -2])
})

test('KL as shaping sums to nothing and falls on tokens that left the reference', () => {
  const data = [
    { prompt: [1], completion: [2, 3], oldLogprobs: [-0.5, -2], referenceLogprobs: [-1.5, -2], advantage: 0 },
  ]
  const options = { ...defaultPolicyLoss, loss: 'seq_mean_token_sum', klCoefficient: 0.1 } as const
  const [sent] = builtInPlan(options, data, profile).data
  const shaped = Array.from(sent?.loss_fn_inputs['advantages']?.data ?? [])
  assert.ok(Math.abs((shaped[0] as number) + 0.05) < 1e-7 && Math.abs((shaped[1] as number) - 0.05) < 1e-7)
})

test('a server that averages sequences gets advantages that undo it', () => {
  const data = [
    { prompt: [1, 2], completion: [3, 4], oldLogprobs: [-1, -1], advantage: 1 },
    { prompt: [1], completion: [3], oldLogprobs: [-1], advantage: -1 },
  ]
  const options = { ...defaultPolicyLoss, loss: 'dapo' } as const
  const sums = builtInPlan(options, data, profile).data
  const means = builtInPlan(options, data, { ...profile, reduction: 'sequence-mean' }).data
  data.forEach(({ prompt, completion }, i) => {
    const positions = prompt.length + completion.length - 1
    const at = prompt.length - 1
    const [sum, mean] = [sums, means].map((list) => list[i]?.loss_fn_inputs['advantages']?.data[at] as number)
    // The server divides by the positions of the sequence and by the number of sequences.
    assert.ok(Math.abs((mean as number) / positions / data.length - (sum as number)) < 1e-7)
  })
})
