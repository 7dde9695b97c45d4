import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomFor } from '../../core/random.ts'
import { pointerArchitecture } from './architecture.ts'
import { selectorParameterSpecs } from './parameters.ts'
import { plackettLuce } from './plackett-luce.ts'
import type { Selector } from './selector.ts'
import type { LearnCall } from './selector-messages.ts'
import { referenceScores } from './testing/reference-network.ts'
import {
  openToy,
  toyArchitectures,
  toyFeatures,
  toyGroups,
  toyParameters,
  toyQueries,
} from './testing/toy-selectors.ts'

const adam = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  gradientScale: 1,
  step: 1,
} as const

/** Pools of unequal size and three picks, so that padding and every kind of step are part of it. */
async function callsFor(selector: Selector): Promise<{ weighted: LearnCall; clipped: LearnCall }> {
  const { architecture } = selector
  const queries = toyQueries([6, 5, 6])
  const hasStop = architecture.kind === 'pointer' && architecture.stop !== null
  const groups = toyGroups(queries, 4, 3).map((group) => ({
    ...group,
    sequences: group.sequences.map((picks, i) =>
      hasStop && i === 1 ? [picks[0] as number, group.pool.length] : picks,
    ),
  }))
  const rng = randomFor('inputs')
  const values = (draw: () => number): number[][] => groups.map(({ sequences }) => sequences.map(draw))
  const logprobs = await selector.logprobs(groups)
  await selector.holdReference()
  const base = { groups, bounds: {}, frozen: [], adam, maxGradNorm: 1 }
  return {
    weighted: {
      ...base,
      loss: { kind: 'weighted', labelSmoothing: 0.1 },
      weights: values(() => rng.next() / 12),
      clipped: null,
    },
    clipped: {
      ...base,
      loss: { kind: 'clipped' },
      weights: values(() => 1 / 12),
      clipped: {
        advantages: values(() => rng.normal()),
        // Ratios on both sides of the clip range, none at its edges, where there is no derivative.
        oldLogprobs: logprobs.map((row) => row.map((value, i) => value - [-0.4, -0.05, 0.05, 0.4][i % 4]!)),
        klCoefficient: 0.3,
        clipLow: 0.2,
        clipHigh: 0.2,
      },
    },
  }
}

for (const [name, architecture] of Object.entries(toyArchitectures)) {
  test(`gradients agree with finite differences in a random direction of every tensor: ${name}`, async (t) => {
    const selector = await openToy(t, architecture)
    const calls = await callsFor(selector)
    const start = await selector.state()
    // The reference is another selector, so that the KL has a gradient.
    const other = selectorParameterSpecs(architecture).map(
      ({ name: tensor }) => toyParameters(architecture, 5).get(tensor)!,
    )
    const reference = other.map(({ data }) => data as Float32Array)
    const moved = { ...start, reference }
    for (const call of [calls.weighted, calls.clipped]) {
      await selector.setState(moved)
      const { gradients } = await selector.gradients(call)
      for (const [i, spec] of selectorParameterSpecs(architecture).entries()) {
        const rng = randomFor('direction', spec.name)
        const raw = Float64Array.from(start.parameters[i]!, () => rng.normal())
        const length = Math.hypot(...raw)
        const epsilon = 4e-3
        const lossAt = async (step: number): Promise<number> => {
          const data = start.parameters[i]!.map((value, k) => value + (step * raw[k]!) / length)
          await selector.setState({ ...moved, parameters: start.parameters.with(i, data) })
          return (await selector.gradients(call)).loss
        }
        const slope = ((await lossAt(epsilon)) - (await lossAt(-epsilon))) / (2 * epsilon)
        const expected = gradients[i]!.reduce((sum, value, k) => sum + (value * raw[k]!) / length, 0)
        assert.ok(
          Math.abs(slope - expected) < 3e-4 + 0.02 * Math.abs(expected),
          `${spec.name} (${call.loss.kind}): ${expected}, differences ${slope}`,
        )
      }
    }
  })
}

test('the gradient of the RCE loss agrees with central differences of the network in float64', async (t) => {
  const architecture = toyArchitectures['pointer network, two layers and heads']
  const selector = await openToy(t, architecture)
  const { weighted } = await callsFor(selector)
  const call: LearnCall = { ...weighted, loss: { kind: 'weighted', labelSmoothing: 0 } }
  const { loss, gradients } = await selector.gradients(call)
  const tensors = new Map(
    [...toyParameters(architecture)].map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]),
  )
  const reference = (): number => {
    let sum = 0
    call.groups.forEach((group, i) => {
      const scores = referenceScores(architecture, tensors, toyFeatures(), group)
      group.sequences.forEach((picks, n) => {
        sum -= call.weights[i]![n]! * plackettLuce(scores, picks)
      })
    })
    return sum
  }
  assert.ok(Math.abs(reference() - loss) < 1e-5)
  for (const [i, { name }] of selectorParameterSpecs(architecture).entries()) {
    const { data } = tensors.get(name)!
    for (let entry = 0; entry < data.length; entry += Math.ceil(data.length / 6)) {
      const value = data[entry]!
      const at = (x: number): number => {
        data[entry] = x
        return reference()
      }
      const slope = (at(value + 1e-5) - at(value - 1e-5)) / 2e-5
      at(value)
      assert.ok(Math.abs(slope - gradients[i]![entry]!) < 2e-6 + 1e-4 * Math.abs(slope), `${name}[${entry}]`)
    }
  }
})

test('the KL of a step is the same whether the scores of the reference are found again or computed', async (t) => {
  const selector = await openToy(t, toyArchitectures['pointer network, two layers and heads'])
  const { clipped } = await callsFor(selector)
  const other = toyParameters(selector.architecture, 5)
  const reference = selectorParameterSpecs(selector.architecture).map(
    ({ name }) => other.get(name)!.data as Float32Array,
  )
  await selector.setState({ ...(await selector.state()), reference })
  // The pool of 5 needs padding beside those of 6, and then nothing is kept.
  const call: LearnCall = {
    ...clipped,
    groups: clipped.groups.map((group) => ({
      ...group,
      pool: group.pool.slice(0, 5),
      sequences: [
        [0, 1],
        [4, 2],
        [3, 0],
        [1, 2],
      ],
    })),
  }
  const first = await selector.gradients(call)
  const again = await selector.gradients({ ...call, groups: call.groups.toReversed() })
  assert.ok(first.kl.flat().every((value) => value > 1e-3))
  assert.deepEqual(again.kl.toReversed(), first.kl)
})

test('onnxruntime computes what jax-js computes', async (t) => {
  const architecture = toyArchitectures['pointer network with gate']
  const [onnx, jax] = [await openToy(t, architecture), await openToy(t, architecture, { backend: 'jax-js' })]
  const { weighted } = await callsFor(onnx)
  const [a, b] = [await onnx.gradients(weighted), await jax.gradients(weighted)]
  assert.ok(Math.abs(a.loss - b.loss) < 1e-5)
  a.gradients.forEach((gradient, i) => {
    gradient.forEach((value, k) => {
      assert.ok(Math.abs(value - b.gradients[i]![k]!) < 2e-5)
    })
  })
})

test('a pick that would win by far leaves the rest of the step whole: masks are minus infinity', async (t) => {
  // Temperature 1e-4: cosines of 1 and 0 are 10,000 apart; -100 in place of a mask would win against the rest.
  const architecture = pointerArchitecture({ inputWidth: 12, hiddenWidth: 8, layers: 0, temperature: 1e-4 })
  const features = toyFeatures()
  const [query] = toyQueries([5])
  features.queries.set(features.candidates.subarray(query!.pool[0]! * 12, (query!.pool[0]! + 1) * 12))
  const selector = await openToy(t, architecture, { features })
  const [scores] = await selector.firstScores([query!])
  const best = scores!.indexOf(Math.max(...scores!))
  const others = [0, 1, 2, 3, 4].filter((i) => i !== best)
  const sequences = others.map((second) => [best, second])
  const [logprobs] = await selector.logprobs([{ ...query!, sequences }])
  const total = logprobs!.reduce((sum, value) => sum + Math.exp(value), 0)
  assert.ok(Math.abs(total - 1) < 1e-5, `the four second picks have probability ${total}`)
  const { weighted } = await callsFor(selector)
  const { gradients } = await selector.gradients(weighted)
  assert.ok(gradients.every((gradient) => gradient.every(Number.isFinite)))
})
