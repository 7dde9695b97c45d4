/** Selectors of demonstrations: networks, scoring, proposing, training steps, checkpoints. */
export {
  type BiEncoderArchitecture,
  biEncoderArchitecture,
  type LanguageModelArchitecture,
  languageModelArchitecture,
  type PointerArchitecture,
  pointerArchitecture,
  type SelectorArchitecture,
} from './architecture.ts'
export type { PooledQuery, ScoredGroup, SelectorFeatures } from './batch.ts'
export {
  type ConvertOptions,
  convertSelector,
  encodeSelector,
  readSelector,
  type SelectorCheckpoint,
} from './checkpoint.ts'
export { initialParameters, selectorParameterCount, selectorParameterSpecs } from './parameters.ts'
export type { Proposal, ProposeOptions } from './propose.ts'
export { type LayoutName, layoutNames } from './rename-tables.ts'
export { type OpenSelectorOptions, openSelector, type ScoringOptions, type Selector } from './selector.ts'
export type { LearnAnswer, LearnCall, SelectorState } from './selector-messages.ts'
