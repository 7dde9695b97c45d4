/** Whether a file holds the tensors of its architecture. */
import { type ExpectedTensor, expectedTensors } from './expected-tensors.ts'
import type { ModelConfig } from './model-config.ts'
import { modelFileError } from './model-file-error.ts'
import { countOf, type TensorSource } from './tensor-source.ts'

/** Buffers that older versions of transformers saved, and a tied head that was saved although it is the embedding. */
function isSuperfluous(name: string, config: ModelConfig): boolean {
  return name.endsWith('.rotary_emb.inv_freq') || (config.tiesEmbeddings && name === 'lm_head.weight')
}

/**
 * @returns the tensors that the model wants, in its order.
 * @throws BatonError naming tensors that are missing, unexpected or of another shape.
 */
export function checkLayout(config: ModelConfig, { tensors, where }: TensorSource): ExpectedTensor[] {
  const expected = expectedTensors(config)
  const wanted = new Set(expected.map(({ name }) => name))
  const missing = expected.filter(({ name }) => !tensors.has(name)).map(({ name }) => name)
  const extra = [...tensors.keys()].filter((name) => !wanted.has(name) && !isSuperfluous(name, config))
  const misshapen = expected.flatMap(({ name, shape }) => {
    const found = tensors.get(name)
    const isFine = found === undefined || found.shape.join() === shape.join()
    return isFine ? [] : [`${name} [${found.shape.join(', ')}] for [${shape.join(', ')}]`]
  })
  const problems = [
    listed('lacks', missing),
    listed('has unexpected', extra),
    listed('has another shape for', misshapen),
  ].filter((problem) => problem !== '')
  if (problems.length === 0) return expected
  throw modelFileError(
    `${where} does not fit its ${config.architecture} configuration: it ${problems.join('; it ')}`,
    'Use the config.json that belongs to these weights; a base model cannot have adapters or heads of its own.',
  )
}

/** Parameters of a model. */
export function parameterCount(config: ModelConfig): number {
  return expectedTensors(config).reduce((total, { shape }) => total + countOf(shape), 0)
}

function listed(verb: string, names: readonly string[]): string {
  if (names.length === 0) return ''
  const more = names.length > 4 ? ', ...' : ''
  return `${verb} ${names.length} tensor${names.length === 1 ? '' : 's'} (${names.slice(0, 4).join(', ')}${more})`
}
