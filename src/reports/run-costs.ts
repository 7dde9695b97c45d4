/** What a run's calls cost: by role, by operator, by step and by problem. */
import type { RolloutDigest } from '../core/records.ts'
import type { CallTotals, RunReader } from '../runs/index.ts'
import { type CallRole, type RolePrices, roleOf, rolePrices } from './role-prices.ts'

export interface CostLine {
  readonly name: string
  readonly calls: number
  readonly failedCalls: number
  /** Tries of the calls, those that failed included. */
  readonly attempts: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** null where the model's price is not known. */
  readonly costUsd: number | null
}

/** What the rollouts of one step, evaluation or problem were charged. */
export interface RolloutCost {
  readonly name: string
  readonly rollouts: number
  readonly calls: number
  readonly costUsd: number | null
}

export interface RunCosts {
  /** null where a model without a known price was called. */
  readonly totalUsd: number | null
  /** Of what has a price. */
  readonly pricedUsd: number
  readonly prices: Partial<Record<CallRole, RolePrices>>
  readonly byRole: readonly CostLine[]
  readonly byOperator: readonly CostLine[]
  /** Training steps by number, evaluations by label. A call that several rollouts share counts in each. */
  readonly byStep: readonly RolloutCost[]
  /** Dearest first. */
  readonly byProblem: readonly RolloutCost[]
}

export function runCosts(run: RunReader): RunCosts {
  const prices = rolePrices(run.config)
  const totals = Object.entries(run.callTotals())
  const isUnpriced = (role: CallRole): boolean => prices[role]?.source === 'unpriced'
  const lineOf = (name: string, parts: readonly (readonly [string, CallTotals])[]): CostLine => {
    const sum = (pick: (totals: CallTotals) => number): number => parts.reduce((all, [, one]) => all + pick(one), 0)
    return {
      name,
      calls: sum(({ calls }) => calls),
      failedCalls: sum(({ failedCalls }) => failedCalls),
      attempts: sum(({ attempts }) => attempts),
      inputTokens: sum(({ inputTokens }) => inputTokens),
      outputTokens: sum(({ outputTokens }) => outputTokens),
      costUsd: parts.some(([purpose]) => isUnpriced(roleOf(purpose))) ? null : sum(({ costUsd }) => costUsd),
    }
  }
  const byRole = [...Map.groupBy(totals, ([purpose]) => roleOf(purpose))].map(([role, parts]) => lineOf(role, parts))
  const operators = totals.filter(([purpose]) => purpose.includes('/'))
  const digests = run.rolloutDigests()
  const anyUnpriced = byRole.some(({ costUsd }) => costUsd === null)
  const charged = (groups: Map<string, RolloutDigest[]>): RolloutCost[] =>
    [...groups].map(([name, rollouts]) => ({
      name,
      rollouts: rollouts.length,
      calls: rollouts.reduce((sum, { llmCalls }) => sum + llmCalls, 0),
      costUsd: anyUnpriced ? null : rollouts.reduce((sum, { costUsd }) => sum + costUsd, 0),
    }))
  return {
    totalUsd: anyUnpriced ? null : run.spentUsd(),
    pricedUsd: byRole.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0),
    prices,
    byRole,
    byOperator: operators.map(([purpose, one]) => lineOf(purpose.slice(purpose.indexOf('/') + 1), [[purpose, one]])),
    byStep: charged(Map.groupBy(digests, ({ phase, step, label }) => (phase === 'train' ? `${step}` : label))),
    byProblem: charged(Map.groupBy(digests, ({ problemId }) => problemId)).sort(
      (a, b) => (b.costUsd ?? 0) - (a.costUsd ?? 0) || b.calls - a.calls || (a.name < b.name ? -1 : 1),
    ),
  }
}
