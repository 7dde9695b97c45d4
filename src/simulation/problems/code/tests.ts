/** Chooses public and hidden tests among candidate inputs so that every known mistake fails at least one hidden test. */
import type { Rng } from '../../../core/random.ts'
import { literal, type Value, valueKey } from './stage.ts'

interface Behaviour {
  readonly right: (input: Value) => Value
  readonly mistakes: readonly ((input: Value) => Value)[]
}

interface TestPlan {
  readonly publicTests: readonly string[]
  readonly hiddenTests: readonly string[]
}

const mostHidden = 8

/** @returns null when these inputs cannot distinguish some mistake from the right function, or takes too many tests. */
export function planTests(
  rng: Rng,
  name: string,
  { inputs, behaviour }: { readonly inputs: readonly Value[]; readonly behaviour: Behaviour },
): TestPlan | null {
  const seen = new Map<string, Value>()
  for (const input of inputs) seen.set(valueKey(input), input)
  const pool = [...seen.values()]
  const expected = pool.map((input) => valueKey(behaviour.right(input)))
  const caught = pool.map(
    (input, i) =>
      new Set(behaviour.mistakes.flatMap((mistake, m) => (valueKey(mistake(input)) === expected[i] ? [] : [m]))),
  )
  const open = new Set(behaviour.mistakes.keys())
  const hidden: number[] = []
  while (open.size > 0) {
    let best = -1
    let most = 0
    for (let i = 0; i < pool.length; i++) {
      if (hidden.includes(i)) continue
      let gain = 0
      for (const m of caught[i] ?? []) if (open.has(m)) gain++
      if (gain > most) {
        best = i
        most = gain
      }
    }
    if (best < 0 || hidden.length >= mostHidden) return null
    hidden.push(best)
    for (const m of caught[best] ?? []) open.delete(m)
  }
  const rest = rng.shuffle([...pool.keys()].filter((i) => !hidden.includes(i)))
  const telling = rest
    .filter((i) => (caught[i]?.size ?? 0) > 0)
    .sort((a, b) => (caught[b]?.size ?? 0) - (caught[a]?.size ?? 0))
  const shown = rng.shuffle(telling.slice(0, 12)).slice(0, 2 + rng.integer(2))
  const further = rest.filter((i) => !shown.includes(i))
  while (hidden.length < 5 + rng.integer(2)) {
    const next = further.pop()
    if (next === undefined) return null
    hidden.push(next)
  }
  if (shown.length < 2) return null
  const test = (i: number): string =>
    `assert ${name}(${literal(pool[i] as Value)}) == ${literal(behaviour.right(pool[i] as Value))}`
  return { publicTests: shown.map(test), hiddenTests: hidden.sort((a, b) => a - b).map(test) }
}
