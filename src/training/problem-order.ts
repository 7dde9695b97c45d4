/**
 * Which problems a step trains on: passes over the training split, each in its own shuffled order. A function of the
 * seed and the step alone, so a resumed run sees what an undisturbed one sees.
 */
import type { Problem } from '../core/problem.ts'
import { randomFor } from '../core/random.ts'

/**
 * @param step 1-based.
 * @returns `count` problems; consecutive steps walk through the split without repeats until a pass is over.
 */
export function problemsOfStep(
  problems: readonly Problem[],
  { seed, step, count }: { readonly seed: number; readonly step: number; readonly count: number },
): Problem[] {
  const chosen: Problem[] = []
  let pass = -1
  let order: readonly Problem[] = []
  for (let i = 0; i < count; i++) {
    const position = (step - 1) * count + i
    const passOfPosition = Math.floor(position / problems.length)
    if (passOfPosition !== pass) {
      pass = passOfPosition
      order = randomFor(seed, 'problem-order', pass).shuffle(problems)
    }
    chosen.push(order[position % problems.length] as Problem)
  }
  return chosen
}
