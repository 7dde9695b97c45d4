/** The operators that workflows call. */
export {
  bareCall,
  createOperators,
  type OperatorOptions,
  type OperatorRecord,
  type RolloutOperators,
} from './create-operators.ts'
