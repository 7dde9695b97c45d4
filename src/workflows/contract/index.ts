/** The workflow contract: operators and class, declared once. */
export {
  type OperatorContract,
  operatorNamed,
  operatorOfAttribute,
  operators,
  operatorsFor,
} from './operators.ts'
export { canMean, keyMeantBy, mainKey, moduleOf, operatorMeantBy } from './other-names.ts'
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
