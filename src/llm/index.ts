/** Language models that are called, not trained: the client, its failures, the probe, and the simulator server. */
export type { Dialect } from './anthropic-messages.ts'
export { replyFromRecord } from './call-record.ts'
export type { ChatMessage, ChatModel, ChatReply, ContentPart, GenerateOptions, Usage } from './chat-model.ts'
export type { ChatModelStats } from './chat-model-stats.ts'
export { type ChatModelOptions, type ClosableChatModel, createChatModel } from './create-chat-model.ts'
export { type LlmBoundary, LlmError, type LlmFailureKind } from './llm-error.ts'
export { type ProbeAnswer, type ProbeOptions, probeServer } from './probe-server.ts'
export { longerContext, readServerContext, type ServerContext } from './server-context.ts'
export {
  type Simulator,
  type SimulatorFaults,
  type SimulatorOptions,
  startSimulator,
} from './simulator/index.ts'
export { simulatorKnows } from './simulator-mark.ts'
