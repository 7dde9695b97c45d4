import type { OwnReward } from 'baton'

/** The reward is the sum of weight times value; each value must lie in its range. One part is called `correctness`. */
export const parts: OwnReward['parts'] = {
  correctness: { range: [0, 1], weight: 10 },
  brevity: { range: [-1, 0], weight: 2 },
}

/** Right answers earn 10; each operator beyond the third costs a quarter of a brevity point, and what did not run all of it. */
export const reward: OwnReward['reward'] = ({ outcome, usedFallback, verdict, operators }) => {
  const isAnswered = outcome === 'answered' && !usedFallback
  return {
    correctness: isAnswered && verdict === 'true' ? 1 : 0,
    brevity: isAnswered ? -Math.min(1, Math.max(0, operators.length - 3) / 4) : -1,
  }
}
