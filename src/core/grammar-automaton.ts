/**
 * A grammar (`grammar.ts`, no recursion) as an automaton over characters. States are made as they are met: a state is the
 * set of places in the grammar where a text may be, numbered. A function of the grammar alone: the same text gives the same
 * answers, whatever was asked before.
 */
import { type Grammar, ruleOf, type Syntax } from './grammar.ts'

export interface GrammarAutomaton {
  readonly start: number
  /** The state after one more character (a code point), or `dead`. */
  next(state: number, character: string): number
  /** Whether the text so far is whole. */
  isEnd(state: number): boolean
  /** What makes the text whole in the fewest characters, '' where it is. */
  ending(state: number): string
  /**
   * A state that goes on as this one does for so many characters: counts of repetitions that are further than that from
   * their limits are the same. What is computed for one state then serves many.
   */
  alike(state: number, characters: number): number
}

/** No text of the grammar begins so. */
export const dead = -1

/** What comes after a place: a list of things still to write, the nearest first; interned, so that equal ones have one id. */
interface Rest {
  readonly id: number
  readonly syntax: Syntax
  /** Of a repetition: how often its part has been written. */
  readonly count: number
  readonly after: Rest | null
}

/** A place that takes a character: within a text, or before a character of a set. */
interface Place {
  readonly key: string
  readonly syntax: Extract<Syntax, { kind: 'text' | 'characters' }>
  /** Characters of a text that are written. */
  readonly at: number
  readonly after: Rest | null
}

interface State {
  readonly places: readonly Place[]
  readonly isEnd: boolean
  readonly next: Map<string, number>
}

export function createAutomaton(grammar: Grammar): GrammarAutomaton {
  const ids = new Map<Syntax, number>()
  const rests = new Map<string, Rest>()
  const states: State[] = []
  const stateIds = new Map<string, number>()
  const alikes = new Map<string, number>()
  const lengths = new Map<Syntax, string>()
  const sets = new Map<string, RegExp>()

  const idOf = (syntax: Syntax): number => {
    const known = ids.get(syntax) ?? ids.size
    ids.set(syntax, known)
    return known
  }
  const restOf = (syntax: Syntax, count: number, after: Rest | null): Rest => {
    const key = `${idOf(syntax)} ${count} ${after?.id ?? '-'}`
    const known = rests.get(key) ?? { id: rests.size, syntax, count, after }
    rests.set(key, known)
    return known
  }

  /** Adds the places that a text may be at before `syntax` and then `after`. @returns whether all of it may be empty. */
  const enter = (syntax: Syntax, after: Rest | null, places: Map<string, Place>): boolean => {
    switch (syntax.kind) {
      case 'text':
        return syntax.text === '' ? leave(after, places) : addPlace({ syntax, at: 0, after }, places)
      case 'characters':
        return addPlace({ syntax, at: 0, after }, places)
      case 'rule':
        return enter(ruleOf(grammar, syntax.name), after, places)
      case 'sequence': {
        const [first, ...others] = syntax.parts
        if (first === undefined) return leave(after, places)
        return enter(
          first,
          others.reduceRight<Rest | null>((rest, part) => restOf(part, -1, rest), after),
          places,
        )
      }
      case 'choice': {
        const ends = syntax.parts.map((part) => enter(part, after, places))
        return ends.includes(true)
      }
      case 'repeat':
        return repeat(syntax, 0, { after, places })
      default:
        return syntax satisfies never
    }
  }
  const repeat = (
    syntax: Extract<Syntax, { kind: 'repeat' }>,
    count: number,
    { after, places }: { readonly after: Rest | null; readonly places: Map<string, Place> },
  ): boolean => {
    const { part, min, max } = syntax
    // Beyond the least of a repetition without limit nothing changes any more.
    const written = max === null ? Math.min(count + 1, min) : count + 1
    const goesOn = (max === null || count < max) && enter(part, restOf(syntax, written, after), places)
    return (count >= min && leave(after, places)) || goesOn
  }
  const leave = (rest: Rest | null, places: Map<string, Place>): boolean => {
    if (rest === null) return true
    const { syntax, count, after } = rest
    if (count >= 0 && syntax.kind === 'repeat') return repeat(syntax, count, { after, places })
    return enter(syntax, after, places)
  }
  const addPlace = (place: Omit<Place, 'key'>, places: Map<string, Place>): boolean => {
    const key = `${idOf(place.syntax)} ${place.at} ${place.after?.id ?? '-'}`
    places.set(key, { key, ...place })
    return false
  }

  const stateOf = (places: Map<string, Place>, isEnd: boolean): number => {
    if (places.size === 0 && !isEnd) return dead
    const key = `${isEnd} ${[...places.keys()].sort().join()}`
    const known = stateIds.get(key)
    if (known !== undefined) return known
    states.push({ places: [...places.values()], isEnd, next: new Map() })
    stateIds.set(key, states.length - 1)
    return states.length - 1
  }
  const at = (state: number): State => states[state] as State

  const holds = (set: string, character: string): boolean => {
    const pattern = sets.get(set) ?? new RegExp(`^[${set}]$`, 'u')
    sets.set(set, pattern)
    return pattern.test(character)
  }

  const step = (state: number, character: string): number => {
    const places = new Map<string, Place>()
    let isEnd = false
    for (const { syntax, at: written, after } of at(state).places) {
      if (syntax.kind === 'characters') {
        if (holds(syntax.set, character)) isEnd = leave(after, places) || isEnd
      } else if (syntax.text.startsWith(character, written)) {
        const end = written + character.length
        if (end < syntax.text.length) addPlace({ syntax, at: end, after }, places)
        else isEnd = leave(after, places) || isEnd
      }
    }
    return stateOf(places, isEnd)
  }

  const shortest = (syntax: Syntax): string => {
    const known = lengths.get(syntax) ?? shortestText(syntax)
    lengths.set(syntax, known)
    return known
  }
  const shortestText = (syntax: Syntax): string => {
    switch (syntax.kind) {
      case 'text':
        return syntax.text
      case 'characters':
        return characterOf(syntax.set, holds)
      case 'rule':
        return shortest(ruleOf(grammar, syntax.name))
      case 'sequence':
        return syntax.parts.map(shortest).join('')
      case 'choice':
        return syntax.parts.map(shortest).reduce((best, text) => (text.length < best.length ? text : best))
      case 'repeat':
        return shortest(syntax.part).repeat(syntax.min)
      default:
        return syntax satisfies never
    }
  }
  const shortestRest = (rest: Rest | null): string => {
    let text = ''
    for (let one = rest; one !== null; one = one.after) {
      const { syntax, count } = one
      if (count >= 0 && syntax.kind === 'repeat') text += shortest(syntax.part).repeat(Math.max(0, syntax.min - count))
      else text += shortest(syntax)
    }
    return text
  }
  const endingOf = ({ syntax, at: written, after }: Place): string =>
    (syntax.kind === 'text' ? syntax.text.slice(written) : shortest(syntax)) + shortestRest(after)

  const alikeRest = (rest: Rest | null, characters: number): Rest | null => {
    if (rest === null) return null
    const after = alikeRest(rest.after, characters)
    const { syntax, count } = rest
    if (count < 0 || syntax.kind !== 'repeat') return restOf(syntax, count, after)
    // Each repetition takes a character at least.
    const { min, max } = syntax
    const isFar = max !== null && count >= min && max - count > characters
    return restOf(syntax, isFar ? Math.max(min, max - characters - 1) : count, after)
  }

  const first = new Map<string, Place>()
  const start = stateOf(first, enter(ruleOf(grammar, 'root'), null, first))
  return {
    start,
    next(state, character) {
      if (state === dead) return dead
      const known = at(state).next.get(character)
      if (known !== undefined) return known
      const made = step(state, character)
      at(state).next.set(character, made)
      return made
    },
    isEnd: (state) => at(state).isEnd,
    ending: (state) => {
      if (at(state).isEnd) return ''
      return at(state)
        .places.map(endingOf)
        .reduce((best, text) => (text.length < best.length ? text : best))
    },
    alike(state, characters) {
      const key = `${state} ${characters}`
      const known = alikes.get(key)
      if (known !== undefined) return known
      const places = new Map<string, Place>()
      for (const { syntax, at: written, after } of at(state).places) {
        addPlace({ syntax, at: written, after: alikeRest(after, characters) }, places)
      }
      const made = stateOf(places, at(state).isEnd)
      alikes.set(key, made)
      return made
    },
  }
}

/** A plain character of a set. */
function characterOf(set: string, holds: (set: string, character: string) => boolean): string {
  for (let code = 32; code < 127; code++) {
    // Letters before signs.
    const character = String.fromCharCode(32 + ((code - 32 + 65) % 95))
    if (holds(set, character)) return character
  }
  throw new Error(`the set [${set}] has no printable ASCII character`)
}
