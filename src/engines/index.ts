/** Policy engines: the contract and its implementations. */
export {
  createEmbeddedEngine,
  type EmbeddedEngine,
  type EmbeddedEngineOptions,
  initialiseModel,
  type NewModel,
} from './embedded/index.ts'
export { conversationTokens, createFrozenEngine } from './frozen/index.ts'
export { createLoraEngine, type LoraEngine, type LoraEngineOptions } from './lora/index.ts'
export type {
  AdamOptions,
  ForwardBackwardResult,
  OptimStepResult,
  PolicyEngine,
  PolicySampler,
  PolicySnapshot,
  SampledCompletion,
  SampleOptions,
  SampleRequest,
  Tokenizer,
  TokenSequence,
  TrainingDatum,
  TrainingLoss,
} from './policy-engine.ts'
export {
  type BuiltInLoss,
  createTinkerEngine,
  isTinkerError,
  knownProfiles,
  listModels,
  type Notice,
  type ServerProfile,
  serverProfileSchema,
} from './tinker/index.ts'
