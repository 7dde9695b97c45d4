/**
 * Contracts by name: which operators a policy is offered for each problem type. `full` offers what the type allows,
 * `simple` the few that the seeds' small policies were taught. An operator outside the contract is a broken rule, not an
 * unknown name: it still runs.
 */
import type { ProblemType } from '../../core/problem.ts'
import { type OperatorContract, operators } from './operators.ts'

const simple: Readonly<Record<ProblemType, readonly string[]>> = {
  math: ['AnswerGenerate', 'Review', 'Revise', 'Programmer'],
  code: ['Programmer', 'Test'],
  qa: ['AnswerGenerate', 'Review'],
  vqa: [],
}

export const contractNames = ['full', 'simple'] as const

export type ContractName = (typeof contractNames)[number]

/** In the order of the contract. */
export function operatorsFor(type: ProblemType, contract: ContractName = 'full'): OperatorContract[] {
  return operators.filter(
    ({ name, problemTypes }) => problemTypes.includes(type) && (contract === 'full' || simple[type].includes(name)),
  )
}
