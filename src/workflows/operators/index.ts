/** The operators that workflows call. */
export { createOperators, type OperatorRecord } from './create-operators.ts'
