/** One world, one seed: collect, RCE, GRPO on fresh samples, evaluation of every method on the held-out questions. */
import { clusteredRate, type Rate } from '../../src/core/clustered-rate.ts'
import type { Metrics } from '../../src/core/records.ts'
import { collectSequences, defaultPlan } from '../../src/demonstrations/collect/index.ts'
import {
  accuracyTable,
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
import type { CandidateSequence, CollectedGroup, Pool, Question } from '../../src/demonstrations/schema.ts'
import {
  initialParameters,
  openSelector,
  pointerArchitecture,
  type Selector,
} from '../../src/engines/pointer/index.ts'
import {
  grpoStage,
  type JudgedSequence,
  rceStage,
  type SequenceJudge,
  type SequenceJudgeRequest,
  type SequenceVerdict,
  trainingGroups,
  trainSelector,
} from '../../src/demonstrations/training/index.ts'
import type { QuestionSet, World } from './world.ts'

export interface TrainPlan {
  readonly seed: number
  readonly shots: number
  /** Sequences of each question, collected and sampled a round. */
  readonly groupSize: number
  readonly rounds: number
  /** Numbers of shots of the evaluation. */
  readonly evaluatedShots: readonly number[]
  readonly onProgress: (text: string) => void
}

export interface TrainedWorld {
  readonly rows: readonly EvaluatedQuestion[]
  readonly curves: readonly TrainingCurve[]
  /** Answers asked for in collecting and training. */
  readonly calls: number
}

type Evaluate = (methods: readonly Method[], shots: readonly number[]) => Promise<EvaluatedQuestion[]>

const reward = { mode: 'hard_plus_soft' } as const

export async function trainWorld(world: World, plan: TrainPlan): Promise<TrainedWorld> {
  const architecture = pointerArchitecture({ inputWidth: world.features.width })
  const tensors = initialParameters(architecture, plan.seed)
  const selector = await openSelector({ architecture, tensors, features: world.features })
  const demonstrations = new Map(world.index.questions.map((question) => [question.id, question]))
  const evaluate: Evaluate = (methods, shots) =>
    evaluateMethods({
      questions: world.heldOut.questions,
      methods,
      shots,
      ask: askAnswerer({ questions: world.heldOut.asked, demonstrations, answerer: world.answerer, concurrency: 1 }),
    })
  const asIs = (name: string): Method =>
    selectorMethod(name, world.heldOut.questions, { selector, queries: world.heldOut.queries })
  const curves = createCurves(`seed ${plan.seed}`)
  const judge = countedJudge(world, demonstrations)
  try {
    plan.onProgress('baselines')
    const baselines = await evaluateBaselines(world, plan, evaluate)
    const untrained = await evaluate([asIs('untrained')], [plan.shots])
    plan.onProgress('collecting')
    const collected = await collect(world, world.training, plan)
    await learnFromCollected(selector, collected, { world, plan, curves })
    const afterRce = await evaluate([asIs('rce')], [plan.shots])
    curves.add('grpo', 'accuracy', { x: 0, y: accuracyOf(afterRce).value })
    await trainSelector({
      selector,
      seed: plan.seed,
      groups: [],
      stages: [grpoStage({ groups: 'fresh', rounds: plan.rounds, groupSize: plan.groupSize, shots: plan.shots })],
      fresh: { queries: world.training.queries, judge: judge.ask, reward },
      onRound: async ({ round }, metrics) => {
        // For the curve alone: nothing is chosen by it.
        const heldOut = accuracyOf(await evaluate([asIs('learned')], [plan.shots]))
        curves.addRound(round, metrics, heldOut.value)
        plan.onProgress(roundLine(round, { plan, metrics, heldOut, groups: world.training.queries.length }))
      },
    })
    plan.onProgress('evaluating')
    const learned = await evaluate([asIs('learned')], plan.evaluatedShots)
    const asked = collected.reduce((sum, { candidates }) => sum + candidates.length, 0)
    return {
      rows: [...baselines, ...untrained, ...afterRce, ...learned],
      curves: curves.all(),
      calls: asked + judge.count(),
    }
  } finally {
    await selector.close()
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

/** RCE. */
async function learnFromCollected(
  selector: Selector,
  collected: readonly CollectedGroup[],
  { world, plan, curves }: { readonly world: World; readonly plan: TrainPlan; readonly curves: Curves },
): Promise<void> {
  const { groups, counts } = trainingGroups(
    world.training.queries.map((query, i) => ({ ...query, sequences: collected[i]?.candidates.map(judged) ?? [] })),
    { reward, skipFallback: true, noSignal: 'drop-equal' },
  )
  const informative = Math.round(counts.informativeGroupRate * 100)
  const asked = world.training.queries.length
  plan.onProgress(`RCE on ${groups.length} groups (${informative} % of n=${asked} questions have an informative group)`)
  await trainSelector({
    selector,
    seed: plan.seed,
    groups,
    stages: [rceStage()],
    onRound: async ({ round }, metrics) => curves.add('rce', 'loss', { x: round, y: metrics['loss'] }),
  })
}

function judged({ picks, verdict, beamScore }: CandidateSequence): JudgedSequence {
  return { picks, verdict: verdict === null ? null : { ...verdict, beamScore } }
}

/** The answering model as the judge of sampled sequences of the training questions. */
function countedJudge(
  world: World,
  demonstrations: ReadonlyMap<string, Question>,
): { readonly ask: SequenceJudge; count(): number } {
  const { asked, pools, queries } = world.training
  const ask = askAnswerer({ questions: asked, demonstrations, answerer: world.answerer, concurrency: 1 })
  const places = new Map(queries.map((query, place) => [query.query, place]))
  const promptOf = ({ query, pointers }: SequenceJudgeRequest) => {
    const question = places.get(query.query) as number
    return { question, demonstrations: promptIds(pools[question] as Pool, pointers) }
  }
  let count = 0
  return {
    count: () => count,
    async ask(requests, signal) {
      count += requests.length
      const answers = await ask(requests.map(promptOf), signal)
      return answers.map((answer) => (answer === null ? null : verdictOf(answer.score)))
    },
  }
}

function verdictOf(accuracy: number): SequenceVerdict {
  return {
    isCorrect: accuracy > 0,
    accuracy,
    referenceProbability: null,
    likeness: null,
    beamScore: null,
    usedFallback: false,
  }
}

/** The first pick stands next to the question. */
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

interface Curves {
  add(phase: string, metric: string, point: { readonly x: number; readonly y: number | undefined }): void
  addRound(round: number, metrics: Metrics, accuracy: number): void
  all(): TrainingCurve[]
}

function createCurves(label: string): Curves {
  const curves = new Map<string, { metric: string; phase: string; points: { x: number; y: number }[] }>()
  const add: Curves['add'] = (phase, metric, { x, y }) => {
    if (y === undefined || !Number.isFinite(y)) return
    const curve = curves.get(`${phase}/${metric}`) ?? { metric, phase, points: [] }
    curve.points.push({ x, y })
    curves.set(`${phase}/${metric}`, curve)
  }
  return {
    add,
    addRound(round, metrics, accuracy) {
      add('grpo', 'reward', { x: round, y: metrics['reward'] })
      add('grpo', 'informative', { x: round, y: metrics['informative_group_rate'] })
      add('grpo', 'kl', { x: round, y: metrics['kl'] })
      add('grpo', 'accuracy', { x: round, y: accuracy })
    },
    all: () => [...curves.values()].map((curve) => ({ ...curve, label })),
  }
}

interface RoundFigures {
  readonly plan: TrainPlan
  readonly metrics: Metrics
  readonly heldOut: Rate
  readonly groups: number
}

function roundLine(round: number, { plan, metrics, heldOut, groups }: RoundFigures): string {
  const reward = (metrics['reward'] ?? 0).toFixed(2)
  const informative = `${Math.round((metrics['informative_group_rate'] ?? 0) * 100)} % n=${groups}`
  const { value, low, high, trials } = heldOut
  const accuracy = `${points(value)} % [${points(low)}, ${points(high)}] n=${trials}, ${plan.shots} shots`
  return `GRPO round ${round}/${plan.rounds}  reward ${reward}  informative ${informative}  held out ${accuracy}`
}

/** Of the rows of one method and number of shots. */
function accuracyOf(rows: readonly EvaluatedQuestion[]): Rate {
  const [cell] = accuracyTable(rows, [{ kind: 'prefix', from: 0, to: rows.length }])
  return cell?.accuracy ?? clusteredRate([], 'trials')
}
