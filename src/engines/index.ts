/** Policy engines: the contract and its implementations. */
export {
  createEmbeddedEngine,
  type EmbeddedEngine,
  type EmbeddedEngineOptions,
  initialiseModel,
  type ModelConfig,
  type NewModel,
} from './embedded/index.ts'
export { conversationTokens, createFrozenEngine } from './frozen/index.ts'
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
  createTinkerEngine,
  isTinkerError,
  listModels,
  loadProfile,
  type Notice,
  type ProbeFinding,
  probeTrainingServer,
  readServerProfile,
  type ServerProfile,
} from './tinker/index.ts'
