/**
 * Rollouts: the policy samples completions for every problem at once, then the environment runs and scores each,
 * many at a time. A scored rollout that the journal already holds (same place, same tokens) is taken from there, not
 * paid for again. The order of execution changes no result: every random choice is keyed by place.
 */
import type { Problem } from '../core/problem.ts'
import type { RandomKey } from '../core/random.ts'
import type { Phase, RolloutPlace, RolloutRecord } from '../core/records.ts'
import type { PolicySampler, SampledCompletion, Tokenizer } from '../engines/policy-engine.ts'
import type { Budget } from './budget.ts'
import { mapConcurrently } from './concurrency.ts'
import type { AttemptOutcome, Environment } from './environment.ts'
import { metAbsence, stopIfStillAbsent } from './services.ts'

/** Where finished rollouts are kept; the run store is one. */
export interface RolloutJournal {
  findRollout(place: RolloutPlace): RolloutRecord | undefined
  recordRollout(rollout: RolloutRecord): void
}

export interface RolloutTools {
  readonly environment: Environment
  readonly tokenizer: Tokenizer
  readonly journal: RolloutJournal
  /** Asked before each paid rollout; throws when the budget would be passed. */
  readonly budget: Budget
  readonly now: () => number
}

export interface RolloutPlan {
  readonly seed: number
  readonly phase: Phase
  readonly label: string
  /** Part of the random keys in training; in evaluation every label draws alike, so that comparisons are paired. */
  readonly step: number
  readonly groupSize: number
  /**
   * Rollouts of a group share their random draws (common random numbers): equal questions get equal answers, so that
   * rewards within the group differ by what was written. Each reward keeps its distribution; only their noise is shared.
   */
  readonly sharedDraws: boolean
  readonly maxTokens: number
  readonly temperature: number
  readonly topP: number
  readonly concurrency: number
  readonly onRollout?: (rollout: RolloutRecord) => void
}

/** @returns one group of `groupSize` rollouts a problem, in the order of `problems`. */
export async function collectRollouts(
  policy: PolicySampler,
  problems: readonly Problem[],
  plan: RolloutPlan,
  tools: RolloutTools,
  signal: AbortSignal,
): Promise<RolloutRecord[][]> {
  const prompts = problems.map((problem) => tools.environment.prompt(problem, tools.tokenizer))
  const keys = groupKeys(problems, plan)
  const completions = await policy.sample(
    prompts.map((prompt, position) => ({
      prompt,
      count: plan.groupSize,
      key: [...(keys[position] as RandomKey), 'completion'],
    })),
    { maxTokens: plan.maxTokens, temperature: plan.temperature, topP: plan.topP },
    signal,
  )
  const places: Place[] = problems.flatMap((problem, position) =>
    Array.from({ length: plan.groupSize }, (_, rollout) => ({ problem, position, rollout })),
  )
  const finish = ({ problem, position, rollout }: Place, ofPlan: RolloutPlan, attempts: SharedAttempts) => {
    const completion = completions[position]?.[rollout]
    const prompt = prompts[position]
    const key = keys[position]
    if (completion === undefined || prompt === undefined || key === undefined) {
      throw new Error('the policy returned too few completions')
    }
    return finishRollout(problem, prompt, completion, { ...ofPlan, key, position, rollout }, tools, attempts, signal)
  }
  const attempts: SharedAttempts = new Map()
  const rollouts = await mapConcurrently(places, plan.concurrency, (place) => finish(place, plan, attempts))
  // A server that was away for a moment gets a second chance; one that is away for good ends the run here.
  const missed = [...rollouts.keys()].filter((i) => metAbsence(rollouts[i] as RolloutRecord))
  const { onRollout: _, ...quietly } = plan
  const again: SharedAttempts = new Map()
  const second = await mapConcurrently(missed, plan.concurrency, (i) => finish(places[i] as Place, quietly, again))
  stopIfStillAbsent(second)
  second.forEach((rollout, k) => {
    rollouts[missed[k] as number] = rollout
  })
  return problems.map((_, position) => rollouts.slice(position * plan.groupSize, (position + 1) * plan.groupSize))
}

interface Place {
  readonly problem: Problem
  readonly position: number
  readonly rollout: number
}

/** With shared draws, equal texts on one problem are one attempt: it would come out alike each time. */
type SharedAttempts = Map<string, Promise<AttemptOutcome>>

async function finishRollout(
  problem: Problem,
  prompt: readonly number[],
  completion: SampledCompletion,
  plan: RolloutPlan & { readonly key: RandomKey; readonly position: number; readonly rollout: number },
  tools: RolloutTools,
  attempts: SharedAttempts,
  signal: AbortSignal,
): Promise<RolloutRecord> {
  const { phase, label, step, position, rollout } = plan
  const journaled = tools.journal.findRollout({ phase, label, step, position, rollout })
  // One that nobody could score is tried again: its answered calls are in the journal, the failed ones may go better now.
  if (journaled?.score.kind === 'scored' && isSameAttempt(journaled, problem, completion)) {
    plan.onRollout?.(journaled)
    return journaled
  }
  signal.throwIfAborted()
  tools.budget.assertRoom()
  const startedAt = tools.now()
  const text = tools.tokenizer.decode(withoutEnd(completion))
  const attempt = (key: RandomKey) => tools.environment.attempt(problem, text, completion, { key, signal })
  const outcome = await (plan.sharedDraws
    ? shared(attempts, `${position} ${text}`, () => attempt(plan.key))
    : attempt([...plan.key, rollout])
  ).finally(() => tools.budget.release())
  const record: RolloutRecord = {
    version: 1,
    phase,
    step,
    label,
    position,
    problemId: problem.id,
    problemType: problem.type,
    source: problem.source,
    difficulty: problem.difficulty,
    rollout,
    prompt,
    tokens: completion.tokens,
    logprobs: completion.logprobs,
    stopReason: completion.stopReason,
    text,
    outcome: outcome.record,
    failures: outcome.failures,
    score: outcome.score,
    advantage: null,
    costUsd: outcome.costUsd,
    llmCalls: outcome.llmCalls,
    solving: outcome.solving,
    timing: { startedAt: new Date(startedAt).toISOString(), durationMs: tools.now() - startedAt },
  }
  tools.journal.recordRollout(record)
  plan.onRollout?.(record)
  return record
}

function shared(
  attempts: SharedAttempts,
  name: string,
  attempt: () => Promise<AttemptOutcome>,
): Promise<AttemptOutcome> {
  const known = attempts.get(name)
  if (known !== undefined) return known
  const begun = attempt()
  attempts.set(name, begun)
  return begun
}

/** The random key of each group. A problem that comes again within a step draws anew. */
function groupKeys(problems: readonly Problem[], plan: RolloutPlan): RandomKey[] {
  const seen = new Map<string, number>()
  return problems.map(({ id }) => {
    const times = seen.get(id) ?? 0
    seen.set(id, times + 1)
    const place = plan.phase === 'train' ? [plan.seed, 'train', plan.step, id] : [plan.seed, 'evaluation', id]
    return times === 0 ? place : [...place, times]
  })
}

function withoutEnd(completion: SampledCompletion): readonly number[] {
  return completion.stopReason === 'stop' ? completion.tokens.slice(0, -1) : completion.tokens
}

function isSameAttempt(journaled: RolloutRecord, problem: Problem, completion: SampledCompletion): boolean {
  return (
    journaled.problemId === problem.id &&
    journaled.tokens.length === completion.tokens.length &&
    journaled.tokens.every((token, i) => token === completion.tokens[i])
  )
}
