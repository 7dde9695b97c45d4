/** What the graphs of the embedded engine compute: the plain Llama layer. */
import { BatonError } from '../../core/failure.ts'
import type { ModelConfig } from '../../models/index.ts'

/** @throws BatonError naming what the graphs lack for this model. @param where names the file. */
export function refuseOtherGraphs(config: ModelConfig, where: string): void {
  const lacks = [
    config.hasQueryKeyValueBias && 'biases of q, k and v',
    config.hasQueryKeyNorm && 'norms of q and k',
    config.hasPostNorms && 'norms after attention and feed-forward layer',
    config.sliding !== null && 'sliding attention',
    config.heads * config.headSize !== config.hiddenSize && 'heads that together are not as wide as the model',
  ].filter((lack) => lack !== false)
  if (lacks.length === 0) return
  throw new BatonError(
    `${where}: the embedded engine cannot run this ${config.architecture} model: no ${lacks.join(', no ')}`,
    {
      boundary: 'engine',
      code: 'model-architecture',
      hint: 'Use a Llama model such as SmolLM2 or Llama 3.2, or train an adapter on this one: --set policy.lora.rank=16.',
    },
  )
}
