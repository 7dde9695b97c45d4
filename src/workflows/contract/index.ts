/** The workflow contract: operators and class, declared once. */

export { makeLine } from './make-line.ts'
export { type OperatorJsonEntry, operatorJson } from './operator-json.ts'
export {
  type OperatorContract,
  operatorNamed,
  operatorOfAttribute,
  operators,
} from './operators.ts'
export { canMean, keyMeantBy, mainKey, moduleOf, operatorMeantBy } from './other-names.ts'
export { type ContractName, contractNames, operatorsFor } from './presets.ts'
export { maxAddedPromptChars } from './prompt-limit.ts'
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
