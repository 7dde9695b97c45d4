/** The operators that workflows call. */
export { createOperators } from './create-operators.ts'
