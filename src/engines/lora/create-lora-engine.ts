/**
 * The LoRA engine on the main thread: a language model of any supported architecture whose base is frozen and whose adapter
 * is trained, layer by layer, in this process. One set of weights is policy (adapter on), KL reference (a snapshot) and,
 * where wanted, executor (`base`: adapter off).
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BatonError } from '../../core/failure.ts'
import type { Grammar } from '../../core/grammar.ts'
import { siblingModule } from '../../core/sibling-module.ts'
import { expectedTensors } from '../../models/index.ts'
import { elementCount, startTensorWorker } from '../../tensor/index.ts'
import { constraintsSetUp, createConstraints } from '../constraint/index.ts'
import { readModelFolder } from '../embedded/create-embedded-engine.ts'
import { type EmbeddedEngine, engineOnWorker, samplerOf } from '../embedded/engine-on-worker.ts'
import type { PolicySampler } from '../policy-engine.ts'
import { adapterSpecs, type LoraOptions } from './adapter.ts'
import { adapterConfigFile } from './adapter-files.ts'
import type { BasePrecision } from './base-weights.ts'
import type { LoraWorkerArgument } from './lora-worker.ts'

export interface LoraEngineOptions {
  /** Holds `config.json`, `tokenizer.json` and the weights; or an adapter that names such a folder as its base. */
  readonly modelFolder: string
  readonly lora: LoraOptions
  /** How the base is kept; default float32. */
  readonly precision?: BasePrecision
  /** Of the adapter's first values; default 0. */
  readonly seed?: number
  /** Tokens after which a completion ends; default: the end of text alone. */
  readonly stopTokens?: readonly number[]
  /** Processor threads; 0 and absent: the cores, at most 4. */
  readonly threads?: number
  /** Positions computed at once, padding included; more need more memory. Default 1024. */
  readonly batchTokens?: number
  /** `auto`: onnxruntime where it has a binary, else jax-js. */
  readonly backend?: 'auto' | 'onnxruntime' | 'jax-js'
  /** Grammars by name, that requests and sequences may be held to. */
  readonly grammars?: Readonly<Record<string, Grammar>>
}

export interface LoraEngine extends EmbeddedEngine {
  /** Trained numbers; `parameterCount` counts the base. */
  readonly adapterParameterCount: number
  /** The model without its adapter, on the same weights. */
  readonly base: PolicySampler
}

/** @throws BatonError where the folder is not a model, naming what is wrong with which file. */
export async function createLoraEngine(options: LoraEngineOptions): Promise<LoraEngine> {
  const { lora } = options
  const { base, adapterFolder } = folders(options.modelFolder)
  const { config, tokenizer, tokenizerText, writeModelFiles } = await readModelFolder(base)
  const vocabulary = { tokenizer, tokenizerText, contextLength: config.contextLength }
  const constraints = options.grammars === undefined ? null : constraintsSetUp(options.grammars, vocabulary)
  const argument: LoraWorkerArgument = {
    config,
    folder: base,
    adapterFolder,
    lora,
    precision: options.precision ?? 'float32',
    seed: options.seed ?? 0,
    batchTokens: options.batchTokens ?? 1024,
    keptBytes: 2 ** 28,
    stopTokens: options.stopTokens ?? [config.endOfTextId],
    ...(constraints === null ? {} : { constraints }),
  }
  const worker = await startTensorWorker(siblingModule(import.meta.url, './lora-worker'), {
    argument,
    threads: options.threads ?? 0,
    backend: options.backend ?? 'auto',
  })
  const count = (specs: readonly { readonly shape: readonly number[] }[]): number =>
    specs.reduce((total, { shape }) => total + elementCount(shape), 0)
  return {
    ...engineOnWorker({
      name: `lora (${worker.backend})`,
      worker,
      config,
      tokenizer,
      parameterCount: count(expectedTensors(config)),
      leastTokens: constraints === null ? new Map() : createConstraints(constraints).leastTokens,
      writeModelFiles,
    }),
    adapterParameterCount: count(adapterSpecs(config, lora)),
    base: samplerOf(worker, config, 'base'),
  }
}

/** An adapter's folder says where its base is. */
function folders(modelFolder: string): { readonly base: string; readonly adapterFolder: string | null } {
  const path = join(modelFolder, adapterConfigFile)
  if (!existsSync(path)) return { base: modelFolder, adapterFolder: null }
  const base = baseOf(path)
  if (base !== null && existsSync(join(base, 'config.json'))) return { base, adapterFolder: modelFolder }
  throw new BatonError(`${path} names ${JSON.stringify(base)} as its base, which is no model folder here`, {
    boundary: 'engine',
    code: 'adapter',
    hint: 'Put the path of the model folder under "base_model_name_or_path".',
  })
}

function baseOf(path: string): string | null {
  try {
    const { base_model_name_or_path: base } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    return typeof base === 'string' ? base : null
  } catch {
    return null
  }
}
