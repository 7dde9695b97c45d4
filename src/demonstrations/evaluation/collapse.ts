/**
 * Collapse detector: whether a selector chooses by the question at all. A pool of two, a masked score that wins, or a
 * policy that has one favourite all give plausible accuracies; they show here.
 */

export interface Collapse {
  /** Questions. */
  readonly n: number
  /** Different sequences over all questions. */
  readonly distinctSequences: number
  /** Entropy of the first pick over the questions, in nats; at most ln n. */
  readonly firstPickEntropy: number
  /** Share of the questions that the commonest first pick has. */
  readonly topFirstPickRate: number
  /** Sequences that hold a demonstration twice. */
  readonly repeats: number
  readonly warnings: readonly CollapseWarning[]
}

/**
 * - `few-sequences`: fewer different sequences than half of the questions.
 * - `one-favourite`: the first pick's entropy is under half of what a pick by question reaches (ln n, or `reference`).
 * - `repeats`: a demonstration appears twice in one prompt, as when a pool ran out and a masked score won.
 */
export type CollapseWarning = 'few-sequences' | 'one-favourite' | 'repeats'

/**
 * @param sequences chosen demonstrations in the order they were picked, one entry a question; all of one length >= 1.
 * @param reference entropy of the first pick of a method that is known to look at the question, such as retrieval.
 */
export function detectCollapse(sequences: readonly (readonly (string | number)[])[], reference?: number): Collapse {
  const n = sequences.length
  const distinctSequences = new Set(sequences.map((sequence) => JSON.stringify(sequence))).size
  const firstPicks = new Map<string | number, number>()
  for (const [first] of sequences) {
    if (first !== undefined) firstPicks.set(first, (firstPicks.get(first) ?? 0) + 1)
  }
  const counts = [...firstPicks.values()]
  const firstPickEntropy = n === 0 ? 0 : -counts.reduce((sum, count) => sum + (count / n) * Math.log(count / n), 0)
  const repeats = sequences.filter((sequence) => new Set(sequence).size < sequence.length).length
  const warnings: CollapseWarning[] = []
  // Few questions can agree by chance; a set this small is not evidence.
  if (n >= 20) {
    if (distinctSequences < n / 2) warnings.push('few-sequences')
    if (firstPickEntropy < (reference ?? Math.log(n)) / 2) warnings.push('one-favourite')
  }
  if (repeats > 0) warnings.push('repeats')
  return {
    n,
    distinctSequences,
    firstPickEntropy: Math.max(0, firstPickEntropy),
    topFirstPickRate: n === 0 ? 0 : Math.max(0, ...counts) / n,
    repeats,
    warnings,
  }
}
