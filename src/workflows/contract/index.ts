/** The workflow contract: operators and class, declared once. */
export {
  type OperatorContract,
  type OperatorCost,
  type OperatorParameter,
  type OperatorReturn,
  operatorNamed,
  operatorOfAttribute,
  operators,
  operatorsFor,
  type ValueType,
} from './operators.ts'
export { operatorSignatures } from './signatures.ts'
export {
  allowedModules,
  deniedBuiltins,
  deniedModules,
  frameworkModules,
  llmAttributes,
  providedNames,
  workflowClass,
} from './workflow-class.ts'
