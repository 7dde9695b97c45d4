/**
 * A policy against everything that fixed choices can reach at its cost. Problems fall into groups (types); for each group
 * there are options (workflows) that cost something and solve something. Choosing one option a group, or drawing between two,
 * reaches every point under a concave hull: the policy is compared to the hull at its own cost. The interval is a paired
 * bootstrap over problems (Efron and Tibshirani 1993, percentiles), which draws policy and options together and finds the
 * hull again in each resample. The hull is a maximum over noisy means, hence too high on average: the comparison favours the
 * fixed choices.
 */
import type { CostAndValue } from './pareto.ts'
import { paretoSet } from './pareto.ts'
import type { Rng } from './random.ts'

/** @returns the concave part of the Pareto set: costs and values ascending, each step less worth its cost than the one before. */
export function upperHull(points: readonly CostAndValue[]): CostAndValue[] {
  const hull: CostAndValue[] = []
  for (const point of paretoSet(points)) {
    while (
      hull.length >= 2 &&
      slope(hull.at(-2) as CostAndValue, hull.at(-1) as CostAndValue) <= slope(hull.at(-1) as CostAndValue, point)
    )
      hull.pop()
    hull.push({ cost: point.cost, value: point.value })
  }
  return hull
}

/** The hull of all sums of one point of each hull. @param hulls as `upperHull` gives them. */
export function sumOfHulls(hulls: readonly (readonly CostAndValue[])[]): CostAndValue[] {
  const start = { cost: 0, value: 0 }
  const edges: CostAndValue[] = []
  for (const hull of hulls) {
    for (const [i, { cost, value }] of hull.entries()) {
      const before = hull[i - 1]
      if (before === undefined) {
        start.cost += cost
        start.value += value
      } else edges.push({ cost: cost - before.cost, value: value - before.value })
    }
  }
  edges.sort((a, b) => b.value * a.cost - a.value * b.cost)
  const sum: CostAndValue[] = [start]
  for (const edge of edges) {
    const last = sum.at(-1) as CostAndValue
    sum.push({ cost: last.cost + edge.cost, value: last.value + edge.value })
  }
  return sum
}

/** The best value within reach at a cost. Below the cheapest point it is that of the cheapest, which favours the hull. */
export function hullValue(hull: readonly CostAndValue[], cost: number): number {
  const next = hull.findIndex((point) => point.cost >= cost)
  if (next < 0) return hull.at(-1)?.value ?? 0
  const after = hull[next] as CostAndValue
  const before = hull[next - 1]
  return before === undefined ? after.value : before.value + slope(before, after) * (cost - before.cost)
}

function slope(a: CostAndValue, b: CostAndValue): number {
  return (b.value - a.value) / (b.cost - a.cost)
}

/** What something cost and was worth on each problem of a group, in one order. Shape [P] each; values in 0..1. */
export interface ProblemCosts {
  readonly costs: readonly number[]
  readonly values: readonly number[]
}

export interface FrontierGroup {
  readonly own: ProblemCosts
  /** At least one. */
  readonly options: readonly ProblemCosts[]
}

export interface AboveHull {
  /** Mean value of the policy minus the hull at the policy's mean cost. */
  readonly difference: number
  /** 95 % interval of it. */
  readonly low: number
  readonly high: number
  /** Problems. */
  readonly n: number
  /** Means of the policy. */
  readonly cost: number
  readonly value: number
  readonly hullValue: number
  /** Of all problems; costs and values are means of a problem. */
  readonly hull: readonly CostAndValue[]
}

/** @returns null without a problem. */
export function aboveHull(groups: readonly FrontierGroup[], rng: Rng, resamples = 2000): AboveHull | null {
  const places = groups.flatMap((group, at) => group.own.values.map((_, problem) => ({ at, problem })))
  if (places.length === 0) return null
  const once = groups.map(({ own }) => own.values.map(() => 1))
  const seen = compare(groups, once)
  const differences = Array.from({ length: resamples }, () => {
    const weights = groups.map(({ own }) => own.values.map(() => 0))
    for (let i = 0; i < places.length; i++) {
      const { at, problem } = places[rng.integer(places.length)] as (typeof places)[number]
      const own = weights[at] as number[]
      own[problem] = (own[problem] as number) + 1
    }
    return compare(groups, weights).difference
  }).sort((a, b) => a - b)
  const percentile = (share: number): number => differences[Math.round(share * (resamples - 1))] as number
  return { ...seen, low: percentile(0.025), high: percentile(0.975), n: places.length }
}

/** @param weights how often each problem of each group counts. */
function compare(
  groups: readonly FrontierGroup[],
  weights: readonly (readonly number[])[],
): Omit<AboveHull, 'low' | 'high' | 'n'> {
  const total = weights.reduce((sum, list) => list.reduce((part, weight) => part + weight, sum), 0)
  const mean = ({ costs, values }: ProblemCosts, at: number): CostAndValue => {
    let cost = 0
    let value = 0
    for (const [i, weight] of (weights[at] as readonly number[]).entries()) {
      cost += weight * (costs[i] as number)
      value += weight * (values[i] as number)
    }
    return { cost: cost / total, value: value / total }
  }
  const hull = sumOfHulls(groups.map(({ options }, at) => upperHull(options.map((option) => mean(option, at)))))
  const own = groups.map((group, at) => mean(group.own, at))
  const cost = own.reduce((sum, point) => sum + point.cost, 0)
  const value = own.reduce((sum, point) => sum + point.value, 0)
  const reached = hullValue(hull, cost)
  return { difference: value - reached, cost, value, hullValue: reached, hull }
}
