/** `operator.json` of an AFlow workspace: what its optimiser learns about each operator, in its own form. */
import type { ProblemType } from '../../core/problem.ts'
import type { OperatorContract, ValueType } from './operators.ts'
import { type ContractName, operatorsFor } from './presets.ts'

const pythonTypes: Readonly<Record<ValueType, string>> = {
  text: 'str',
  texts: 'List[str]',
  boolean: 'bool',
  number: 'int',
}

export interface OperatorJsonEntry {
  readonly description: string
  /** `review(problem: str, solution: str) -> dict with key 'review_result' of type bool, key 'feedback' of type str`. */
  readonly interface: string
}

export function operatorJson(
  type: ProblemType,
  contract: ContractName = 'full',
): Readonly<Record<string, OperatorJsonEntry>> {
  return Object.fromEntries(
    operatorsFor(type, contract).map((operator) => [
      operator.name,
      { description: operator.description, interface: interfaceOf(operator) },
    ]),
  )
}

function interfaceOf({ attribute, parameters, returns }: OperatorContract): string {
  const taken = parameters
    .filter((parameter) => !parameter.isIgnored)
    .map(({ name, type, isRequired }) => `${name}: ${pythonTypes[type]}${isRequired ? '' : ' = None'}`)
  const keys = returns.map(({ key, type }) => `key '${key}' of type ${pythonTypes[type]}`)
  return `${attribute}(${taken.join(', ')}) -> dict with ${keys.join(', ')}`
}
