import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { clippedSurrogate } from '../../core/clipped-surrogate.ts'
import { BatonError } from '../../core/failure.ts'
import { randomFor } from '../../core/random.ts'
import type { Metrics } from '../../core/records.ts'
import {
  type LearnCall,
  openSelector,
  type Selector,
  type SelectorArchitecture,
  type SelectorState,
} from '../../engines/pointer/index.ts'
import { logSoftmax } from '../../engines/pointer/plackett-luce.ts'
import {
  toyArchitectures,
  toyFeatures,
  toyGroups,
  toyParameters,
  toyQueries,
} from '../../engines/pointer/testing/toy-selectors.ts'
import type { TrainingGroup } from './groups.ts'
import type { SequenceVerdict } from './rewards.ts'
import { type GrpoStage, grpoStage, rceStage, supervisedStage, type TrainingStage } from './stages.ts'
import { type SequenceJudge, splitGroups, type TrainingPosition, trainSelector, uniformLoss } from './train-selector.ts'

const plain = toyArchitectures['pointer network, two layers and heads']
const gated = toyArchitectures['pointer network with gate']
const stopping = toyArchitectures['pointer network with recurrent cell, step embeddings, likeness penalty and STOP']

const opened = new Map<SelectorArchitecture, { readonly selector: Selector; readonly start: SelectorState }>()
after(async () => {
  for (const { selector } of opened.values()) await selector.close()
})

/** A selector with first weights. One worker for each architecture: graphs are compiled once. */
async function fresh(architecture: SelectorArchitecture): Promise<Selector> {
  const known = opened.get(architecture)
  if (known !== undefined) {
    await known.selector.setState(known.start)
    return known.selector
  }
  const options = { architecture, tensors: toyParameters(architecture), features: toyFeatures() }
  const selector = await openSelector(options)
  opened.set(architecture, { selector, start: await selector.state() })
  return selector
}

const queries = toyQueries([6, 6, 6, 6, 6, 6])

/** A sequence is right when its first pick is the pool's position 2. */
const verdictOf = (pointers: readonly number[]): SequenceVerdict => ({
  isCorrect: pointers[0] === 2,
  accuracy: pointers[0] === 2 ? 1 : 0,
  referenceProbability: null,
  likeness: null,
  beamScore: null,
  usedFallback: false,
})
const judge: SequenceJudge = async (requests) => requests.map(({ pointers }) => verdictOf(pointers))

const groups: TrainingGroup[] = toyGroups(queries, 5, 2).map(({ query, pool, sequences }) => ({
  query,
  pool,
  sequences: [...sequences, [2, 0]],
  rewards: [...sequences, [2, 0]].map((pointers) => (pointers[0] === 2 ? 2 : 0)),
}))

const quick = { batchSize: 4, learningRate: 3e-3, warmupSteps: 0 } as const
const reward = { mode: 'hard_plus_soft' } as const

async function run(
  selector: Selector,
  stages: readonly TrainingStage[],
  rest: { groups?: TrainingGroup[]; judge?: SequenceJudge } = {},
): Promise<Metrics[]> {
  const all: Metrics[] = []
  await trainSelector({
    selector,
    stages,
    seed: 1,
    groups: rest.groups ?? groups,
    fresh: { queries, judge: rest.judge ?? judge, reward },
    onStep: (_, metrics) => all.push(metrics),
  })
  return all
}

/** Probability that the first pick is right, mean over the queries. */
async function rightRate(selector: Selector): Promise<number> {
  const scores = await selector.firstScores(queries)
  const rates = scores.map((row) => Math.exp(logSoftmax(row.subarray(0, 6), () => true)[2]!))
  return rates.reduce((a, b) => a + b) / rates.length
}

for (const [name, stage] of Object.entries({
  'supervised learning': supervisedStage({ ...quick, epochs: 12, labelSmoothing: 0.1 }),
  RCE: rceStage({ ...quick, epochs: 12 }),
  'GRPO on given groups': grpoStage({ ...quick, epochs: 12, klCoefficient: 0 }),
  'GRPO on fresh samples': grpoStage({ ...quick, groups: 'fresh', rounds: 12, klCoefficient: 0 }),
})) {
  test(`${name} makes the right pick likelier`, async () => {
    const selector = await fresh(plain)
    const before = await rightRate(selector)
    await run(selector, [stage])
    const after = await rightRate(selector)
    assert.ok(after > before + 0.05, `from ${before} to ${after}`)
  })
}

for (const [source, dropoutRate] of [
  ['given', 0.4],
  ['fresh', 0],
  ['fresh', 0.4],
] as const) {
  test(`on the first GRPO step every ratio is 1 and the KL is 0: ${source} groups, dropout ${dropoutRate}`, async () => {
    // RCE first: log-probs taken before it would not do.
    const selector = await fresh(gated)
    const stages = [
      rceStage({ ...quick, epochs: 2 }),
      grpoStage({ ...quick, groups: source, rounds: 2, epochs: 2, dropoutRate }),
    ]
    const metrics = await run(selector, stages)
    const grpo = metrics.filter((row) => row['train/stage'] === 1)
    assert.ok(grpo[0]!['ratio/greatest_deviation']! < 1e-5)
    assert.ok(Math.abs(grpo[0]!['kl']!) < 1e-6)
    assert.ok(grpo.at(-1)!['ratio/greatest_deviation']! > 1e-5)
  })
}

test('old log-probs of other weights stop the run', async () => {
  const selector = await fresh(plain)
  const shifted: Selector = {
    ...selector,
    logprobs: async (...rest) => (await selector.logprobs(...rest)).map((row) => row.map((value) => value + 1e-4)),
  }
  await assert.rejects(
    run(shifted, [grpoStage(quick)]),
    /first step of a GRPO round has ratios up to 1\.0e-4 away from 1/,
  )
})

/** The call of a GRPO step with every input drawn, against a reference of other weights. */
async function clippedCall(selector: Selector): Promise<{ call: LearnCall }> {
  const own = await selector.state()
  await run(selector, [rceStage({ ...quick, epochs: 3 })])
  const reference = (await selector.state()).parameters
  await selector.setState({ ...own, reference })
  // Some sequences end early: steps that are not taken count nothing.
  const batch = toyGroups(queries.slice(0, 2), 4, 3).map((group) => ({
    ...group,
    sequences: group.sequences.map((picks, i) => (i % 2 === 0 ? picks : [picks[0]!, group.pool.length])),
  }))
  const rng = randomFor('clipped')
  const old = (await selector.logprobs(batch)).map((row) => row.map((value) => value + 0.3 * rng.normal()))
  const call: LearnCall = {
    groups: batch,
    bounds: {},
    loss: { kind: 'clipped' },
    weights: batch.map(({ sequences }) => sequences.map(() => 1 / 8)),
    clipped: {
      advantages: batch.map(({ sequences }) => sequences.map(() => rng.normal())),
      oldLogprobs: old,
      klCoefficient: 0.3,
      clipLow: 0.2,
      clipHigh: 0.25,
    },
    frozen: [],
    adam: { learningRate: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, gradientScale: 1, step: 1 },
    maxGradNorm: 1,
  }
  return { call }
}

test('the clipped loss is the surrogate of core plus the exact KL, worked out in float64', async () => {
  const selector = await fresh(stopping)
  const { call } = await clippedCall(selector)
  const { loss, logprobs, kl } = await selector.gradients(call)
  const { advantages, oldLogprobs, klCoefficient, clipLow, clipHigh } = call.clipped!
  let expected = 0
  for (const [b, group] of call.groups.entries()) {
    for (const [n, picks] of group.sequences.entries()) {
      let exact = 0
      for (const step of picks.keys()) exact += await stepKl(selector, group, picks.slice(0, step))
      assert.ok(Math.abs(kl[b]![n]! - exact) < 1e-5, `KL ${kl[b]![n]} instead of ${exact}`)
      const ratio = Math.exp(logprobs[b]![n]! - oldLogprobs[b]![n]!)
      const options = { clipLow, clipHigh, twoSidedDelta: null, dualClip: null }
      expected += (klCoefficient * exact + clippedSurrogate(options, ratio, advantages[b]![n]!).value) / 8
    }
  }
  assert.ok(Math.abs(loss - expected) < 1e-5, `${loss} instead of ${expected}`)
})

/** KL of the choice after `prefix` to the reference's, from log-probs of all continuations. */
async function stepKl(selector: Selector, group: LearnCall['groups'][number], prefix: number[]): Promise<number> {
  const size = group.pool.length
  const choices = Array.from({ length: size + 1 }, (_, i) => i).filter(
    (choice) => !prefix.includes(choice) && (choice < size || prefix.length > 0),
  )
  const whole = [{ ...group, sequences: choices.map((choice) => [...prefix, choice]) }]
  const logOf = async (isReference: boolean): Promise<number[]> => {
    const logprobs = (await selector.logprobs(whole, { isReference }))[0]!
    // Of the prefix too, which they have in common: normalised, it is gone.
    const total = Math.log(logprobs.reduce((sum, value) => sum + Math.exp(value), 0))
    return logprobs.map((value) => value - total)
  }
  const [p, q] = [await logOf(false), await logOf(true)]
  return p.reduce((sum, value, i) => sum + Math.exp(value) * (value - q[i]!), 0)
}

test('equal rewards give no GRPO gradient and no step', async () => {
  const selector = await fresh(plain)
  const start = await selector.tensors()
  const equal = groups.map((group) => ({ ...group, rewards: group.rewards.map(() => 1.6) }))
  const metrics = await run(selector, [grpoStage({ ...quick, klCoefficient: 0 })], { groups: equal })
  for (const row of metrics) {
    assert.equal(Math.abs(row['loss']!), 0)
    assert.ok(row['grad_norm']! < 1e-11)
    assert.equal(row['batch/informative_group_rate'], 0)
  }
  assert.deepEqual([...(await selector.tensors())], [...start])
})

test('frozen parameters keep every bit, the others move', async () => {
  const moves = async (freeze: GrpoStage['freeze']): Promise<string[]> => {
    const selector = await fresh(plain)
    const before = await selector.tensors()
    await run(selector, [rceStage({ ...quick, epochs: 1, freeze })])
    const after = await selector.tensors()
    return [...after].flatMap(([name, { data }]) => (data.join() === before.get(name)!.data.join() ? [] : [name]))
  }
  const projections = (name: string): boolean => name.includes('_proj.weight') && !name.includes('out_proj')
  assert.ok((await moves('backbone')).every((name) => !projections(name)))
  assert.ok((await moves('attention')).every(projections))
  assert.ok((await moves('none')).some(projections))
})

test('a training that is resumed after any round ends with the same bits', async () => {
  const stages = [
    rceStage({ ...quick, epochs: 2, dropoutRate: 0.2 }),
    grpoStage({ ...quick, epochs: 2 }),
    grpoStage({ ...quick, groups: 'fresh', rounds: 2, groupSize: 4 }),
  ]
  const selector = await fresh(gated)
  const stops: { position: TrainingPosition; state: SelectorState }[] = []
  const whole: Metrics[] = []
  const options = { stages, seed: 5, groups, fresh: { queries, judge, reward } }
  await trainSelector({
    ...options,
    selector,
    onStep: (_, metrics) => whole.push(metrics),
    onRound: async (position, _, state) => {
      stops.push({ position, state: await state() })
    },
  })
  const expected = await selector.state()
  assert.equal(stops.length, 6)
  for (const resume of [stops[0]!, stops[2]!, stops[4]!]) {
    const other = await fresh(gated)
    const steps: Metrics[] = []
    await trainSelector({ ...options, selector: other, resume, onStep: (_, metrics) => steps.push(metrics) })
    assert.deepEqual(steps, whole.slice(resume.position.step))
    assert.deepEqual((await other.state()).parameters, expected.parameters)
  }
})

test('fresh rounds ask for every distinct sequence once, and a failed answer counts as no answer', async () => {
  const selector = await fresh(plain)
  const asked: string[][] = []
  const failing: SequenceJudge = async (requests) => {
    asked.push(requests.map(({ query, pointers }) => `${query.query}: ${pointers.join()}`))
    return requests.map(({ pointers }, i) => (i % 3 === 0 ? null : verdictOf(pointers)))
  }
  const metrics = await run(selector, [grpoStage({ ...quick, groups: 'fresh', rounds: 2, groupSize: 16 })], {
    judge: failing,
  })
  assert.equal(asked.length, 2)
  for (const list of asked) assert.equal(new Set(list).size, list.length)
  assert.notDeepEqual(asked[0], asked[1])
  assert.ok(metrics[0]!['answers/failed']! > 0)
  assert.equal(metrics[0]!['answers/asked'], asked[0]!.length)
})

test('a round whose answers failed for the most part stops the training, resumable', async () => {
  const selector = await fresh(plain)
  const down: SequenceJudge = async (requests) => requests.map(() => null)
  await assert.rejects(
    run(selector, [grpoStage({ ...quick, groups: 'fresh' })], { judge: down }),
    (error) => error instanceof BatonError && error.exitCode === 3 && /answers of the round failed/.test(error.message),
  )
})

test('the split holds out the same queries whatever else is in the list', () => {
  const many = Array.from({ length: 400 }, (_, query): TrainingGroup => ({ ...groups[0]!, query }))
  const { train, validation } = splitGroups(many, 0.2, 3)
  assert.equal(train.length + validation.length, 400)
  assert.ok(validation.length > 50 && validation.length < 110)
  const few = splitGroups(many.slice(0, 100), 0.2, 3)
  assert.deepEqual(
    few.validation.map(({ query }) => query),
    validation.map(({ query }) => query).filter((query) => query < 100),
  )
})

test('the loss of the uniform policy is ln K + ln(K - 1)', () => {
  assert.ok(Math.abs(uniformLoss(64, 2) - (Math.log(64) + Math.log(63))) < 1e-12)
})
