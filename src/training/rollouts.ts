/**
 * Rollouts: the policy samples completions for every problem at once, then the environment runs and scores each,
 * many at a time. A scored rollout that the journal already holds (same place, same tokens) is taken from there, not
 * paid for again. The order of execution changes no result: every random choice is keyed by place.
 */
import type { Problem } from '../core/problem.ts'
import type { RandomKey } from '../core/random.ts'
import type { Phase, RolloutPlace, SampledRollout } from '../core/records.ts'
import type { PolicySampler, SampledCompletion, Tokenizer } from '../engines/policy-engine.ts'
import type { Budget } from './budget.ts'
import { mapConcurrently } from './concurrency.ts'
import { type AttemptOutcome, type Environment, heldTo } from './environment.ts'
import { retryAbsent } from './services.ts'

/** Where finished rollouts are kept; the run store is one. */
export interface RolloutJournal {
  findRollout(place: RolloutPlace): SampledRollout | undefined
  recordRollout(rollout: SampledRollout): void
}

export interface RolloutTools {
  readonly environment: Environment
  readonly tokenizer: Tokenizer
  readonly journal: RolloutJournal
  /** Asked before each paid rollout; throws when the budget would be passed. */
  readonly budget: Budget
  readonly now: () => number
  readonly signal: AbortSignal
}

export interface RolloutPlan {
  readonly policy: PolicySampler
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
  readonly onRollout?: (rollout: SampledRollout) => void
}

/** @returns one group of `groupSize` rollouts a problem, in the order of `problems`. */
export async function collectRollouts(
  problems: readonly Problem[],
  plan: RolloutPlan,
  tools: RolloutTools,
): Promise<SampledRollout[][]> {
  const places = await samplePlaces(problems, plan, tools)
  const rollouts = await finishAll(places, plan, tools)
  await retryAbsent(rollouts, (missed) => {
    const { onRollout: _, ...quietly } = plan
    return finishAll(
      missed.map((i) => places[i] as Place),
      quietly,
      tools,
    )
  })
  return problems.map((_, position) => rollouts.slice(position * plan.groupSize, (position + 1) * plan.groupSize))
}

/** One completion of one problem, sampled and not yet run. */
interface Place {
  readonly problem: Problem
  readonly position: number
  readonly rollout: number
  /** Of the group. */
  readonly key: RandomKey
  readonly prompt: readonly number[]
  readonly completion: SampledCompletion
}

async function samplePlaces(
  problems: readonly Problem[],
  { policy, ...plan }: RolloutPlan,
  { environment, tokenizer, signal }: RolloutTools,
): Promise<Place[]> {
  const keys = groupKeys(problems, plan)
  const groups = problems.map((problem, position) => ({
    problem,
    position,
    key: keys[position] as RandomKey,
    prompt: environment.prompt(problem, tokenizer),
  }))
  const completions = await policy.sample(
    groups.map(({ problem, prompt, key }) => ({
      ...{ prompt, count: plan.groupSize, key: [...key, 'completion'] },
      ...heldTo(environment, problem.type),
    })),
    { maxTokens: plan.maxTokens, temperature: plan.temperature, topP: plan.topP },
    signal,
  )
  return groups.flatMap((group) =>
    Array.from({ length: plan.groupSize }, (_, rollout) => {
      const completion = completions[group.position]?.[rollout]
      if (completion === undefined) throw new Error('the policy returned too few completions')
      return { ...group, rollout, completion }
    }),
  )
}

async function finishAll(places: readonly Place[], plan: RolloutPlan, tools: RolloutTools): Promise<SampledRollout[]> {
  const attempt = createAttempts(plan, tools)
  return mapConcurrently(places, plan.concurrency, (place) => finishRollout(place, { plan, tools, attempt }))
}

type Attempt = (place: Place, text: string) => Promise<AttemptOutcome>

/** With shared draws, equal texts on one problem are one attempt: it would come out alike each time. */
function createAttempts({ sharedDraws, step }: RolloutPlan, { environment, signal }: RolloutTools): Attempt {
  const begun = new Map<string, Promise<AttemptOutcome>>()
  return ({ problem, position, rollout, completion, key }, text) => {
    if (!sharedDraws) return environment.attempt(problem, text, completion, { key: [...key, rollout], step, signal })
    const name = `${position} ${text}`
    const known = begun.get(name)
    if (known !== undefined) return known
    const outcome = environment.attempt(problem, text, completion, { key, step, signal })
    begun.set(name, outcome)
    return outcome
  }
}

async function finishRollout(
  place: Place,
  { plan, tools, attempt }: { readonly plan: RolloutPlan; readonly tools: RolloutTools; readonly attempt: Attempt },
): Promise<SampledRollout> {
  const { problem, position, rollout, completion } = place
  const { phase, label, step } = plan
  const journaled = tools.journal.findRollout({ phase, label, step, position, rollout })
  // An unscorable rollout is tried again: its answered calls are in the journal, and failed calls may succeed now.
  if (journaled?.score.kind === 'scored' && isSameAttempt(journaled, problem, completion)) {
    plan.onRollout?.(journaled)
    return journaled
  }
  tools.signal.throwIfAborted()
  tools.budget.assertRoom()
  const startedAt = tools.now()
  const text = tools.tokenizer.decode(withoutEnd(completion))
  const outcome = await attempt(place, text).finally(() => tools.budget.release())
  const record: SampledRollout = {
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
    prompt: place.prompt,
    tokens: completion.tokens,
    logprobs: completion.logprobs,
    stopReason: completion.stopReason,
    ...(completion.decidedTokens === undefined ? {} : { decidedTokens: completion.decidedTokens }),
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

/** The random key of each group. A problem that is repeated within a step gets a new key. */
function groupKeys(problems: readonly Problem[], plan: Omit<RolloutPlan, 'policy'>): RandomKey[] {
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

function isSameAttempt(journaled: SampledRollout, problem: Problem, completion: SampledCompletion): boolean {
  return (
    journaled.problemId === problem.id &&
    journaled.tokens.length === completion.tokens.length &&
    journaled.tokens.every((token, i) => token === completion.tokens[i])
  )
}
