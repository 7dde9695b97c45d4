/**
 * The embedded engine on the main thread: checks arguments, forwards them to the worker. Tokens are encoded here; all
 * arithmetic happens in the worker.
 */
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Grammar } from '../../core/grammar.ts'
import { siblingModule } from '../../core/sibling-module.ts'
import {
  formatModelConfig,
  type ModelConfig,
  modelConfigError,
  parameterCount,
  parseModelConfig,
} from '../../models/index.ts'
import { writePart } from '../../runs/files.ts'
import { startTensorWorker } from '../../tensor/index.ts'
import { constraintsSetUp, createConstraints } from '../constraint/index.ts'
import type { Tokenizer } from '../policy-engine.ts'
import type { EmbeddedWorkerArgument } from './embedded-worker.ts'
import { type EmbeddedEngine, engineOnWorker } from './engine-on-worker.ts'
import { refuseOtherGraphs } from './supported-models.ts'
import { parseTokenizer } from './tokenizer.ts'

export interface EmbeddedEngineOptions {
  /** Holds `config.json`, `tokenizer.json`, `model.safetensors`, and `optimizer.safetensors` if training continues. */
  readonly modelFolder: string
  /** Processor threads; 0 and absent: the cores, at most 4. */
  readonly threads?: number
  /** Tokens that are trained on at once, padding included; more need more memory. Default 1024. */
  readonly microBatchTokens?: number
  /** `auto`: onnxruntime where it has a binary, else jax-js. */
  readonly backend?: 'auto' | 'onnxruntime' | 'jax-js'
  /** Grammars by name, that requests and sequences may be held to. */
  readonly grammars?: Readonly<Record<string, Grammar>>
}

/** @throws BatonError where the folder is not a model, naming what is wrong with which file. */
export async function createEmbeddedEngine(options: EmbeddedEngineOptions): Promise<EmbeddedEngine> {
  const { modelFolder } = options
  const { config, tokenizer, tokenizerText, writeModelFiles } = await readModelFolder(modelFolder)
  refuseOtherGraphs(config, join(modelFolder, 'config.json'))
  const { grammars } = options
  const vocabulary = { tokenizer, tokenizerText, contextLength: config.contextLength }
  const constraints = grammars === undefined ? null : constraintsSetUp(grammars, vocabulary)
  const argument: EmbeddedWorkerArgument = {
    config,
    folder: modelFolder,
    microBatchTokens: options.microBatchTokens ?? 1024,
    ...(constraints === null ? {} : { constraints }),
  }
  const worker = await startTensorWorker(siblingModule(import.meta.url, './embedded-worker'), {
    argument,
    threads: options.threads ?? 0,
    backend: options.backend ?? 'auto',
  })
  return engineOnWorker({
    name: `embedded (${worker.backend})`,
    worker,
    config,
    tokenizer,
    parameterCount: parameterCount(config),
    leastTokens: constraints === null ? new Map() : createConstraints(constraints).leastTokens,
    writeModelFiles,
  })
}

export interface ModelFolder {
  readonly config: ModelConfig
  readonly tokenizer: Tokenizer
  /** Of its `tokenizer.json`. */
  readonly tokenizerText: string
  /** Writes `config.json` and `tokenizer.json`, and copies what else says how the model is asked. */
  writeModelFiles(folder: string): void
}

const chatFiles = ['tokenizer_config.json', 'chat_template.jinja', 'generation_config.json']

/** What a model folder says besides its weights. @throws BatonError as `createEmbeddedEngine`. */
export async function readModelFolder(modelFolder: string): Promise<ModelFolder> {
  const read = async (name: string): Promise<string> => {
    const path = join(modelFolder, name)
    return readFile(path, 'utf8').catch((cause: unknown) => {
      throw modelConfigError(`${path} cannot be read`, cause)
    })
  }
  const config = parseModelConfig(await read('config.json'), join(modelFolder, 'config.json'))
  const tokenizerText = await read('tokenizer.json')
  const tokenizer = parseTokenizer(tokenizerText, config, join(modelFolder, 'tokenizer.json'))
  return {
    config,
    tokenizer,
    tokenizerText,
    writeModelFiles(folder) {
      writePart(join(folder, 'config.json'), formatModelConfig(config))
      writePart(join(folder, 'tokenizer.json'), tokenizerText)
      for (const name of chatFiles) {
        if (existsSync(join(modelFolder, name))) writePart(join(folder, name), readFileSync(join(modelFolder, name)))
      }
    },
  }
}
