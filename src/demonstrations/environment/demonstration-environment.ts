/**
 * Choosing demonstrations as an environment of the training loop: a completion is a sequence of picks, its attempt the
 * question asked with them, its score what the answer is worth.
 */
import { meanOf } from '../../core/moments.ts'
import type { CallUsage, Metrics, RolloutRecord } from '../../core/records.ts'
import type { DemonstrationOutcome } from '../../core/rollout-outcome.ts'
import type { PickTokenizer } from '../../engines/pointer/index.ts'
import type { AttemptOutcome, Environment } from '../../training/index.ts'
import { judgeAnswer } from '../answering/index.ts'
import type { Answerer, AnswerOutcome, JudgedAnswer, Question } from '../schema.ts'
import { type RewardOptions, sequenceReward } from './sequence-reward.ts'

export interface DemonstrationEnvironmentOptions {
  readonly tokenizer: PickTokenizer
  /** By the id of the question, the ids that it may be shown. */
  readonly pools: ReadonlyMap<string, readonly string[]>
  readonly reward: RewardOptions
  /** null where there is no model to ask: attempts were judged before. */
  readonly asking: {
    readonly answerer: Answerer
    readonly questionOf: (id: string) => Question
  } | null
}

export function createDemonstrationEnvironment(options: DemonstrationEnvironmentOptions): Environment {
  const { tokenizer, pools, reward, asking } = options
  return {
    name: 'demonstrations',
    isFixedLength: true,
    prompt: ({ id }) => tokenizer.promptOf(id, pools.get(id) ?? []),
    attempt: async ({ id }, _text, completion, { signal }) => {
      if (asking === null) throw new Error('no model can be asked: the attempts of this run were judged before it')
      const { answerer, questionOf } = asking
      const picks = tokenizer.idsOf(completion.tokens)
      const question = questionOf(id)
      // The first pick is next to the question.
      const shown = picks.toReversed().map(questionOf)
      const outcome = await answerer.answer(question, shown, signal)
      signal.throwIfAborted()
      if (outcome.kind === 'failure') return failedOutcome(picks, outcome)
      const judged = judgeAnswer(outcome, question, answerer.profile)
      return judgedOutcome({ picks, judged, beamScore: null }, reward, usageOf(outcome))
    },
    metrics: demonstrationMetrics,
  }
}

export interface JudgedPicks {
  /** Ids in pick order. */
  readonly picks: readonly string[]
  readonly judged: JudgedAnswer
  readonly beamScore: number | null
}

const unasked: CallUsage = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }

/** What an answer is worth. One that the fallback scorer judged is worth nothing and counts nowhere. */
export function judgedOutcome(
  { picks, judged, beamScore }: JudgedPicks,
  options: RewardOptions,
  solving: CallUsage = unasked,
): AttemptOutcome {
  const { prediction, rawGeneration, isCorrect, accuracy, usedFallback } = judged
  const record: DemonstrationOutcome = {
    environment: 'demonstrations',
    version: 1,
    outcome: 'answered',
    demonstrations: picks,
    prediction,
    rawGeneration,
    accuracy,
  }
  const costs = { costUsd: solving.costUsd, llmCalls: solving.calls, solving }
  if (usedFallback) {
    return { record, failures: [], score: { kind: 'unscorable', reason: 'judged by the fallback scorer' }, ...costs }
  }
  const reward = sequenceReward(options, { ...judged, beamScore })
  return {
    record,
    failures: [],
    score: {
      kind: 'scored',
      reward,
      parts: [{ name: options.mode, value: reward }],
      isCorrect,
      verdict: isCorrect ? 'true' : 'false',
      reason: `${Math.round(accuracy * 100)} % of the annotators agree`,
    },
    ...costs,
  }
}

/** A failure of the answering model is not a wrong answer. */
export function failedOutcome(
  picks: readonly string[],
  { failure, message }: { readonly failure: string; readonly message: string },
): AttemptOutcome {
  return {
    record: {
      environment: 'demonstrations',
      version: 1,
      outcome: 'unavailable',
      demonstrations: picks,
      prediction: null,
      rawGeneration: null,
      accuracy: null,
    },
    failures: [{ boundary: 'executor', code: failure, message }],
    score: { kind: 'unscorable', reason: message },
    costUsd: 0,
    llmCalls: 0,
    solving: unasked,
  }
}

function usageOf({ usage }: Extract<AnswerOutcome, { kind: 'answer' }>): CallUsage {
  return usage === undefined ? { ...unasked, calls: 1 } : { calls: 1, ...usage }
}

/** `demonstrations/soft_accuracy`: share of annotators who agree; `/distinct_rate`: different sequences among those of a question. */
function demonstrationMetrics(rollouts: readonly RolloutRecord[]): Metrics {
  const accuracies = rollouts.flatMap(({ outcome }) =>
    outcome.environment === 'demonstrations' && outcome.accuracy !== null ? [outcome.accuracy] : [],
  )
  const distinct = new Set(rollouts.map(({ position, text }) => `${position} ${text}`))
  return {
    ...(accuracies.length === 0 ? {} : { 'demonstrations/soft_accuracy': meanOf(accuracies) }),
    'demonstrations/distinct_rate': distinct.size / Math.max(1, rollouts.length),
  }
}
