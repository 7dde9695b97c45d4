/** Problems of every family, for tests of the solver: the solver itself shares no code with their generator. */
import type { Problem } from '../src/core/problem.ts'
import { synthesise } from '../src/simulation/problems/synthesise.ts'

export function generatedProblems(): readonly Problem[] {
  const { train, validation, test } = synthesise({ seed: 1, train: 2048, validation: 400, test: 800 })
  return [...train, ...validation, ...test]
}
