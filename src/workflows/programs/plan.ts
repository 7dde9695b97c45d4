/** A workflow as a small plan: which operators, in which order, how often. Plans are written out by `writeProgram`. */

/** Instructions for Custom. They end with a line break because Custom puts them in front of the input as they are. */
export const customInstructions = {
  direct: 'Answer with the final answer only.\n',
  stepwise: 'Solve the problem step by step, then give the final answer.\n',
  checked: 'Solve the problem, check each step, then give the final answer.\n',
  code: 'Write the Python function that the problem asks for. Answer with code only.\n',
} as const

export type CustomInstruction = keyof typeof customInstructions

/** What a generator's result is read by. Which key fits depends on the problem type: a thing a policy has to learn. */
export type Generator =
  | { readonly operator: 'Custom'; readonly key: 'response'; readonly instruction: CustomInstruction }
  | { readonly operator: 'AnswerGenerate'; readonly key: 'answer' | 'thought' }
  | { readonly operator: 'Programmer'; readonly key: 'code' | 'output' }

export type PlanNode =
  /** `times` candidates from one operator. */
  | { readonly kind: 'generate'; readonly generator: Generator; readonly times: number }
  /** ScEnsemble over all candidates. */
  | { readonly kind: 'ensemble' }
  | { readonly kind: 'test' }
  /** Review, then Revise with its feedback. */
  | { readonly kind: 'revise' }

/** One or more `generate` nodes; `ensemble` right after them if and only if they make two or more candidates; then the rest. */
export type Plan = readonly PlanNode[]

/** @returns what is wrong with the plan, or null. */
export function planProblem(plan: Plan): string | null {
  const generators = plan.filter((node) => node.kind === 'generate')
  const candidates = generators.reduce((sum, node) => sum + node.times, 0)
  if (generators.some((node) => !Number.isInteger(node.times) || node.times < 1))
    return 'a generator must run at least once'
  if (candidates === 0) return 'a plan needs a generator'
  if (plan.slice(0, generators.length).some((node) => node.kind !== 'generate')) return 'generators come first'
  const ensembles = plan.filter((node) => node.kind === 'ensemble').length
  if (ensembles !== (candidates > 1 ? 1 : 0)) return 'several candidates need one ensemble, a single one none'
  if (ensembles === 1 && plan[generators.length]?.kind !== 'ensemble')
    return 'the ensemble comes right after the generators'
  return null
}

/** For tables: `AnswerGenerate x3, ScEnsemble, Review, Revise`. */
export function planName(plan: Plan): string {
  const parts = plan.flatMap((node) => {
    if (node.kind === 'ensemble') return ['ScEnsemble']
    if (node.kind === 'test') return ['Test']
    if (node.kind === 'revise') return ['Review', 'Revise']
    const { generator } = node
    const detail = generator.operator === 'Custom' ? ` (${generator.instruction})` : ''
    return [`${generator.operator}${detail}${node.times > 1 ? ` x${node.times}` : ''}`]
  })
  return parts.join(', ')
}
