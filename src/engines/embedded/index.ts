/**
 * The embedded policy engine: a small Llama-layout transformer in this process.
 * `initialiseModel({ folder, config, tokenizer, seed })` writes a fresh model folder;
 * `await createEmbeddedEngine({ modelFolder })` gives a `PolicyEngine` on it. Close it when done.
 */
export { createEmbeddedEngine, type EmbeddedEngineOptions } from './create-embedded-engine.ts'
export type { EmbeddedEngine } from './engine-on-worker.ts'
export { initialiseModel, type NewModel } from './initialise-model.ts'
