/** The pointer engine: a selector of demonstrations as a policy; its networks and checkpoints. */
export {
  biEncoderArchitecture,
  languageModelArchitecture,
  pointerArchitecture,
  type SelectorArchitecture,
} from './architecture.ts'
export { encodeSelector, readSelector, type SelectorCheckpoint, selectorFile } from './checkpoint.ts'
export { createPointerEngine, type Freeze, freezes, type PointerEngine } from './create-pointer-engine.ts'
export { initialParameters, selectorParameterCount } from './parameters.ts'
export type { EmbeddingTable, PickTables } from './pick-tokens.ts'
