/** Writes the generated splits as JSON lines. The same options give the same bytes. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '../../core/problem.ts'
import { type SynthesisedSplits, type SynthesisOptions, synthesise } from './synthesise.ts'

export interface WrittenFile {
  readonly split: 'train' | 'validation' | 'test'
  /** Number of problems. */
  readonly count: number
  readonly path: string
  readonly bytes: number
}

/** The shipped files: seed and sizes. */
export const shippedOptions: Required<SynthesisOptions> = { seed: 1, train: 2048, validation: 400, test: 800 }

function line(problem: Problem): string {
  const { id, type, source, question, answer, context, entryPoint, publicTests, hiddenTests, difficulty } = problem
  return `${JSON.stringify({ id, type, source, difficulty, question, answer, context, entryPoint, publicTests, hiddenTests })}\n`
}

/** Text of a split's file: a problem a line. */
export function splitText(problems: readonly Problem[]): string {
  return problems.map(line).join('')
}

/** Writes `train.jsonl`, `validation.jsonl` and, where asked for, `test.jsonl` into `folder`; each whole or not at all. */
export function writeSynthetic(folder: string, options: SynthesisOptions = shippedOptions): readonly WrittenFile[] {
  const splits: SynthesisedSplits = synthesise(options)
  mkdirSync(folder, { recursive: true })
  const written: WrittenFile[] = []
  for (const name of ['train', 'validation', 'test'] as const) {
    if (name === 'test' && splits.test.length === 0) continue
    const text = splitText(splits[name])
    const path = join(folder, `${name}.jsonl`)
    writeFileSync(`${path}.part`, text)
    renameSync(`${path}.part`, path)
    written.push({ split: name, count: splits[name].length, path, bytes: Buffer.byteLength(text) })
  }
  return written
}
