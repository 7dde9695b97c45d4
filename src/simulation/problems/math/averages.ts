/** Averages of a few counts, with corrections and further days, and the count still needed for a wanted average. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between, listed, person, printedNumber } from '../words.ts'
import { isCents } from './chain.ts'

const stories = [
  { who: 'bakery', does: 'sells', things: 'loaves', unit: 'day' },
  { who: 'museum', does: 'counts', things: 'visitors', unit: 'day' },
  { who: 'team', does: 'scores', things: 'points', unit: 'game' },
  { who: 'library', does: 'lends', things: 'books', unit: 'day' },
] as const

function make(rng: Rng, level: number): Draft | null {
  const story = rng.pick(stories)
  const days = between(rng, 3, 5)
  const counts = Array.from({ length: days }, () => between(rng, 8, 60))
  const named = rng.integer(2) === 0 ? `The ${story.who} in ${person(rng).name}'s street` : `A ${story.who}`
  const sentences = [
    rng.pick([
      `${story.unit === 'game' ? 'In' : 'On'} ${days} ${story.unit}s ${named.charAt(0).toLowerCase()}${named.slice(1)} ${story.does} ${listed(counts)} ${story.things}.`,
      `${named} ${story.does} ${listed(counts)} ${story.things} in ${days} ${story.unit}s.`,
    ]),
  ]
  const wantsTarget = level > 1 && rng.integer(2) === 0
  const events = level - 1 - (wantsTarget ? 1 : 0)
  let total = counts.reduce((sum, x) => sum + x, 0)
  let length = days
  const keys: (string | number)[] = [...counts]
  let hasFix = false
  for (let i = 0; i < events; i++) {
    if (!hasFix && rng.integer(2) === 0) {
      hasFix = true
      const wrong = counts[0] as number
      const right = wrong + between(rng, 3, 12)
      total += right - wrong
      keys.push(`fix ${right}`)
      sentences.push(
        rng.pick([
          `The ${wrong} was a mistake and should have been ${right}.`,
          `Later it turns out that the ${wrong} should have been ${right}.`,
        ]),
      )
      continue
    }
    const next = between(rng, 8, 60)
    total += next
    length += 1
    keys.push(`next ${next}`)
    sentences.push(
      rng.pick([`On the following ${story.unit} the number is ${next}.`, `One more ${story.unit} brings ${next}.`]),
    )
  }
  if (wantsTarget) {
    const target = Math.round(total / length) + between(rng, 1, 6)
    const needed = target * (length + 1) - total
    if (needed <= 0) return null
    keys.push(`target ${target}`)
    sentences.push(
      rng.pick([
        `How many ${story.things} does it take on one further ${story.unit} to bring the average to ${target}?`,
        `What must the number of ${story.things} be on one further ${story.unit} for an average of ${target}?`,
      ]),
    )
    return { question: sentences.join(' '), answer: String(needed), parameters: keys }
  }
  if (!isCents(total / length)) return null
  sentences.push(
    rng.pick([
      `What is the average number of ${story.things} per ${story.unit}?`,
      `How many ${story.things} is that per ${story.unit} on average?`,
    ]),
  )
  return { question: sentences.join(' '), answer: printedNumber(total / length), parameters: [...keys, 'mean'] }
}

export const averages: Family = { name: 'averages', type: 'math', make }
