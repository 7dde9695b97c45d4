/** Whether the worlds show what the recipe expects: a gain where there is something to learn, none in the null world. */
import { isPossibleDifference } from '../../src/core/detectable-difference.ts'
import { readingOf } from '../../src/core/difference-reading.ts'
import { grouped } from '../../src/core/grouped.ts'

/** The learned selector minus a baseline, in one world. */
export interface WorldDifference {
  readonly world: 'simulated' | 'null world'
  /** `all` for the seeds together. */
  readonly seed: string
  readonly baseline: string
  readonly low: number
  readonly high: number
  /** Questions that were paired. */
  readonly n: number
  readonly detectable: number
}

export interface Expectation {
  /** One line for each difference that is not as expected. */
  readonly lines: readonly string[]
  readonly exitCode: 0 | 4
}

/**
 * Of several null worlds one may be above 0 by chance; together they may not.
 * @param hasDefaultSizes with these, and only with these, the questions are enough to demand a gain.
 */
export function expectationOf(
  differences: readonly WorldDifference[],
  { hasDefaultSizes, seeds }: { readonly hasDefaultSizes: boolean; readonly seeds: number },
): Expectation {
  const lines: string[] = []
  let exitCode: Expectation['exitCode'] = 0
  for (const difference of differences) {
    const { world, seed, baseline } = difference
    const where = `${world}, ${seed === 'all' ? 'all seeds' : `seed ${seed}`}: learned against ${baseline}`
    const reading = readingOf(difference)
    if (world === 'null world') {
      if (reading !== 'more' || (seed !== 'all' && seeds > 1)) continue
      lines.push(`${where}: not as expected, a gain where nothing can be learned.`)
      exitCode = 4
    } else if (reading === 'less') {
      lines.push(`${where}: not as expected, a loss.`)
      exitCode = 4
    } else if (reading !== 'more') {
      lines.push(`${where}: ${cannotTell(difference)}${hasDefaultSizes ? ' Not as expected, a gain is missing.' : ''}`)
      if (hasDefaultSizes) exitCode = 4
    }
  }
  return { lines, exitCode }
}

function cannotTell({ n, detectable }: WorldDifference): string {
  const questions = `cannot tell with ${grouped(n)} question${n === 1 ? '' : 's'}`
  return isPossibleDifference(detectable)
    ? `${questions}: ${n === 1 ? 'it' : 'they'} can show ${(detectable * 100).toFixed(1)} points.`
    : `${questions}: too few to show any difference.`
}
