/** Reads scores sorted into named bands by thresholds. */
import { clampLevel, type Reader, type WorkedSolution } from '../reading.ts'
import { signature } from './pipeline.ts'
import { codeSolution } from './writing.ts'

interface Bands {
  readonly limits: readonly (readonly [label: string, limit: string])[]
  readonly otherwise: string
  readonly outside: readonly [low: string, high: string] | null
}

function write(
  name: string,
  parameter: string,
  {
    bands,
    strictAt = -1,
    skippedAt = -1,
  }: { readonly bands: Bands; readonly strictAt?: number | undefined; readonly skippedAt?: number | undefined },
): string {
  const guard =
    bands.outside === null
      ? []
      : [`    if not ${bands.outside[0]} <= ${parameter} <= ${bands.outside[1]}:`, '        return "invalid"']
  const lines = bands.limits.flatMap(([label, limit], i) =>
    i === skippedAt
      ? []
      : [`    if ${parameter} ${i === strictAt ? '>' : '>='} ${limit}:`, `        return "${label}"`],
  )
  return [`def ${name}(${parameter}):`, ...guard, ...lines, `    return "${bands.otherwise}"`].join('\n')
}

export const bandsReader: Reader = {
  family: 'bands',
  cues: ['otherwise'],
  read(text) {
    const head = signature.exec(text)
    const name = head?.[1] ?? head?.[3]
    const parameter = head?.[2] ?? head?.[4]
    if (name === undefined || parameter === undefined) return null
    const limits = [...text.matchAll(/"(\w+)" (?:if it is at least|from) (-?\d+)/gi)].map(
      (m) => [m[1] as string, m[2] as string] as const,
    )
    const otherwise = /"(\w+)" otherwise/i.exec(text)?.[1]
    if (limits.length === 0 || otherwise === undefined) return null
    const outside = /below (-?\d+) or above (-?\d+) it returns "invalid"/i.exec(text)
    const rule: Bands = {
      limits,
      otherwise,
      outside: outside === null ? null : [outside[1] as string, outside[2] as string],
    }
    const right = write(name, parameter, { bands: rule })
    const bugs = limits.flatMap((_, i) => [
      write(name, parameter, { bands: rule, strictAt: i }),
      write(name, parameter, { bands: rule, strictAt: -1, skippedAt: i }),
    ])
    if (outside !== null) bugs.push(write(name, parameter, { bands: { ...rule, outside: null } }))
    const sentences = limits.map(([label, limit]) => `From ${limit} on it is "${label}".`)
    const think = (code: string): WorkedSolution =>
      codeSolution(code, { name, parameter, explanation: [...sentences, `Everything else is "${otherwise}".`] })
    const difficulty = clampLevel(limits.length + (outside === null ? 0 : 1))
    return {
      type: 'code',
      family: 'bands',
      key: `bands|${right}`,
      difficulty,
      right: () => think(right),
      wrong: (rng) => think(rng.pick(bugs)),
    }
  },
}
