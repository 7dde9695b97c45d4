/** A mixture of problem types by proportions. */
import { BatonError } from '../core/failure.ts'
import type { Problem, ProblemType } from '../core/problem.ts'
import { randomFor } from '../core/random.ts'

export type TypeRatios = Readonly<Partial<Record<ProblemType, number>>>

/**
 * As many problems as the proportions allow without taking one twice; which ones follows from the seed, their order is kept.
 * Types with no share are left out.
 * @throws BatonError when a type with a share has no problems.
 */
export function mixProblems(problems: readonly Problem[], ratios: TypeRatios, seed: number): readonly Problem[] {
  const wanted = (Object.entries(ratios) as [ProblemType, number][]).filter(([, ratio]) => ratio > 0)
  if (wanted.length === 0) throw mixError('no type has a share above 0', 'Give at least one type a share.')
  const byType = new Map(wanted.map(([type]) => [type, problems.filter((problem) => problem.type === type)]))
  const missing = wanted.find(([type]) => byType.get(type)?.length === 0)?.[0]
  if (missing !== undefined)
    throw mixError(`there are no ${missing} problems`, `Set data.mix.${missing} to 0, or add such problems.`)
  const scale = Math.min(...wanted.map(([type, ratio]) => (byType.get(type)?.length ?? 0) / ratio))
  const chosen = new Set<Problem>()
  for (const [type, ratio] of wanted) {
    const count = Math.max(1, Math.floor(scale * ratio + 1e-9))
    for (const problem of randomFor(seed, 'mix', type)
      .shuffle(byType.get(type) ?? [])
      .slice(0, count))
      chosen.add(problem)
  }
  return problems.filter((problem) => chosen.has(problem))
}

function mixError(what: string, hint: string): BatonError {
  return new BatonError(`data.mix cannot be met: ${what}.`, { boundary: 'dataset', code: 'mix', hint })
}
