/** The pointer engine: a selector of demonstrations as a policy; its networks and checkpoints. */
export {
  biEncoderArchitecture,
  languageModelArchitecture,
  pointerArchitecture,
  type SelectorArchitecture,
} from './architecture.ts'
export { encodeSelector, readSelector, type SelectorCheckpoint, selectorFile } from './checkpoint.ts'
export { createPointerEngine, type Freeze, type PointerEngine } from './create-pointer-engine.ts'
export { initialParameters, selectorParameterCount } from './parameters.ts'
export { tooManyShots } from './pick-batches.ts'
export { createPickTokenizer, type EmbeddingTable, type PickTables, type PickTokenizer } from './pick-tokens.ts'
