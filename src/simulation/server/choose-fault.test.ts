import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTreatments } from './choose-fault.ts'
import { type FaultName, faultNames, type SimulatorOptions, simulatorSettings } from './options.ts'

const requests = Array.from({ length: 4000 }, (_, i) => `{"seed":${i}}`)

function faultsOf(options: SimulatorOptions, texts: readonly string[]): (FaultName | null)[] {
  const treatmentOf = createTreatments(simulatorSettings(options))
  return texts.map((text) => treatmentOf(text).fault)
}

test('the same requests in another order meet the same faults', () => {
  const faults = { emptyContent: 0.13, rateLimit: 0.2, reset: 0.1 }
  const shuffled = fc.shuffledSubarray(requests, { minLength: requests.length, maxLength: requests.length })
  const faultsInOrder = faultsOf({ faults }, requests)
  const inOrder = new Map(requests.map((text, i) => [text, faultsInOrder[i]]))
  fc.assert(
    fc.property(shuffled, (texts) => {
      faultsOf({ faults }, texts).forEach((fault, i) => {
        assert.equal(fault, inOrder.get(texts[i] as string))
      })
    }),
    { numRuns: 5 },
  )
})

test('a request that is sent again is drawn anew, and the draws of its repetitions do not depend on other requests', () => {
  const faults = { serverError: 0.5 }
  const alone = faultsOf({ faults }, Array<string>(64).fill('a'))
  assert.ok(alone.includes(null) && alone.includes('serverError'))
  const mixed = faultsOf(
    { faults },
    alone.flatMap(() => ['a', 'b']),
  )
  assert.deepEqual(
    mixed.filter((_, i) => i % 2 === 0),
    alone,
  )
})

test('each fault comes as often as its rate says', () => {
  for (const name of faultNames) {
    const share = faultsOf({ faults: { [name]: 0.13 } }, requests).filter((fault) => fault === name).length
    const deviation = Math.sqrt(requests.length * 0.13 * 0.87)
    assert.ok(Math.abs(share - requests.length * 0.13) < 4 * deviation, `${name}: ${share}`)
  }
})

test('another seed meets other faults', () => {
  const faults = { emptyContent: 0.5 }
  assert.notDeepEqual(faultsOf({ faults, seed: 1 }, requests), faultsOf({ faults, seed: 2 }, requests))
})

test('a slow answer takes ten times as long, and latencies spread around their median', () => {
  const fixed = createTreatments(simulatorSettings({ latencyMs: 7 }))
  assert.equal(fixed('x').delayMs, 7)
  const slow = createTreatments(simulatorSettings({ latencyMs: 7, faults: { slow: 1 } }))
  assert.equal(slow('x').delayMs, 70)
  const spread = createTreatments(simulatorSettings({ latencyMs: { medianMs: 100, sigma: 0.5 } }))
  const delays = requests.map((text) => spread(text).delayMs).sort((a, b) => a - b)
  const median = delays[delays.length / 2] as number
  assert.ok(median > 95 && median < 105, `median ${median}`)
  assert.ok((delays[0] as number) < 40 && (delays.at(-1) as number) > 250)
})

test('rates outside 0..1, or above 1 together, are refused with the name of the fault', () => {
  assert.throws(() => simulatorSettings({ faults: { garbage: 1.2 } }), /garbage must lie in 0\.\.1 \(got 1\.2\)/)
  assert.throws(() => simulatorSettings({ faults: { garbage: Number.NaN } }), /garbage/)
  assert.throws(() => simulatorSettings({ faults: { reset: 0.6, loading: 0.6 } }), /add up to 1\.200/)
  assert.ok(simulatorSettings({ faults: { reset: 0.4, loading: 0.6 } }))
})
