/** One world, one seed: collect, RCE, GRPO on fresh samples, evaluation of every method on the held-out questions. */
import type { Metrics } from '../../src/core/records.ts'
import { collectSequences, defaultPlan } from '../../src/demonstrations/collect/index.ts'
import {
  askAnswerer,
  type CollectedSequence,
  type EvaluatedQuestion,
  evaluateMethods,
  fixedDemonstrations,
  oracle,
  randomDemonstrations,
  selectorMethod,
  similarDemonstrations,
  zeroShot,
} from '../../src/demonstrations/evaluation/index.ts'
import type { TrainingCurve } from '../../src/demonstrations/report/index.ts'
import type { CandidateSequence, CollectedGroup, Pool } from '../../src/demonstrations/schema.ts'
import { initialParameters, openSelector, pointerArchitecture } from '../../src/demonstrations/selector/index.ts'
import {
  grpoStage,
  type JudgedSequence,
  type JudgeRequest,
  type RewardOptions,
  rceStage,
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

const reward: RewardOptions = { mode: 'hard_plus_soft' }

export async function trainWorld(world: World, plan: TrainPlan): Promise<TrainedWorld> {
  const { seed, shots, groupSize } = plan
  const architecture = pointerArchitecture({ inputWidth: world.features.width })
  const selector = await openSelector({
    architecture,
    tensors: initialParameters(architecture, seed),
    features: world.features,
  })
  let calls = 0
  const demonstrations = new Map(world.index.questions.map((question) => [question.id, question]))
  const askOf = (set: QuestionSet) =>
    askAnswerer({ questions: set.asked, demonstrations, answerer: world.answerer, concurrency: 1 })
  const askHeldOut = askOf(world.heldOut)
  const askTraining = askOf(world.training)
  const places = new Map(world.training.queries.map((query, place) => [query.query, place]))
  const judge = async (
    requests: readonly JudgeRequest[],
    signal?: AbortSignal,
  ): Promise<(SequenceVerdict | null)[]> => {
    calls += requests.length
    const prompts = requests.map(({ query, pointers }) => {
      const question = places.get(query.query) as number
      // The first pick stands next to the question.
      return { question, demonstrations: promptIds(world.training.pools[question] as Pool, pointers) }
    })
    const answers = await askTraining(prompts, signal)
    return answers.map((answer) => (answer === null ? null : verdictOf(answer.score)))
  }
  const collect = (set: QuestionSet): Promise<CollectedGroup[]> =>
    collectSequences({
      queries: set.asked,
      pools: set.pools,
      index: world.index,
      space: set.space,
      answerer: world.answerer,
      plan: { ...defaultPlan, seed, shots, count: groupSize },
      concurrency: 1,
    })
  try {
    const evaluated = {
      learned: selectorMethod('learned', world.heldOut.questions, { selector, queries: world.heldOut.queries }),
      rce: selectorMethod('rce', world.heldOut.questions, { selector, queries: world.heldOut.queries }),
      untrained: selectorMethod('untrained', world.heldOut.questions, { selector, queries: world.heldOut.queries }),
    }
    const evaluate = (methods: Parameters<typeof evaluateMethods>[0]['methods'], evaluatedShots: readonly number[]) =>
      evaluateMethods({
        questions: world.heldOut.questions,
        methods,
        shots: evaluatedShots,
        ask: askHeldOut,
      })

    plan.onProgress('baselines')
    const { questions, ranked } = world.heldOut
    const byQuestion = collectedByQuestion(await collect(world.heldOut))
    const fixedIds = [...world.training.questions.slice(0, Math.max(...plan.evaluatedShots) + 1).map(({ id }) => id)]
    const baselines = await evaluate(
      [
        zeroShot(questions),
        randomDemonstrations(questions, seed),
        fixedDemonstrations(questions, fixedIds),
        similarDemonstrations(questions, ranked),
      ],
      plan.evaluatedShots,
    )
    const best = await evaluate([oracle(questions, byQuestion)], [shots])
    const untrained = await evaluate([evaluated.untrained], [shots])

    plan.onProgress('collecting')
    const collected = await collect(world.training)
    calls += collected.reduce((sum, { candidates }) => sum + candidates.length, 0)
    const { groups, counts } = trainingGroups(
      world.training.queries.map((query, i) => ({ ...query, sequences: collected[i]?.candidates.map(judged) ?? [] })),
      { reward, skipFallback: true, noSignal: 'drop-equal' },
    )
    plan.onProgress(`RCE on ${groups.length} groups (${Math.round(counts.informativeGroupRate * 100)} % informative)`)
    const curves = new Map<string, { metric: string; phase: string; points: { x: number; y: number }[] }>()
    const point = (phase: string, metric: string, x: number, y: number | undefined): void => {
      if (y === undefined || !Number.isFinite(y)) return
      const curve = curves.get(`${phase}/${metric}`) ?? { metric, phase, points: [] }
      curve.points.push({ x, y })
      curves.set(`${phase}/${metric}`, curve)
    }
    await trainSelector({
      selector,
      seed,
      groups,
      stages: [rceStage()],
      onRound: async ({ round }, metrics) => point('rce', 'loss', round, metrics['loss']),
    })
    const afterRce = await evaluate([evaluated.rce], [shots])
    point('grpo', 'accuracy', 0, meanScore(afterRce))

    await trainSelector({
      selector,
      seed,
      groups: [],
      stages: [grpoStage({ groups: 'fresh', rounds: plan.rounds, groupSize, shots })],
      fresh: { queries: world.training.queries, judge, reward },
      onRound: async ({ round }, metrics: Metrics) => {
        point('grpo', 'reward', round, metrics['reward'])
        point('grpo', 'informative', round, metrics['informative_group_rate'])
        point('grpo', 'kl', round, metrics['kl'])
        const accuracy = meanScore(await evaluate([evaluated.learned], [shots]))
        point('grpo', 'accuracy', round, accuracy)
        plan.onProgress(
          `GRPO round ${round}/${plan.rounds}  reward ${(metrics['reward'] ?? 0).toFixed(3)}  informative ${Math.round((metrics['informative_group_rate'] ?? 0) * 100)} %  held out ${(accuracy * 100).toFixed(1)} %`,
        )
      },
    })
    plan.onProgress('evaluating')
    const learned = await evaluate([evaluated.learned], plan.evaluatedShots)
    return {
      rows: [...baselines, ...untrained, ...afterRce, ...learned, ...best],
      curves: [...curves.values()].map((curve) => ({ ...curve, label: `seed ${seed}` })),
      calls,
    }
  } finally {
    await selector.close()
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

function judged({ picks, verdict, beamScore }: CandidateSequence): JudgedSequence {
  return { picks, verdict: verdict === null ? null : { ...verdict, beamScore } }
}

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

function meanScore(rows: readonly EvaluatedQuestion[]): number {
  const scores = rows.flatMap(({ score }) => (score === null ? [] : [score]))
  return scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length)
}
