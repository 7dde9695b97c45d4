/** The generated splits as JSON lines. The same options give the same bytes. */
import type { Problem } from '../../core/problem.ts'
import { type SynthesisedSplits, type SynthesisOptions, synthesise } from './synthesise.ts'

export interface SplitFile {
  readonly split: 'train' | 'validation' | 'test'
  /** Number of problems. */
  readonly count: number
  readonly name: string
  readonly text: string
}

/** One family of each type for each way in which problems differ (docs/decisions/0002-quickstart-world.md). */
const shippedFamilies = [
  ...['garden', 'shopping', 'ages', 'weekdays'],
  ...['workshops', 'museums', 'kinship', 'same-or-not'],
  ...['number-filter', 'recurrence', 'text-edit', 'stock-levels'],
]

/** The shipped files: seed, sizes and families. */
export const shippedOptions: Required<SynthesisOptions> = {
  seed: 1,
  train: 2048,
  validation: 400,
  test: 800,
  families: shippedFamilies,
}

function line(problem: Problem): string {
  const { id, type, source, question, answer, context, entryPoint, publicTests, hiddenTests, difficulty } = problem
  return `${JSON.stringify({ id, type, source, difficulty, question, answer, context, entryPoint, publicTests, hiddenTests })}\n`
}

/** Text of a split's file: a problem a line. */
export function splitText(problems: readonly Problem[]): string {
  return problems.map(line).join('')
}

/** The files of the splits: `train.jsonl`, `validation.jsonl` and, where asked for, `test.jsonl`. */
export function syntheticFiles(options: SynthesisOptions = shippedOptions): readonly SplitFile[] {
  const splits: SynthesisedSplits = synthesise(options)
  return splitsOf({ test: splits.test.length }).map((split) => ({
    split,
    count: splits[split].length,
    name: fileName(split),
    text: splitText(splits[split]),
  }))
}

/** What `syntheticFiles` will call them, before anything is made. */
export function splitFileNames({ test }: { readonly test: number }): string[] {
  return splitsOf({ test }).map(fileName)
}

function splitsOf({ test }: { readonly test: number }) {
  return (['train', 'validation', 'test'] as const).filter((split) => split !== 'test' || test > 0)
}

const fileName = (split: string): string => `${split}.jsonl`
