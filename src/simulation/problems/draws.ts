/** Draws of one family, no two alike, until it runs dry. */
import { randomFor } from '../../core/random.ts'
import type { Draft, Family } from './family.ts'

export interface Draws {
  /** @returns null when no new problem of the level comes within many draws; from then on at once. */
  next(level: number): Draft | null
}

const mostTries = 1500

/** @param seen texts and parameters that are taken, of all families; the draws add its own. */
export function createDraws(family: Family, seed: number, seen: Set<string>): Draws {
  const drawn = new Map<number, number>()
  const dry = new Set<number>()
  return {
    next(level) {
      if (dry.has(level)) return null
      for (let tries = 0; tries < mostTries; tries++) {
        const n = drawn.get(level) ?? 0
        drawn.set(level, n + 1)
        const draft = family.make(randomFor('synth', seed, family.name, level, n), level)
        if (draft === null) continue
        const text = `${draft.context ?? ''} ${draft.question}`.toLowerCase()
        const rule = `${family.name}|${draft.parameters.join('|')}`
        if (seen.has(text) || seen.has(rule)) continue
        seen.add(text)
        seen.add(rule)
        return draft
      }
      dry.add(level)
      return null
    },
  }
}
