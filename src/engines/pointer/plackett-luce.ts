/**
 * Choosing without replacement from scores, in float64. A static selector's policy is a Plackett-Luce ranking:
 * p(a, b) = softmax(s)[a] * softmax(s without a)[b]. Choices that are closed have probability 0.
 */
import type { Rng } from '../../core/random.ts'

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

/** One open choice, drawn by its probability (Gumbel-max). @param logprobs minus infinity where closed. */
export function draw(logprobs: ArrayLike<number>, temperature: number, rng: Rng): number {
  let best = -1
  let highest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < logprobs.length; i++) {
    const logprob = logprobs[i] as number
    if (logprob === Number.NEGATIVE_INFINITY) continue
    // 1 - next() lies in (0, 1]: its logarithm is finite and at most 0.
    const value = logprob / temperature - Math.log(Math.max(1e-300, -Math.log(1 - rng.next())))
    if (value > highest) {
      highest = value
      best = i
    }
  }
  return best
}
