/** Scores sorted into named bands by thresholds. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import { between } from '../words.ts'
import type { Value } from './stage.ts'
import { planTests } from './tests.ts'

const scales: readonly (readonly string[])[] = [
  ['gold', 'silver', 'bronze', 'paper', 'none'],
  ['excellent', 'good', 'fair', 'weak', 'poor'],
  ['huge', 'large', 'medium', 'small', 'tiny'],
  ['boiling', 'hot', 'warm', 'cool', 'cold'],
]
const things = ['score', 'level', 'value', 'reading'] as const

interface Bands {
  readonly limits: readonly number[]
  readonly labels: readonly string[]
  readonly ceiling: number
}

function band(
  bands: Bands,
  n: number,
  {
    isStrict = -1,
    skipped = -1,
  }: { readonly isStrict?: number | undefined; readonly skipped?: number | undefined } = {},
): string {
  if (bands.ceiling > 0 && (n < 0 || n > bands.ceiling)) return 'invalid'
  for (let i = 0; i < bands.limits.length; i++) {
    if (i === skipped) continue
    const limit = bands.limits[i] as number
    if (i === isStrict ? n > limit : n >= limit) return bands.labels[i] as string
  }
  return bands.labels[bands.limits.length] as string
}

function make(rng: Rng, level: number): Draft | null {
  const hasCeiling = level === 5 || (level > 1 && rng.integer(3) === 0)
  const count = level - (hasCeiling ? 1 : 0)
  const scale = rng.pick(scales)
  const first = rng.integer(5 - count)
  const labels = scale.slice(first, first + count + 1)
  if (labels.length < count + 1) return null
  const limits = rng
    .shuffle(Array.from({ length: 90 }, (_, i) => i + 5))
    .slice(0, count)
    .sort((a, b) => b - a)
  const bands: Bands = { limits, labels, ceiling: hasCeiling ? 100 : 0 }
  const thing = rng.pick(things)
  const name = `${rng.pick(['rate', 'label', 'grade', 'name', 'classify'])}_${thing}`
  const parts = limits.map((limit, i) =>
    rng.pick([`"${labels[i]}" if it is at least ${limit}`, `"${labels[i]}" from ${limit} upwards`]),
  )
  const otherwise = `and "${labels[count]}" otherwise`
  const invalid = hasCeiling ? ` For anything below 0 or above 100 it returns "invalid".` : ''
  const question = rng.pick([
    `Write a Python function \`${name}(${thing})\` that returns ${parts.join(', ')} ${otherwise}.${invalid}`,
    `Implement the Python function \`${name}(${thing})\`. For an integer ${thing} it returns ${parts.join(', ')} ${otherwise}.${invalid}`,
  ])
  const inputs = [
    ...limits.flatMap((limit) => [limit - 1, limit, limit + 1]),
    0,
    100,
    -1,
    101,
    -7,
    130,
    between(rng, 1, 99),
    between(rng, 1, 99),
  ].filter((n) => hasCeiling || (n >= 0 && n <= 100))
  const mistakes = limits.flatMap((_, i) => [
    (n: Value) => band(bands, Number(n), { isStrict: i }),
    (n: Value) => band(bands, Number(n), { isStrict: -1, skipped: i }),
  ])
  mistakes.push((n) => band({ ...bands, labels: [...labels.slice(0, count), labels[count - 1] as string] }, Number(n)))
  if (hasCeiling) mistakes.push((n) => band({ ...bands, ceiling: 0 }, Number(n)))
  const plan = planTests(rng, name, { inputs, behaviour: { right: (n) => band(bands, Number(n)), mistakes } })
  if (plan === null) return null
  const lines = limits.flatMap((limit, i) => [`    if ${thing} >= ${limit}:`, `        return "${labels[i]}"`])
  const guard = hasCeiling ? [`    if ${thing} < 0 or ${thing} > 100:`, '        return "invalid"'] : []
  return {
    question,
    answer: [`def ${name}(${thing}):`, ...guard, ...lines, `    return "${labels[count]}"`].join('\n'),
    parameters: [...limits, ...labels, hasCeiling ? 'ceiling' : 'open'],
    entryPoint: name,
    ...plan,
  }
}

export const bands: Family = { name: 'bands', type: 'code', make }
