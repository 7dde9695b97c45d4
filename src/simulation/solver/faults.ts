/** Programs that raise: a right or wrong `solve()` with one statement that fails when it runs, as models write them. */
import type { Rng } from '../../core/random.ts'

const faults: readonly ((name: string) => string)[] = [
  (name) => `    return final_${name}`,
  (name) => `    return "Answer: " + len(${name}) + 0`,
  (name) => `    return [${name}][1]`,
  (name) => `    return {"answer": ${name}}["result"]`,
  (name) => `    return int("value of " + str(${name}))`,
]

/** @param source a program whose last line is a `return` inside `solve()`. @returns the same with a return that raises. */
export function faultyProgram(source: string, rng: Rng): string {
  const lines = source.split('\n')
  let end = lines.length - 1
  while (end > 0 && !(lines[end] as string).trim().startsWith('return')) end--
  const named = /^ {4}([a-z_][a-z_0-9]*) =/.exec(
    lines
      .slice(0, end)
      .reverse()
      .find((line) => /^ {4}[a-z_][a-z_0-9]* =/.test(line)) ?? '',
  )
  const fault = rng.pick(faults)
  return [...lines.slice(0, end), fault(named?.[1] ?? 'None'), ...lines.slice(end + 1)].join('\n')
}
