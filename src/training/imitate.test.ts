import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PolicyEngine, TrainingDatum } from '../engines/policy-engine.ts'
import { requireJudged } from './judged-rollouts.ts'
import { judgedAttempt, openJudgedRun, promptOf, toyJudgedProblem, toyJudgedProblems } from './testing/judged-run.ts'
import { train } from './train.ts'

/** The engine, and what it was given to learn from, step by step. */
function watched(engine: PolicyEngine): { engine: PolicyEngine; given: (readonly TrainingDatum[])[] } {
  const given: (readonly TrainingDatum[])[] = []
  const forwardBackward: PolicyEngine['forwardBackward'] = (data, ...rest) => {
    given.push(data)
    return engine.forwardBackward(data, ...rest)
  }
  return { engine: { ...engine, forwardBackward }, given }
}

test('the loss falls, on problems that are not learned from too, and the right pick becomes likelier', async (t) => {
  const imitation = { steps: 30, problemsPerStep: 6, learningRate: 1e-2, warmupSteps: 0, temperature: 0.5 }
  const { run, engine, store } = await openJudgedRun(t, { training: { imitation, evaluateEvery: 10 } })
  const first = toyJudgedProblems.map(({ problem, attempts }) => ({
    prompt: promptOf(problem),
    completion: attempts[2]!.completion.tokens.slice(0, 1),
  }))
  const mean = async (): Promise<number> =>
    (await engine.logprobs(first)).reduce((sum, [logprob]) => sum + logprob!, 0) / first.length
  const before = await mean()
  await train(run)
  assert.ok((await mean()) > before + 0.5, `from ${before} to ${await mean()}`)
  const steps = store.steps()
  assert.equal(steps.length, 30)
  const losses = steps.map(({ metrics }) => metrics['loss']!)
  assert.ok(losses.at(-1)! < losses[0]! - 0.2, losses.join())
  const heldOut = steps.flatMap(({ step, metrics }) =>
    'imitation/held_out_loss' in metrics ? [[step, metrics['imitation/held_out_loss']!] as const] : [],
  )
  assert.deepEqual(
    heldOut.map(([step]) => step),
    [10, 20, 30],
  )
})

test('a step learns from all scored attempts of its problems, weighted within each, and its loss is the cross-entropy', async (t) => {
  const imitation = { steps: 2, problemsPerStep: 2, temperature: 4, finalTemperature: 1, learningRate: 1e-3 }
  const opened = await openJudgedRun(t, {
    training: { imitation },
    train: [...toyJudgedProblems.slice(0, 3), toyJudgedProblem(3, (place) => (place < 4 ? null : place))],
  })
  const { engine, given } = watched(opened.engine)
  const expected: number[] = []
  const scoring: PolicyEngine = {
    ...engine,
    forwardBackward: async (data, ...rest) => {
      const total = data.reduce((sum, { advantage, completion }) => sum + advantage * completion.length, 0)
      const logprobs = await engine.logprobs(data)
      expected.push(
        -data.reduce((sum, { advantage }, i) => sum + advantage * logprobs[i]!.reduce((a, b) => a + b, 0), 0) / total,
      )
      return engine.forwardBackward(data, ...rest)
    },
  }
  await train({ ...opened.run, engine: scoring })
  const byProblem = (data: readonly TrainingDatum[]): Map<string, TrainingDatum[]> =>
    Map.groupBy(data, ({ prompt }) => String(prompt))
  for (const [i, data] of given.entries()) {
    const groups = [...byProblem(data).values()]
    assert.equal(groups.length, 2)
    for (const group of groups) {
      assert.ok(Math.abs(group.reduce((sum, { advantage }) => sum + advantage, 0) - 1) < 1e-9)
      assert.ok(group.length === 6 || group.length === 2, `${group.length}`)
      // Of place 4 and place 5, or of the right one and place 1: softmax of the rewards at this temperature.
      const [low, high, difference] = group.length === 2 ? [group[0]!, group[1]!, 1] : [group[1]!, group[2]!, 1.9]
      const temperature = i === 0 ? 4 : 1
      assert.ok(Math.abs(Math.log(high.advantage / low.advantage) - difference / temperature) < 1e-6)
    }
    const { metrics } = opened.store.steps()[i]!
    assert.ok(Math.abs(metrics['loss']! - expected[i]!) < 1e-5)
    assert.equal(metrics['imitation/temperature'], i === 0 ? 4 : 1)
  }
})

test('all weight on the best leaves the others out; held-out problems are never learned from', async (t) => {
  const imitation = { steps: 3, problemsPerStep: 4, weighting: 'best' }
  const opened = await openJudgedRun(t, { training: { imitation } })
  const { engine, given } = watched(opened.engine)
  await train({ ...opened.run, engine })
  const learned = given.flat()
  assert.equal(learned.length, 12)
  for (const { prompt, completion, advantage } of learned) {
    assert.equal(advantage, 1)
    assert.equal(completion[0], prompt[3])
    assert.ok(toyJudgedProblems.some(({ problem }) => String(promptOf(problem)) === String(prompt)))
  }
  // Passes over the problems: six of them make twelve in three steps of four, each twice.
  const times = Map.groupBy(learned, ({ prompt }) => String(prompt))
  assert.deepEqual(
    [...times.values()].map((list) => list.length),
    [2, 2, 2, 2, 2, 2],
  )
})

test('the held-out loss is that of the weights after the step, at temperature 1 on raw rewards', async (t) => {
  const imitation = { steps: 1, learningRate: 1e-2, warmupSteps: 0, rewardScale: 'rank', temperature: 9 }
  const heldOut = [toyJudgedProblem(6, (place) => (place === 0 ? 1 : place === 1 ? 0 : null))]
  const { run, engine, store } = await openJudgedRun(t, { training: { imitation }, heldOut })
  await train(run)
  const [{ problem, attempts }] = heldOut as [(typeof heldOut)[number]]
  const sequences = attempts.slice(0, 2).map(({ completion }) => ({
    prompt: promptOf(problem),
    completion: completion.tokens,
  }))
  const [right, wrong] = (await engine.logprobs(sequences)).map((row) => row.reduce((a, b) => a + b, 0)) as [
    number,
    number,
  ]
  const weight = Math.E / (Math.E + 1)
  const expected = -(weight * right + (1 - weight) * wrong) / 2
  assert.ok(Math.abs(store.steps()[0]!.metrics['imitation/held_out_loss']! - expected) < 1e-5)
})

test('the learning rate warms up and falls over the steps of imitation, whatever that of the steps after them', async (t) => {
  const imitation = { steps: 4, learningRate: 0.01, warmupSteps: 1, schedule: 'linear' }
  const training = { imitation, steps: 2, learningRate: 0.5, schedule: 'constant' }
  const { run, store } = await openJudgedRun(t, { training })
  await train(run)
  const rates = store.steps().map(({ metrics }) => metrics['learning_rate']!)
  const expected = [0.005, 0.01, (0.01 * 2) / 3, 0.01 / 3, 0.5, 0.5]
  rates.forEach((rate, i) => {
    assert.ok(Math.abs(rate - expected[i]!) < 1e-12, rates.join())
  })
})

test('attempts that cannot teach anything are refused, with what to do', async (t) => {
  const equal = [toyJudgedProblem(0, () => 1)]
  const alone = [{ ...toyJudgedProblem(0), attempts: [judgedAttempt([1, 2], 2), judgedAttempt([2, 1], null)] }]
  const imitation = { steps: 1 }
  for (const [training, problems, isRefused] of [
    [{ imitation }, [], true],
    [{ imitation }, equal, true],
    [{ imitation, rollouts: 'sampled' }, equal, true],
    [{ steps: 1 }, equal, true],
    [{ imitation, dropZeroSignalGroups: false }, equal, false],
    [{ imitation, dropZeroSignalGroups: false }, alone, true],
    [{ rollouts: 'sampled', steps: 1 }, [], false],
  ] as const) {
    const { run } = await openJudgedRun(t, { training, train: problems })
    if (!isRefused) requireJudged(run)
    else await assert.rejects(train(run), { name: 'BatonError', code: 'no-groups', exitCode: 2 })
  }
})

const brisk = { steps: 6, learningRate: 1e-2, warmupSteps: 0 }
const early = { ...brisk, steps: 40, evaluateEvery: 1, patience: 2, learningRate: 0.3 }

test('imitation ends once the held-out loss has stopped falling, and the policy of its lowest one goes on', async (t) => {
  const { run, engine, store } = await openJudgedRun(t, { training: { imitation: early, steps: 0 } })
  const result = await train(run)
  const losses = store.steps().map(({ metrics }) => metrics['imitation/held_out_loss'] as number)
  assert.ok(losses.length < 40, `${losses.length} steps`)
  assert.deepEqual([result.steps, result.isComplete], [losses.length, true])
  const best = losses.indexOf(Math.min(...losses))
  assert.equal(best, losses.length - 3)
  assert.equal(store.reference.latest()?.step, best + 1)
  const left = await heldOutLoss(engine)
  await engine.load(store.reference.latest()!.folder)
  assert.equal(await heldOutLoss(engine), left)
  await engine.load(store.checkpoints.latest()!.folder)
  assert.equal(await heldOutLoss(engine), left)
})

/** Of problems that are not learned from; unweighted. */
async function heldOutLoss(engine: PolicyEngine): Promise<number> {
  const sequences = [6, 7].flatMap((index) => {
    const { problem, attempts } = toyJudgedProblem(index)
    return attempts.map(({ completion }) => ({ prompt: promptOf(problem), completion: completion.tokens }))
  })
  const logprobs = await engine.logprobs(sequences)
  return -logprobs.reduce((sum, row) => sum + row.reduce((total, value) => total + value, 0), 0)
}

test('a stage that ended early is as long as it was: what follows, and a resume, count from there', async (t) => {
  const training = { imitation: early, steps: 3, learningRate: 1e-2, loss: { klCoefficient: 0.1 } }
  const whole = await openJudgedRun(t, { training })
  await train(whole.run)
  const ended = whole.store
    .steps()
    .findIndex(({ metrics }) => metrics['sampling/sampling_logp_difference/max'] !== undefined)
  assert.ok(ended > 0 && ended < 40)
  assert.equal(whole.store.steps().length, ended + 3)
  assert.ok(
    whole.store.steps()[ended]!.metrics['sampling/sampling_logp_difference/max']! < 1e-5,
    'the first ratios are those of the best policy',
  )

  const halves = await openJudgedRun(t, { training })
  let steps = 0
  await train({ ...halves.run, shouldStop: () => ++steps === 2 * (ended + 1) })
  await train(halves.run)
  assert.deepEqual(halves.store.steps(), whole.store.steps())
})

test('attempts that were chosen before are learned from one by one', async (t) => {
  const chosen = toyJudgedProblems.map((judged) => ({ ...judged, attempts: judged.attempts.slice(2, 3) }))
  const { run, store } = await openJudgedRun(t, { training: { imitation: brisk, rollouts: 'sampled' }, train: chosen })
  await assert.rejects(train(run), /no judged attempts/)
  await train({ ...run, judged: { train: chosen, heldOut: [], areChosen: true } })
  const losses = store.steps().map(({ metrics }) => metrics['loss'] as number)
  assert.ok((losses.at(-1) as number) < (losses[0] as number))
  assert.deepEqual(
    store.steps().map(({ metrics }) => metrics['num_tokens']),
    [12, 24, 36, 48, 60, 72],
  )
})
