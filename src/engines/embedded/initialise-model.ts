/** Writes a fresh model folder: random weights, architecture, tokenizer. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { checkModelConfig, formatModelConfig, type ModelConfig } from '../../models/index.ts'
import { writeWhole } from '../../runs/files.ts'
import { encodeSafetensors } from '../../tensor/index.ts'
import { parameterSpecs, randomParameters } from './parameters.ts'
import { parseTokenizer } from './tokenizer.ts'
import { modelFile } from './weights.ts'

export interface NewModel {
  /** Made where it does not exist. */
  readonly folder: string
  readonly config: ModelConfig
  /** Content of `tokenizer.json`. */
  readonly tokenizer: Readonly<Record<string, unknown>>
  readonly seed: number
}

/** @throws BatonError where architecture and tokenizer do not fit. */
export function initialiseModel({ folder, config, tokenizer, seed }: NewModel): void {
  checkModelConfig(config, 'the new model')
  const tokenizerText = `${JSON.stringify(tokenizer)}\n`
  parseTokenizer(tokenizerText, config, 'the new tokenizer')
  const parameters = randomParameters(config, seed)
  const tensors = new Map(parameterSpecs(config).map(({ name }, i) => [name, parameters[i] as (typeof parameters)[0]]))
  mkdirSync(folder, { recursive: true })
  writeWhole(join(folder, modelFile), encodeSafetensors({ tensors, metadata: { format: 'pt' } }))
  writeWhole(join(folder, 'config.json'), formatModelConfig(config))
  writeWhole(join(folder, 'tokenizer.json'), tokenizerText)
}
