/** The arrow language as a tree: `Plan -> [Custom, Programmer] -> ScEnsemble -> Review ? Revise : done`, loops `(...) * 3`. */

export type Step =
  | { readonly kind: 'operator'; readonly name: string; readonly instruction: string | null; readonly at: number }
  /** Nothing more to do here: leaves the loop around it. */
  | { readonly kind: 'done' }
  | { readonly kind: 'chain'; readonly steps: readonly Step[] }
  /** Each branch starts from what was there before all of them. */
  | { readonly kind: 'parallel'; readonly branches: readonly Step[] }
  | { readonly kind: 'loop'; readonly body: Step; readonly times: number }
  /** `atFault` when the judging step before it finds a fault, else `otherwise`. */
  | { readonly kind: 'branch'; readonly condition: Step; readonly atFault: Step; readonly otherwise: Step }

/** Operators of a step, in the order written. */
export function operatorsIn(step: Step): (Step & { readonly kind: 'operator' })[] {
  switch (step.kind) {
    case 'operator':
      return [step]
    case 'done':
      return []
    case 'chain':
      return step.steps.flatMap(operatorsIn)
    case 'parallel':
      return step.branches.flatMap(operatorsIn)
    case 'loop':
      return operatorsIn(step.body)
    case 'branch':
      return [step.condition, step.atFault, step.otherwise].flatMap(operatorsIn)
    default:
      return step satisfies never
  }
}
