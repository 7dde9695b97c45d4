/** One world, one seed: collect, train by imitation and then by GRPO, evaluate every method on the held-out questions. */
import { type Config, loadConfig } from '../../src/config/index.ts'
import { clusteredRate, type Rate } from '../../src/core/clustered-rate.ts'
import type { Problem } from '../../src/core/problem.ts'
import type { EvaluationRecord } from '../../src/core/records.ts'
import { collectSequences, defaultPlan } from '../../src/demonstrations/collect/index.ts'
import { createDemonstrationEnvironment, judgedProblem } from '../../src/demonstrations/environment/index.ts'
import {
  askAnswerer,
  type CollectedSequence,
  type EvaluatedQuestion,
  evaluateMethods,
  fixedDemonstrations,
  type Method,
  oracle,
  randomDemonstrations,
  selectorMethod,
  similarDemonstrations,
  zeroShot,
} from '../../src/demonstrations/evaluation/index.ts'
import { points, type TrainingCurve } from '../../src/demonstrations/report/index.ts'
import type { CollectedGroup, Pool, Question } from '../../src/demonstrations/schema.ts'
import {
  createPointerEngine,
  initialParameters,
  type PointerEngine,
  pointerArchitecture,
} from '../../src/engines/pointer/index.ts'
import { createRun, type RunStore } from '../../src/runs/index.ts'
import { learnable, type TrainingRun, train } from '../../src/training/index.ts'
import type { QuestionSet, World } from './world.ts'

export interface TrainPlan {
  readonly seed: number
  readonly shots: number
  /** Sequences of each question, collected and sampled a round. */
  readonly groupSize: number
  /** Passes of GRPO over the training questions. */
  readonly rounds: number
  /** Numbers of shots of the evaluation. */
  readonly evaluatedShots: readonly number[]
  /** Where the training's run is made. */
  readonly folder: string
  readonly name: string
  readonly onProgress: (text: string) => void
}

export interface TrainedWorld {
  readonly rows: readonly EvaluatedQuestion[]
  readonly curves: readonly TrainingCurve[]
  /** Answers asked for in collecting and training. */
  readonly calls: number
}

type Evaluate = (methods: readonly Method[], shots: readonly number[]) => Promise<EvaluatedQuestion[]>

const problemsPerStep = 8
/** Passes of imitation over the questions whose sequences differ in reward. */
const imitationPasses = 5

export async function trainWorld(world: World, plan: TrainPlan): Promise<TrainedWorld> {
  const architecture = pointerArchitecture({ inputWidth: world.tables.candidates.width })
  const engine = await createPointerEngine({
    checkpoint: { architecture, tensors: initialParameters(architecture, plan.seed) },
    tables: world.tables,
  })
  const demonstrations = new Map(world.index.questions.map((question) => [question.id, question]))
  const evaluate: Evaluate = (methods, shots) =>
    evaluateMethods({
      questions: world.heldOut.questions,
      methods,
      shots,
      ask: askAnswerer({ questions: world.heldOut.asked, demonstrations, answerer: world.answerer, concurrency: 1 }),
    })
  const asIs = (name: string): Method => selectorMethod(name, world.heldOut.questions, engine)
  try {
    plan.onProgress('baselines')
    const baselines = await evaluateBaselines(world, plan, evaluate)
    const untrained = await evaluate([asIs('untrained')], [plan.shots])
    plan.onProgress('collecting')
    const collected = await collect(world, world.training, plan)
    const run = openTraining(world, plan, { engine, collected })
    try {
      await train({ ...run.training, config: run.imitationOnly })
      const afterRce = await evaluate([asIs('rce')], [plan.shots])
      await train(run.training)
      plan.onProgress('evaluating')
      const learned = await evaluate([asIs('learned')], plan.evaluatedShots)
      const asked = collected.reduce((sum, { candidates }) => sum + candidates.length, 0)
      return {
        rows: [...baselines, ...untrained, ...afterRce, ...learned],
        curves: curvesOf(run.store, `seed ${plan.seed}`),
        calls: asked + run.calls(),
      }
    } finally {
      run.store.close()
    }
  } finally {
    await engine.close()
  }
}

interface OpenTraining {
  readonly store: RunStore
  readonly training: TrainingRun
  readonly imitationOnly: Config
  /** Answers asked for in training. */
  calls(): number
}

/** The same loop, configuration and run folder as `baton demos train` has; the world takes the place of a collection. */
function openTraining(
  world: World,
  plan: TrainPlan,
  { engine, collected }: { readonly engine: PointerEngine; readonly collected: readonly CollectedGroup[] },
): OpenTraining {
  const settings = [
    `seed=${plan.seed}`,
    `policy.maxCompletionTokens=${plan.shots}`,
    'demonstrations.collection=the simulated world',
    'evaluation.decodings=[greedy]',
    `training.problemsPerStep=${problemsPerStep}`,
    `training.groupSize=${plan.groupSize}`,
    'training.checkpointEvery=1000',
  ]
  const reading = {
    tokenizer: engine.tokenizer,
    stopAt: null,
    config: loadConfig({ preset: 'demonstrations', set: settings }).config,
  }
  const judged = collected.map((group) => judgedProblem(group, reading))
  const informative = learnable(judged, { dropZeroSignal: true }).length
  plan.onProgress(
    `imitation of ${informative} groups (${Math.round((100 * informative) / judged.length)} % of n=${judged.length} questions have an informative group)`,
  )
  const perRound = Math.ceil(judged.length / problemsPerStep)
  const { config, resolvedYaml, hash } = loadConfig({
    preset: 'demonstrations',
    set: [
      ...settings,
      `training.imitation.steps=${imitationPasses * Math.ceil(informative / problemsPerStep)}`,
      `training.steps=${plan.rounds * perRound}`,
      `training.evaluateEvery=${perRound}`,
    ],
  })
  const store = createRun({
    root: plan.folder,
    name: plan.name,
    prefix: 'demos',
    resolvedYaml,
    origin: { configHash: hash, seed: plan.seed, datasets: {}, argv: [] },
  })
  store.listen(progressOf(plan, config))
  const questionOf = byId([...world.index.questions, ...world.heldOut.asked])
  let calls = 0
  const answerer: World['answerer'] = {
    ...world.answerer,
    answer: (...question) => {
      calls += 1
      return world.answerer.answer(...question)
    },
  }
  const environment = createDemonstrationEnvironment({
    tokenizer: engine.tokenizer,
    pools: new Map([...world.training.pools, ...world.heldOut.pools].map(({ queryId, ids }) => [queryId, ids])),
    reward: config.demonstrations.reward,
    asking: { answerer, questionOf },
  })
  const training: TrainingRun = {
    config,
    engine,
    environment,
    store,
    problems: judged.map(({ problem }) => problem),
    judged: { train: judged, heldOut: [] },
    // The result is measured with every method at once; this is the curve alone: nothing is chosen by it.
    reported: { name: 'none', problems: [] },
    during: { name: 'held out', problems: world.heldOut.asked.map(problemOf) },
    shouldStop: () => false,
    signal: new AbortController().signal,
    now: Date.now,
  }
  const imitationOnly = { ...config, training: { ...config.training, steps: 0 } }
  return { store, training, imitationOnly, calls: () => calls }
}

function byId(questions: readonly Question[]): (id: string) => Question {
  const known = new Map(questions.map((question) => [question.id, question]))
  return (id) => known.get(id) as Question
}

function problemOf({ id, question, shownAnswer }: Question): Problem {
  return { id, type: 'vqa', source: 'demonstrations', question, answer: shownAnswer, difficulty: 1 }
}

function progressOf({ shots, onProgress }: TrainPlan, { training }: Config): Parameters<RunStore['listen']>[0] {
  return (event) => {
    if (event.kind !== 'evaluation') return
    const { step } = event.record
    const { value, low, high, trials } = accuracyOf(event.record)
    const accuracy = `${points(value)} % [${points(low)}, ${points(high)}] n=${trials}, ${shots} shots`
    onProgress(`step ${step} of ${training.imitation.steps + training.steps}  held out ${accuracy}`)
  }
}

async function evaluateBaselines(world: World, plan: TrainPlan, evaluate: Evaluate): Promise<EvaluatedQuestion[]> {
  const { questions, ranked } = world.heldOut
  const fixedIds = world.training.questions.slice(0, Math.max(...plan.evaluatedShots) + 1).map(({ id }) => id)
  const byQuestion = collectedByQuestion(await collect(world, world.heldOut, plan))
  const methods = [
    zeroShot(questions),
    randomDemonstrations(questions, plan.seed),
    fixedDemonstrations(questions, fixedIds),
    similarDemonstrations(questions, ranked),
  ]
  return [
    ...(await evaluate(methods, plan.evaluatedShots)),
    ...(await evaluate([oracle(questions, byQuestion)], [plan.shots])),
  ]
}

function collect(world: World, set: QuestionSet, { seed, shots, groupSize }: TrainPlan): Promise<CollectedGroup[]> {
  return collectSequences({
    queries: set.asked,
    pools: set.pools,
    index: world.index,
    space: set.space,
    answerer: world.answerer,
    plan: { ...defaultPlan, seed, shots, count: groupSize },
    concurrency: 1,
  })
}

/** The first pick is next to the question. */
function promptIds(pool: Pool, picks: readonly number[]): string[] {
  return [...picks].reverse().map((pick) => pool.ids[pick] as string)
}

function collectedByQuestion(groups: readonly CollectedGroup[]): Map<string, CollectedSequence[]> {
  return new Map(
    groups.map(({ query, pool, candidates }) => [
      query.id,
      candidates.flatMap(({ picks, verdict }) =>
        verdict === null ? [] : [{ demonstrations: promptIds(pool, picks), score: verdict.accuracy }],
      ),
    ]),
  )
}

/** By the training's own metrics; the steps of imitation come first. */
function curvesOf(store: RunStore, label: string): TrainingCurve[] {
  const steps = store.steps()
  const { steps: imitation } = (store.config as Config).training.imitation
  const of = (phase: string, metric: string, name = metric): TrainingCurve => ({
    label,
    phase,
    metric,
    points: steps
      .filter(({ step }) => step <= imitation === (phase === 'imitation'))
      .flatMap(({ step, metrics }) => (metrics[name] === undefined ? [] : [{ x: step, y: metrics[name] }])),
  })
  const accuracy = store.evaluations().map((record) => ({ x: record.step, y: accuracyOf(record).value }))
  return [
    of('imitation', 'loss'),
    of('grpo', 'reward'),
    of('grpo', 'signal', 'by_group/frac_mixed'),
    of('grpo', 'kl'),
    { label, phase: 'grpo', metric: 'accuracy', points: accuracy },
  ]
}

/** Of the questions of an evaluation. */
function accuracyOf({ outcomes }: EvaluationRecord): Rate {
  const scored = outcomes.filter(({ isCorrect }) => isCorrect !== null)
  return clusteredRate(
    scored.map(({ isCorrect }) => ({ right: isCorrect === true ? 1 : 0, trials: 1 })),
    'trials',
  )
}
