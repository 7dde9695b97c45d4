/**
 * LoRA training of language models in this process, layer by layer.
 * `await createLoraEngine({ modelFolder, lora: { rank, alpha, targets } })` gives a `PolicyEngine` whose adapter is trained.
 */
export { createLoraEngine, type LoraEngine, type LoraEngineOptions } from './create-lora-engine.ts'
