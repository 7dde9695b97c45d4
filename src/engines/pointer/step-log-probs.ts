/**
 * Log-probs of choices with masks that are really minus infinity: a masked choice has probability exactly 0, whatever
 * its score, and no gradient. A large negative number in its place would leak (-100 at temperature 1), and minus
 * infinity itself gives NaN gradients (0 times infinity); here masked scores never enter an exponential.
 */
import type { numpy } from '@jax-js/jax'
import type { Jax } from '../../tensor/index.ts'

type Array_ = numpy.Array

export interface StepDistribution {
  /** [B, N, S, C]; 0 where masked. */
  readonly logprobs: Array_
  /** [B, N, S, C]; exactly 0 where masked. */
  readonly probabilities: Array_
}

/**
 * What may be chosen at each step: valid candidates not chosen before; STOP from step `leastShots` on.
 * @param chosen one-hot picks [B, N, S, C]; not consumed.
 * @param options.valid [B, K], 1 or 0, or null where pools are full; not consumed.
 * @returns [B, N, S, C], 1 or 0.
 */
export function allowedChoices(
  jax: Jax,
  chosen: Array_,
  {
    valid,
    poolSize,
    leastShots,
  }: { readonly valid: Array_ | null; readonly poolSize: number; readonly leastShots: number },
): Array_ {
  const { numpy: np, lax } = jax
  const [queries, sequences, steps, choices] = chosen.shape as [number, number, number, number]
  const openAt = Float32Array.from({ length: steps * choices }, (_, i) =>
    i % choices < poolSize || Math.floor(i / choices) >= leastShots ? 1 : 0,
  )
  const open = np.array(openAt).reshape([1, 1, steps, choices])
  const parts: Array_[] = []
  let earlier: Array_ | null = null
  for (let step = 0; step < steps; step++) {
    parts.push(earlier === null ? np.zeros([queries, sequences, 1, choices]) : earlier.ref)
    const now = chosen.ref.slice([], [], [step, step + 1], [])
    earlier = earlier === null ? now : earlier.add(now)
  }
  earlier?.dispose()
  const before = parts.length === 1 ? (parts[0] as Array_) : np.concatenate(parts, 2)
  let allowed = open.mul(before.neg().add(1))
  if (valid !== null) {
    const always = choices === poolSize ? [] : [np.ones([queries, choices - poolSize])]
    const columns = np.concatenate([valid.ref, ...always], 1)
    allowed = allowed.mul(columns.reshape([queries, 1, 1, choices]))
  }
  return lax.stopGradient(allowed)
}

/** @param scores [B, N or 1, S or 1, C], consumed. @param allowed [B, N, S, C], not consumed; each step has one or more. */
export function stepDistribution(jax: Jax, scores: Array_, allowed: Array_): StepDistribution {
  const { numpy: np, lax } = jax
  const lowest = allowed.ref.sub(1).mul(1e9)
  const peak = lax.stopGradient(np.max(scores.ref.mul(allowed.ref).add(lowest), -1, { keepdims: true }))
  const shifted = scores.sub(peak).mul(allowed.ref)
  const exponentials = np.exp(shifted.ref).mul(allowed.ref)
  const total = np.sum(exponentials.ref, -1, { keepdims: true })
  return {
    logprobs: shifted.sub(np.log(total.ref)).mul(allowed.ref),
    probabilities: exponentials.div(total),
  }
}

/** Log-probs of the picks, [B, N, S]; 0 where a sequence has ended. Neither argument is consumed. */
export function pickLogprobs(jax: Jax, { logprobs }: StepDistribution, chosen: Array_): Array_ {
  return jax.numpy.sum(logprobs.ref.mul(chosen.ref), -1)
}

/** Entropy of every step's distribution in nats, [B, N, S]. The argument is not consumed. */
export function stepEntropies(jax: Jax, { logprobs, probabilities }: StepDistribution): Array_ {
  return jax.numpy.sum(probabilities.ref.mul(logprobs.ref), -1).neg()
}
