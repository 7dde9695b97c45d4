/** Language models as files: what each architecture computes, its tensors, and the forms that others read and write. */
export { checkLayout, parameterCount } from './check-layout.ts'
export { describeModel, type ModelDescription, modelFolders } from './describe-model.ts'
export {
  type ExpectedTensor,
  expectedTensors,
  type LayerTensors,
  type ModelTensors,
  modelTensors,
} from './expected-tensors.ts'
export { type Adapter, isAdapterFolder, openAdapter } from './export/adapter.ts'
export { exportGguf, exportGgufAdapter, exportPeft, exportSafetensors } from './export/export-model.ts'
export { formatModelConfig } from './format-model-config.ts'
export { importModel } from './import-model.ts'
export {
  checkModelConfig,
  type LlamaSizes,
  layerAttention,
  llamaConfig,
  type ModelConfig,
  modelConfigError,
} from './model-config.ts'
export { readManifest } from './model-manifest.ts'
export { openModel } from './open-model.ts'
export { parseModelConfig } from './parse-model-config.ts'
export { ropeFrequencies } from './rope.ts'
export { openModelWeights } from './safetensors-source.ts'
export { downloadTokenizer, isHubName } from './sources/hub-download.ts'
export { locateModel } from './sources/locate-model.ts'
export { type StoredType, storedTypes } from './stored-numbers.ts'
