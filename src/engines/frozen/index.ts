/** A policy that is not trained: a language model behind an API. */
export { createFrozenEngine, type FrozenEngineOptions } from './create-frozen-engine.ts'
export { conversationTokens } from './text-tokens.ts'
