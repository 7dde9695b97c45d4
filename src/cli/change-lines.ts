/** What a resumed run does otherwise than before. */
import type { ConfigVersion } from '../core/run-events.ts'
import { labelled } from './text-width.ts'
import { trainingWords } from './words/training.ts'

/** `from step 4: training.learningRate 0.1 (was 0.0003)`, one a change. */
export function changeLines({ step, changes }: ConfigVersion): string[] {
  return changes.map(({ key, from, to, isForced }) => {
    const words = trainingWords()
    const change = words.change(step + 1, key, JSON.stringify(to), JSON.stringify(from))
    return labelled(isForced ? words.forced : words.changed, change)
  })
}
