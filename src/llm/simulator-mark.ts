/**
 * What the simulator says of itself in the body of a reply: whether it knew the problem that it was asked, or guessed. A
 * real server's reply has no such mark, and a reply that needs no problem (a vote, a verdict) has none either.
 */
import type { Json, JsonObject } from '../core/json.ts'

const member = 'baton_simulator'

/** @returns what is laid over the body of the reply. */
export function simulatorMark(knowsProblem: boolean | null): JsonObject {
  return knowsProblem === null ? {} : { [member]: { knows_problem: knowsProblem } }
}

/** @param raw body of a reply. @returns null where it does not say. */
export function simulatorKnows(raw: Json): boolean | null {
  const mark = memberOf(raw, member)
  const knows = mark === undefined ? undefined : memberOf(mark, 'knows_problem')
  return typeof knows === 'boolean' ? knows : null
}

function memberOf(value: Json, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return (value as JsonObject)[name]
}
