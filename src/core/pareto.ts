/** What cannot be had cheaper without being worse: points of cost and value, and those that no other point dominates. */

export interface CostAndValue {
  readonly cost: number
  readonly value: number
}

/**
 * @param points shape [N], any order.
 * @returns the points that no other point beats, cost ascending, values strictly ascending. Of equal points the first
 * given stays.
 */
export function paretoSet<T extends CostAndValue>(points: readonly T[]): T[] {
  const cheapestFirst = [...points].sort((a, b) => a.cost - b.cost || b.value - a.value)
  const kept: T[] = []
  for (const point of cheapestFirst)
    if (point.value > (kept.at(-1)?.value ?? Number.NEGATIVE_INFINITY)) kept.push(point)
  return kept
}

/** The Pareto set, then the Pareto set of what is left, and so on: every point once. */
export function paretoLayers<T extends CostAndValue>(points: readonly T[]): T[][] {
  const layers: T[][] = []
  let left = [...points]
  while (left.length > 0) {
    const layer = paretoSet(left)
    const taken = new Set(layer)
    left = left.filter((point) => !taken.has(point))
    layers.push(layer)
  }
  return layers
}

/**
 * Leaves out, one by one, the point that adds the least value to the cheaper one before it. The cheapest and the most
 * valuable point always stay.
 * @param set cost and value ascending.
 * @param size at least 2.
 */
export function thinned<T extends CostAndValue>(set: readonly T[], size: number): T[] {
  const kept = [...set]
  while (kept.length > Math.max(2, size)) {
    const gains = kept.slice(1, -1).map((point, i) => point.value - (kept[i] as T).value)
    kept.splice(1 + gains.indexOf(Math.min(...gains)), 1)
  }
  return kept
}
