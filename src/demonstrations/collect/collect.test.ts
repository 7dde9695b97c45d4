import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createPickTokenizer } from '../../engines/pointer/index.ts'
import { pictureQuestions } from '../../simulation/pictures/index.ts'
import { createSimulatedModel } from '../../simulation/server/simulated-model.ts'
import { createAnswerer, defaultProfile } from '../answering/index.ts'
import { indexQuestions, makePool } from '../data/index.ts'
import { encodeNgrams, rowsFor } from '../features/index.ts'
import { samplePools } from '../samplers/index.ts'
import type { Answerer, CandidateSequence, CollectedGroup, Question } from '../schema.ts'
import { type CollectionRequest, collectSequences, defaultPlan } from './collect-sequences.ts'
import { infoScoreBeams } from './info-score.ts'
import { distinctSequences, type ProposedSequence, proposed } from './propose.ts'
import { balanceGroups, countSequences, judgeAgain, mergeGroups } from './refine.ts'

const { index: questions } = pictureQuestions({ seed: 11, index: 60, heldOut: 0 })
const index = indexQuestions(questions)
const queries = questions.slice(0, 12)
const pools = samplePools(queries, index, { sampler: 'random', size: 10, seed: 1 })
const embeddings = encodeNgrams(questions)
const space = {
  index: embeddings,
  queries: rowsFor(
    embeddings,
    queries.map(({ id }) => id),
  ),
}
const simulated = createSimulatedModel()
const answerer = createAnswerer({ model: simulated, likelihoodModel: simulated }, defaultProfile)
const request: CollectionRequest = { queries, pools, index, space, answerer, plan: defaultPlan, concurrency: 8 }

test('each query gets as many distinct ordered sequences as asked, with retrieval first, whatever the concurrency', async () => {
  const groups = await collectSequences(request)
  for (const { candidates, pool } of groups) {
    assert.equal(candidates.length, 12)
    assert.equal(new Set(candidates.map(({ picks }) => picks.join())).size, 12)
    assert.equal(candidates[0]?.source, 'retrieval')
    for (const { picks, verdict, failure } of candidates) {
      assert.equal(new Set(picks).size, 2)
      assert.ok(picks.every((pick) => pick >= 0 && pick < pool.ids.length))
      assert.ok(verdict !== null && failure === null)
    }
  }
  assert.deepEqual(await collectSequences({ ...request, concurrency: 1 }), groups)
  const few = { queries: queries.slice(3, 5), pools: pools.slice(3, 5) }
  const ids = few.queries.map(({ id }) => id)
  const part = await collectSequences({ ...request, ...few, space: { ...space, queries: rowsFor(embeddings, ids) } })
  assert.deepEqual(part, groups.slice(3, 5))
})

test('the first pick stands next to the question', async () => {
  const seen: string[][] = []
  const watching: Answerer = {
    ...answerer,
    answer: async (question, shown) => {
      seen.push([...shown.map(({ id }) => id), question.id])
      return { kind: 'answer', prediction: 'x', rawGeneration: 'x' }
    },
  }
  const groups = await collectSequences({ ...request, answerer: watching, concurrency: 1 })
  const wanted = groups.flatMap(({ candidates, pool, query }) =>
    candidates.map(({ picks }) => [pool.ids[picks[1] as number], pool.ids[picks[0] as number], query.id]),
  )
  assert.deepEqual(seen, wanted)
})

test('failures have no verdict and are counted apart from wrong answers', async () => {
  let calls = 0
  const failing: Answerer = {
    ...answerer,
    answer: async () => {
      calls += 1
      return calls % 3 === 0
        ? { kind: 'failure', failure: 'timeout', message: 'late' }
        : { kind: 'answer', prediction: 'nothing like it', rawGeneration: 'nothing like it' }
    },
  }
  const groups = await collectSequences({ ...request, answerer: failing })
  const counts = countSequences(groups)
  assert.deepEqual(
    [counts.sequences, counts.failed, counts.right.value, counts.right.trials, counts.withPositive],
    [144, 48, 0, 96, 0],
  )
  const failed = groups.flatMap(({ candidates }) => candidates).filter(({ failure }) => failure !== null)
  assert.ok(failed.every(({ verdict, failure }) => verdict === null && failure === 'timeout'))
  // Judged again, they get their verdicts.
  const again = await judgeAgain(groups, index, { answerer, concurrency: 4 })
  assert.equal(countSequences(again).failed, 0)
  assert.deepEqual(
    mergeGroups(groups, again).flatMap(({ candidates }) => candidates.filter(({ failure }) => failure !== null)),
    [],
  )
})

test('mining looks further for queries without a right answer, and only for those', async () => {
  const wrong: Answerer = {
    ...answerer,
    answer: async (question) => {
      const prediction = question.id === queries[0]?.id ? question.shownAnswer : 'nothing like it'
      return { kind: 'answer', prediction, rawGeneration: prediction }
    },
  }
  const groups = await collectSequences({ ...request, answerer: wrong, plan: { ...defaultPlan, miningRounds: 2 } })
  assert.deepEqual(
    groups.map(({ candidates }) => candidates.length),
    [12, ...Array.from({ length: 11 }, () => 36)],
  )
  for (const { candidates } of groups)
    assert.equal(new Set(candidates.map(({ picks }) => picks.join())).size, candidates.length)
})

test('of equal tuples the first source stays, order matters, and a small pool gives all it has', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), fc.array(fc.nat(5), { maxLength: 12 }), (size, firsts) => {
      const pool = makePool(
        'q',
        Array.from({ length: size }, (_, i) => String(i)),
      )
      const given: ProposedSequence[] = firsts.map((first, i) => {
        const source = (['random', 'sample', 'beam', 'retrieval'] as const)[i % 4] ?? 'random'
        return proposed(source, [first % size, (first + 1) % size])
      })
      const plan = { seed: 1, shots: 2, count: 12, similar: 0, similarTemperature: 1 }
      const found = distinctSequences(given, pool, { plan })
      assert.equal(found.length, Math.min(12, size * (size - 1)))
      assert.equal(new Set(found.map(({ picks }) => picks.join())).size, found.length)
      const rank = ['beam', 'sample', 'retrieval', 'random']
      for (const { picks, source } of found) {
        const same = given.filter((other) => other.picks.join() === picks.join())
        if (same.length > 0)
          assert.equal(rank.indexOf(source), Math.min(...same.map((one) => rank.indexOf(one.source))))
      }
    }),
  )
  const pool = makePool('q', ['a', 'b'])
  const both = distinctSequences([proposed('beam', [0, 1]), proposed('beam', [1, 0])], pool, {
    plan: { seed: 1, shots: 2, count: 2, similar: 0, similarTemperature: 1 },
  })
  assert.deepEqual(
    both.map(({ picks }) => picks),
    [
      [0, 1],
      [1, 0],
    ],
  )
})

test('more shots than a pool has are refused before anything is asked', async () => {
  await assert.rejects(collectSequences({ ...request, plan: { ...defaultPlan, shots: 11 } }), {
    code: 'shots-exceed-pool',
  })
})

/** P(answer) as a table of what is shown. */
const likely = (probability: (shown: readonly string[]) => number): Answerer => ({
  ...answerer,
  likelihood: async (_question, shown) => ({
    kind: 'likelihood',
    meanLogprob: Math.log(probability(shown.map(({ id }) => id))),
  }),
})

test('InfoScore beams are ranked by the gain of their last step, with its sign, and the new one comes before the others', async () => {
  const pool = makePool('q', ['a', 'b', 'c'])
  const byId = (id: string): Question => ({ ...(queries[0] as Question), id })
  const table: Record<string, number> = {
    '': 0.5,
    a: 0.9,
    b: 0.6,
    c: 0.3,
    'b,a': 0.8,
    'c,a': 0.7,
    'a,b': 0.95,
    'c,b': 0.2,
  }
  const judge = likely((shown) => table[shown.join()] ?? 0.01)
  const plan = { beams: 2, shots: 2, order: 'left' } as const
  const outcome = await infoScoreBeams(byId('q'), pool, { plan, answerer: judge, byId })
  assert.ok(outcome.kind === 'beams')
  // a (gain 0.4) and b (0.1) stay; then a before b gains 0.35, and b before a loses 0.1. Sums would say otherwise.
  assert.deepEqual(
    outcome.beams.map(({ picks, beamScore, beamRank }) => [picks, Math.round((beamScore ?? 0) * 100) / 100, beamRank]),
    [
      [[1, 0], 0.35, 0],
      [[0, 1], -0.1, 1],
    ],
  )
  const right = await infoScoreBeams(byId('q'), pool, { plan: { ...plan, order: 'right' }, answerer: judge, byId })
  assert.ok(right.kind === 'beams')
  // Right before the question: b, then a next to it, so that a is the first pick only of "b,a".
  assert.deepEqual(right.beams[0]?.picks, [0, 1])
})

test('with InfoScore beams the sequences hold them, and a server without likelihoods is told before the answers are bought', async () => {
  const groups = await collectSequences({ ...request, plan: { ...defaultPlan, infoScoreBeams: 3 } })
  for (const { candidates } of groups) {
    assert.deepEqual(
      candidates.filter(({ source }) => source === 'beam').map(({ beamRank }) => beamRank),
      [0, 1, 2],
    )
  }
  const mute = createAnswerer({ model: simulated }, defaultProfile)
  await assert.rejects(collectSequences({ ...request, answerer: mute, plan: { ...defaultPlan, infoScoreBeams: 3 } }), {
    code: 'no-likelihood',
  })
})

test("a selector's beams and samples come before chance, with their log-probs", async () => {
  const tokenizer = createPickTokenizer({ queries: embeddings, candidates: embeddings })
  const sequences = (
    method: 'beam' | 'sample',
    prompts: readonly (readonly number[])[],
    count: number,
    shots: number,
  ) =>
    prompts.map(([, ...pool]) =>
      Array.from({ length: count }, (_, i) => {
        const tokens = Array.from({ length: shots }, (_, k) => pool[(i + k) % pool.length] as number)
        const logprob = 0 - i - (method === 'beam' ? 0 : 0.5)
        return { tokens, logprobs: [logprob], stopReason: 'length' as const }
      }),
    )
  const selector: CollectionRequest['selector'] = {
    tokenizer,
    beam: async (asked, shots) =>
      sequences(
        'beam',
        asked.map(({ prompt }) => prompt),
        asked[0]?.count ?? 0,
        shots,
      ),
    sample: async (asked, { maxTokens }) =>
      sequences(
        'sample',
        asked.map(({ prompt }) => prompt),
        asked[0]?.count ?? 0,
        maxTokens,
      ),
  }
  const [first] = await collectSequences({ ...request, selector: selector as NonNullable<typeof selector> })
  const beams = first?.candidates.filter(({ source }) => source === 'beam') ?? []
  assert.deepEqual(
    beams.map(({ picks, beamRank, logprob }) => [picks.join(), beamRank, logprob]),
    ['0,1', '1,2', '2,3', '3,4', '4,5'].map((picks, i) => [picks, i, 0 - i]),
  )
  // Its samples are tuples that the beam has already.
  assert.equal(
    first?.candidates.some(({ source }) => source === 'sample'),
    false,
  )
})

test('the probability of the reference counts each distinct answer by its annotators, and is null where it is not told', async () => {
  const tenAnswers = ['a', 'a', 'a', 'a', 'b', 'b', 'c', 'c', 'd', 'd']
  const asked = [{ ...(queries[0] as Question), answers: tenAnswers }]
  const plan = { ...defaultPlan, similar: 0, hasReferenceProbability: true }
  const one = { queries: asked, pools: pools.slice(0, 1), index, plan, concurrency: 2 }
  const measuring: Answerer = {
    ...answerer,
    likelihood: async (_question, _shown, answer) => ({
      kind: 'likelihood',
      meanLogprob: Math.log(answer === 'a' ? 0.4 : 0.1),
    }),
  }
  const [told] = await collectSequences({ ...one, answerer: measuring })
  for (const { verdict } of told?.candidates ?? []) {
    assert.ok(Math.abs((verdict?.referenceProbability ?? 0) - (0.4 + 3 * 0.1 * (2 / 3))) < 1e-12)
  }
  const mute = createAnswerer({ model: simulated }, defaultProfile)
  const [untold] = await collectSequences({ ...one, answerer: mute })
  assert.ok(untold?.candidates.every(({ verdict }) => verdict !== null && verdict.referenceProbability === null))
})

test('balancing keeps the best positives and the hardest negatives, and leaves out what cannot be compared', () => {
  const verdict = (accuracy: number, likeness: number): CandidateSequence['verdict'] => ({
    prediction: '',
    rawGeneration: '',
    isCorrect: accuracy > 0,
    accuracy,
    referenceProbability: null,
    likeness,
    usedFallback: false,
  })
  const candidate = (first: number, judged: CandidateSequence['verdict']): CandidateSequence => ({
    ...proposed('random', [first, 9]),
    verdict: judged,
    failure: judged === null ? 'timeout' : null,
  })
  const [template] = pools
  const group = (...candidates: CandidateSequence[]): CollectedGroup => ({
    query: queries[0] as Question,
    pool: template as NonNullable<typeof template>,
    candidates,
  })
  const mixed = group(
    candidate(0, verdict(0.6, 1)),
    candidate(1, verdict(1, 1)),
    candidate(2, verdict(0, 0.2)),
    candidate(3, verdict(0, 0.7)),
    candidate(4, null),
  )
  const oneSided = group(candidate(0, verdict(0, 0)), candidate(1, null))
  const balanced = balanceGroups([mixed, oneSided], { positives: 1, negatives: 1 })
  assert.deepEqual(
    balanced.map(({ candidates }) => candidates.map(({ picks }) => picks[0])),
    [[1, 3]],
  )
})
