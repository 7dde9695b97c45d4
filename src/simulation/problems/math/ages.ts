/** Ages given one through another, then asked for today, later, earlier, or added up. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between, people, several } from '../words.ts'

function relate(
  rng: Rng,
  age: number,
  { who, other }: { readonly who: string; readonly other: string },
): { age: number; text: string; key: string } | null {
  const kind = rng.pick(['older', 'younger', 'twice', 'three', 'half'])
  const n = between(rng, 2, 14)
  if (kind === 'older') {
    const text = rng.pick([`${who} is ${n} years older than ${other}.`, `${who} was born ${n} years before ${other}.`])
    return { age: age + n, text, key: `older ${n}` }
  }
  if (kind === 'younger') {
    const text = rng.pick([`${who} is ${n} years younger than ${other}.`, `${who} was born ${n} years after ${other}.`])
    return age - n < 2 ? null : { age: age - n, text, key: `younger ${n}` }
  }
  if (kind === 'twice')
    return age > 40 ? null : { age: age * 2, text: `${who} is twice as old as ${other}.`, key: 'twice' }
  if (kind === 'three')
    return age > 25 ? null : { age: age * 3, text: `${who} is three times as old as ${other}.`, key: 'three' }
  return age % 2 === 1 || age < 8 ? null : { age: age / 2, text: `${who} is half as old as ${other}.`, key: 'half' }
}

function make(rng: Rng, level: number): Draft | null {
  const names = several(rng, people, 6).map((one) => one.name)
  const start = between(rng, 6, 45)
  const ending = level === 1 ? 'now' : rng.pick(['now', 'later', 'earlier', 'sum'])
  const relations = level - (ending === 'now' ? 0 : 1)
  const first = names[0] as string
  const sentences = [
    rng.pick([
      `${first} is ${start} years old.`,
      `Today ${first} is ${start} years old.`,
      `${first} has just turned ${start}.`,
    ]),
  ]
  const keys: (string | number)[] = [start]
  let age = start
  let previous = first
  for (let i = 1; i <= relations; i++) {
    const who = names[i] as string
    const relation = relate(rng, age, { who, other: previous })
    if (relation === null) return null
    age = relation.age
    sentences.push(relation.text)
    keys.push(relation.key)
    previous = who
  }
  const n = between(rng, 3, 15)
  if (ending === 'now')
    sentences.push(rng.pick([`How old is ${previous}?`, `What is the age of ${previous} in years?`]))
  if (ending === 'later')
    sentences.push(
      rng.pick([
        `How old will ${previous} be in ${n} years?`,
        `What will be the age of ${previous} ${n} years from now?`,
      ]),
    )
  if (ending === 'earlier') {
    if (age - n < 1) return null
    sentences.push(
      rng.pick([`How old was ${previous} ${n} years ago?`, `What was the age of ${previous} ${n} years ago?`]),
    )
  }
  if (ending === 'sum')
    sentences.push(
      rng.pick([
        `How old are ${first} and ${previous} together?`,
        `What is the sum of the ages of ${first} and ${previous}?`,
      ]),
    )
  const answer = ending === 'later' ? age + n : ending === 'earlier' ? age - n : ending === 'sum' ? age + start : age
  keys.push(ending === 'later' || ending === 'earlier' ? `${ending} ${n}` : ending)
  return { question: sentences.join(' '), answer: String(answer), parameters: keys }
}

export const ages: Family = { name: 'ages', type: 'math', make }
