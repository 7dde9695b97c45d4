/** Language models as files: what each architecture computes, and the names and shapes of its tensors. */
export {
  type ExpectedTensor,
  expectedTensors,
  type LayerTensors,
  type ModelTensors,
  modelTensors,
} from './expected-tensors.ts'
export { formatModelConfig } from './format-model-config.ts'
export {
  checkModelConfig,
  type LlamaSizes,
  layerAttention,
  llamaConfig,
  type ModelConfig,
  modelConfigError,
} from './model-config.ts'
export { parseModelConfig } from './parse-model-config.ts'
export { type Rope, ropeFrequencies } from './rope.ts'
