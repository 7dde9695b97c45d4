/**
 * Choosing without replacement from scores, in float64. A static selector's policy is a Plackett-Luce ranking:
 * p(a, b) = softmax(s)[a] * softmax(s without a)[b]. Choices that are closed have probability 0.
 */
/** log of the sum of exp(score) over the open choices. */
function logTotal(scores: ArrayLike<number>, isOpen: (choice: number) => boolean): number {
  let peak = Number.NEGATIVE_INFINITY
  for (let i = 0; i < scores.length; i++) if (isOpen(i)) peak = Math.max(peak, scores[i] as number)
  let total = 0
  for (let i = 0; i < scores.length; i++) if (isOpen(i)) total += Math.exp((scores[i] as number) - peak)
  return peak + Math.log(total)
}

/** log-probs of all choices; minus infinity for closed ones. @param scores [C], any range. */
export function logSoftmax(scores: ArrayLike<number>, isOpen: (choice: number) => boolean): Float64Array {
  const total = logTotal(scores, isOpen)
  return Float64Array.from(scores, (score, i) => (isOpen(i) ? score - total : Number.NEGATIVE_INFINITY))
}

/** log-prob of an ordered choice without replacement. @param scores [K]. @internal Tests alone: what the graph is held to. */
export function plackettLuce(scores: ArrayLike<number>, picks: readonly number[]): number {
  const taken = new Set<number>()
  let logprob = 0
  for (const pick of picks) {
    logprob += (scores[pick] as number) - logTotal(scores, (choice) => !taken.has(choice))
    taken.add(pick)
  }
  return logprob
}
