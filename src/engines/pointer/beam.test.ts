import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import { leastShots, pointerArchitecture } from './architecture.ts'
import type { ScoredGroup } from './pick-batch.ts'
import { plackettLuce } from './plackett-luce.ts'
import { referenceScores } from './testing/reference-network.ts'
import { openToy, toyArchitectures, toyFeatures, toyParameters, toyQueries } from './testing/toy-selectors.ts'

/** Every sequence that the selector could choose. */
function allSequences(poolSize: number, shots: number, stopAfter: number): number[][] {
  let unfinished: number[][] = [[]]
  const finished: number[][] = []
  for (let step = 0; step < shots; step++) {
    const next: number[][] = []
    for (const picks of unfinished) {
      for (let choice = 0; choice < poolSize; choice++) if (!picks.includes(choice)) next.push([...picks, choice])
      if (picks.length >= stopAfter) finished.push([...picks, poolSize])
    }
    unfinished = next
  }
  return [...finished, ...unfinished]
}

for (const [name, architecture] of Object.entries(toyArchitectures)) {
  test(`the probabilities of all sequences add up to 1, and proposals carry theirs: ${name}`, async (t) => {
    const selector = await openToy(t, architecture)
    const queries = toyQueries([4, 5, 5])
    const groups = queries.map((query): ScoredGroup => {
      const sequences = allSequences(query.pool.length, 2, leastShots(architecture))
      return { ...query, sequences }
    })
    const logprobs = await selector.logprobs(groups)
    logprobs.forEach((row) => {
      const total = row.reduce((sum, value) => sum + Math.exp(value), 0)
      assert.ok(Math.abs(total - 1) < 1e-5, `they add up to ${total}`)
    })
    for (const method of ['greedy', 'beam', 'sample'] as const) {
      const proposals = await selector.propose(queries, 6, { method, shots: 2, seed: 4 })
      assert.deepEqual(
        proposals.map((list) => list.length),
        queries.map(() => (method === 'greedy' ? 1 : 6)),
      )
      proposals.forEach((list, q) => {
        for (const { picks, pointers, logprob, stepLogprobs } of list) {
          const place = groups[q]!.sequences.findIndex((sequence) => sequence.join() === picks.join())
          assert.ok(Math.abs(logprobs[q]![place]! - logprob) < 2e-6)
          assert.ok(Math.abs(stepLogprobs.reduce((a, b) => a + b) - logprob) < 1e-9)
          assert.deepEqual(
            pointers,
            picks.filter((pick) => pick < queries[q]!.pool.length),
          )
          assert.equal(new Set(pointers).size, pointers.length)
        }
      })
    }
    // As wide as the pool, a beam of two steps misses nothing: its first is the likeliest of all.
    const beams = await selector.propose(queries, 6, { method: 'beam', shots: 2 })
    beams.forEach((list, q) => {
      assert.ok(Math.abs(list[0]!.logprob - Math.max(...logprobs[q]!)) < 2e-6)
      assert.deepEqual(
        list.map(({ logprob }) => logprob),
        list.map(({ logprob }) => logprob).sort((a, b) => b - a),
      )
    })
  })
}

test('scores are those of the network in float64, whatever else is in the batch and however pools are padded', async (t) => {
  const architecture = toyArchitectures['pointer network, two layers and heads']
  const selector = await openToy(t, architecture)
  const queries = toyQueries([6, 3, 17, 6, 6, 6, 6, 2])
  const scores = await selector.firstScores(queries)
  queries.forEach((query, q) => {
    const expected = referenceScores(architecture, toyParameters(architecture), toyFeatures(), query)
    assert.equal(scores[q]!.length, expected.length)
    expected.forEach((value, k) => {
      assert.ok(Math.abs(value - scores[q]![k]!) < 2e-5)
    })
  })
  const groups = queries.map((query) => ({ ...query, sequences: [[1, 0]] }))
  const logprobs = await selector.logprobs(groups)
  const alone = await selector.logprobs([groups[1]!])
  assert.ok(Math.abs(alone[0]![0]! - logprobs[1]![0]!) < 2e-6)
  const expected = plackettLuce(scores[1]!, [1, 0])
  assert.ok(Math.abs(expected - logprobs[1]![0]!) < 2e-6)
})

test('equal candidates make a uniform policy: a pair has loss ln K + ln(K - 1)', async (t) => {
  const features = toyFeatures()
  features.candidates.forEach((_, i) => {
    features.candidates[i] = features.candidates[i % features.width]!
  })
  for (const architecture of [
    toyArchitectures['pointer network, two layers and heads'],
    toyArchitectures['bi-encoder'],
  ]) {
    const selector = await openToy(t, architecture, { features })
    const [logprobs] = await selector.logprobs([{ ...toyQueries([8])[0]!, sequences: [[3, 5]] }])
    assert.ok(Math.abs(-logprobs![0]! - (Math.log(8) + Math.log(7))) < 1e-5)
  }
})

test('samples depend on seed, stream and query alone', async (t) => {
  const selector = await openToy(t, toyArchitectures['pointer network with gate'])
  const queries = toyQueries([6, 6, 6])
  const sample = async (list: typeof queries, stream: string): Promise<string[]> =>
    (await selector.propose(list, 5, { method: 'sample', shots: 2, seed: 1, stream })).map((proposals) =>
      JSON.stringify(proposals.map(({ pointers }) => pointers)),
    )
  const all = await sample(queries, 'round 1')
  const reversed = await sample([...queries].reverse(), 'round 1')
  assert.deepEqual(all, reversed.reverse())
  assert.notDeepEqual(all, await sample(queries, 'round 2'))
})

test('what cannot be picked is refused with the fix', async (t) => {
  const selector = await openToy(t, toyArchitectures['pointer network with gate'])
  const [query] = toyQueries([3])
  const refused = async (work: Promise<unknown>, pattern: RegExp): Promise<void> => {
    await assert.rejects(
      work,
      (error) => error instanceof BatonError && error.hint !== undefined && pattern.test(error.message),
    )
  }
  await refused(
    selector.propose([query!], 1, { method: 'greedy', shots: 4 }),
    /4 shots cannot be picked from a pool of 3/,
  )
  await refused(selector.logprobs([{ ...query!, sequences: [[0, 0]] }]), /picks a demonstration twice/)
  await refused(selector.logprobs([{ ...query!, sequences: [[0, 7]] }]), /pointer 7 .* pool of 3/)
  await refused(selector.logprobs([{ query: 99, pool: [0, 1], sequences: [[0]] }]), /query 99 has no embedding/)
  await refused(selector.logprobs([{ query: 0, pool: [0, 99], sequences: [[0]] }]), /demonstration 99 has no embedding/)
})

test('a selector for other embeddings is refused when it is opened', async (t) => {
  const architecture = pointerArchitecture({ inputWidth: 16, hiddenWidth: 8 })
  await assert.rejects(openToy(t, architecture), /embeddings have 12 numbers, the selector takes 16/)
})
