/** Machines that work together: rates add up; then the output of some minutes, or the minutes for a job. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between } from '../words.ts'

const trades = [
  { machine: 'printer', verb: 'prints', base: 'print', things: 'pages' },
  { machine: 'machine', verb: 'fills', base: 'fill', things: 'bottles' },
  { machine: 'press', verb: 'stamps', base: 'stamp', things: 'coins' },
  { machine: 'robot', verb: 'sorts', base: 'sort', things: 'parcels' },
  { machine: 'scanner', verb: 'reads', base: 'read', things: 'cards' },
] as const

function make(rng: Rng, level: number): Draft | null {
  const trade = rng.pick(trades)
  const rate = between(rng, 6, 60)
  const isTime = rng.integer(2) === 0
  const hasDone = level > 1 && rng.integer(2) === 0
  const extra = level - 1 - (hasDone ? 1 : 0)
  if (extra > 3) return null
  const order = ['second', 'third', 'fourth']
  const rates = Array.from({ length: extra }, () => between(rng, 4, 50))
  const sentences = [
    rng.pick([
      `A ${trade.machine} ${trade.verb} ${rate} ${trade.things} a minute.`,
      `In a workshop one ${trade.machine} ${trade.verb} ${rate} ${trade.things} per minute.`,
      `A new ${trade.machine} ${trade.verb} ${rate} ${trade.things} every minute.`,
    ]),
    ...rates.map((r, i) =>
      rng.pick([
        `A ${order[i]} ${trade.machine} manages ${r} ${trade.things} a minute.`,
        `Beside it a ${order[i]} one ${trade.verb} ${r} ${trade.things} per minute.`,
      ]),
    ),
  ]
  const speed = rates.reduce((sum, r) => sum + r, rate)
  const together = extra > 0 ? ' together' : ''
  const subject = extra > 0 ? 'they' : 'it'
  const minutes = between(rng, 4, 45)
  const done = hasDone ? between(rng, 20, 200, 5) : 0
  const keys = [rate, ...rates, isTime ? 'time' : 'output', minutes, done]
  if (isTime) {
    const job = speed * minutes + done
    if (hasDone) {
      sentences.push(
        rng.pick([
          `The order is for ${job} ${trade.things}, and ${done} of them are finished already.`,
          `Of ${job} ${trade.things} in all, ${done} have been done before.`,
        ]),
      )
      sentences.push(
        rng.pick([
          `How many minutes will the rest take${together}?`,
          `How many minutes are needed${together} for what remains?`,
        ]),
      )
    } else {
      sentences.push(
        rng.pick([
          `How many minutes ${extra > 0 ? 'do they' : 'does it'} need${together} for ${job} ${trade.things}?`,
          `The order is for ${job} ${trade.things}. How many minutes will it take${together}?`,
        ]),
      )
    }
    return { question: sentences.join(' '), answer: String(minutes), parameters: keys }
  }
  if (hasDone)
    sentences.push(
      rng.pick([
        `At the start ${done} ${trade.things} are finished already.`,
        `There are ${done} ${trade.things} in stock from the day before.`,
      ]),
    )
  sentences.push(
    hasDone
      ? `How many ${trade.things} are there after ${minutes} minutes${extra > 0 ? ' of working together' : ''}?`
      : rng.pick([
          `How many ${trade.things} ${extra > 0 ? 'do they' : 'does it'} ${trade.base}${together} in ${minutes} minutes?`,
          `How many ${trade.things} are made in ${minutes} minutes${extra > 0 ? ` when ${subject} work${together}` : ''}?`,
        ]),
  )
  return { question: sentences.join(' '), answer: String(speed * minutes + done), parameters: keys }
}

export const workRate: Family = { name: 'work-rate', type: 'math', make }
