/** The contract as the sandbox wants it. */
import type { OperatorSignature } from '../../python/sandbox.ts'
import { operators } from './operators.ts'

export const operatorSignatures: readonly OperatorSignature[] = operators.map((operator) => ({
  name: operator.name,
  parameters: operator.parameters.map(({ name, isRequired }) => ({ name, isRequired })),
}))
