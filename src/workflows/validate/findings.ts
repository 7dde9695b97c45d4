/** What the validator can say of a program. */
import type { ProblemType } from '../../core/problem.ts'
import type { Span } from '../../python/analysis/index.ts'
import type { ContractName } from '../contract/index.ts'

/**
 * `error`: the program would fail, or break the contract, when run. `violation`: it would run but breaks a rule that
 * carries a penalty. `note`: worth knowing, costs nothing.
 */
export type Severity = 'error' | 'violation' | 'note'

interface Common {
  readonly severity: Severity
  /** 1-based, in the code that was validated. */
  readonly line: number
  readonly message: string
  /** The code concerned. */
  readonly span: Span
}

type Detail =
  | { readonly kind: 'syntax-error' }
  | { readonly kind: 'no-class' }
  | { readonly kind: 'missing-method'; readonly method: '__init__' | '__call__' }
  | {
      readonly kind: 'wrong-signature'
      readonly method: '__init__' | '__call__'
      /** Contract parameters it lacks, and required ones it has beyond the contract. */
      readonly missing: readonly string[]
      readonly surplus: readonly string[]
    }
  | { readonly kind: 'not-async'; readonly method: string }
  | { readonly kind: 'unknown-operator'; readonly operator: string; readonly nearest: string | null }
  | { readonly kind: 'operator-not-made'; readonly operator: string; readonly attribute: string }
  | { readonly kind: 'operator-unused'; readonly operator: string; readonly attribute: string }
  | { readonly kind: 'operator-without-llm'; readonly operator: string }
  | { readonly kind: 'operator-not-allowed'; readonly operator: string; readonly problemType: ProblemType }
  | { readonly kind: 'unknown-argument'; readonly operator: string; readonly argument: string }
  | { readonly kind: 'missing-argument'; readonly operator: string; readonly argument: string }
  | { readonly kind: 'unknown-key'; readonly operator: string; readonly key: string }
  | { readonly kind: 'result-as-text'; readonly operator: string; readonly argument: string }
  | { readonly kind: 'llm-not-made' }
  | { readonly kind: 'misspelt-name'; readonly name: string; readonly expected: string }
  | { readonly kind: 'unknown-llm-attribute'; readonly attribute: string; readonly nearest: string | null }
  | { readonly kind: 'unknown-attribute'; readonly attribute: string }
  | { readonly kind: 'missing-await'; readonly called: string; readonly isAccessed: boolean }
  | { readonly kind: 'maybe-unbound'; readonly name: string; readonly firstBindingStart: number }
  | { readonly kind: 'undefined-name'; readonly name: string; readonly role: 'called' | 'object' | 'value' }
  | { readonly kind: 'missing-return' }
  | { readonly kind: 'missing-cost' }
  | { readonly kind: 'dynamic-code'; readonly name: string }
  | { readonly kind: 'forbidden-import'; readonly module: string; readonly reason: 'denied' | 'not-available' }
  | { readonly kind: 'shadowed-name'; readonly name: string }
  | { readonly kind: 'leaked-code' }

export type Finding = Common & Detail
export type FindingKind = Finding['kind']

export interface OperatorUse {
  readonly name: string
  /** null outside loops; else how often the loops around it run, counting 1 for each whose length cannot be read off. */
  readonly inLoop: number | null
}

export interface Validation {
  readonly problemType: ProblemType
  /** The contract it was held against. */
  readonly contract: ContractName
  /** No finding of severity `error`. A valid program may still have violations. */
  readonly isValid: boolean
  /** By line. */
  readonly findings: readonly Finding[]
  /** Operator calls in the order written, those of helper methods where the helper is called; filled for invalid programs too. */
  readonly operators: readonly OperatorUse[]
}
