/** What a completion's text holds, before anything of it runs: its program, checked and repaired; or why there is none. */
import type { Failure } from '../../core/failure.ts'
import type { ProblemType } from '../../core/problem.ts'
import type { PythonAnalyzer } from '../../python/analysis/index.ts'
import type { ContractName } from '../contract/index.ts'
import { parseCompletion } from '../parse/index.ts'
import { type RepairedProgram, repairProgram } from '../repair/index.ts'
import { type Validation, validateProgram } from '../validate/index.ts'

export interface CompletionText {
  readonly text: string
  readonly problemType: ProblemType
  /** Which operators the policy was offered. */
  readonly contract?: ContractName | undefined
}

export type ReadCompletion =
  | {
      readonly kind: 'program'
      /** Of the program as written. */
      readonly validation: Validation
      readonly repaired: RepairedProgram
    }
  | { readonly kind: 'failure'; readonly failure: Failure }

/** A function of the text: no clock, no chance. */
export function readProgram({ text, problemType, contract }: CompletionText, analyzer: PythonAnalyzer): ReadCompletion {
  const parsed = parseCompletion(text, problemType)
  if (parsed.kind === 'failure') return parsed
  const validation = validateProgram(parsed.code, problemType, { analyzer, contract })
  return { kind: 'program', validation, repaired: repairProgram(parsed.code, validation, analyzer) }
}
