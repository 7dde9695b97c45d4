/** The shipped problems, for tests of the brain: the brain itself never sees these files. */
import { readFileSync } from 'node:fs'
import type { Problem } from '../../../../core/problem.ts'

export function shippedProblems(split: 'train' | 'validation' | 'test'): readonly Problem[] {
  const file = new URL(`../../../../../data/problems/${split}.jsonl`, import.meta.url)
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Problem)
}
