/** Tiny model folders for tests. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LlamaSizes, llamaConfig } from '../../../models/index.ts'
import type { Cleanup } from '../../../testing/contract.ts'
import type { PolicyEngine } from '../../policy-engine.ts'
import { createEmbeddedEngine, type EmbeddedEngineOptions } from '../create-embedded-engine.ts'
import { initialiseModel } from '../initialise-model.ts'

/** Grouped heads and a feed-forward layer wider than 128, so that products are summed in more than one block. */
const tinySizes: LlamaSizes = {
  hiddenSize: 32,
  intermediateSize: 144,
  layers: 2,
  heads: 4,
  keyValueHeads: 2,
  vocabularySize: 48,
  contextLength: 96,
  normEpsilon: 1e-6,
  ropeTheta: 10000,
  endOfTextId: 1,
  padId: 0,
}

export const tinyConfig = llamaConfig(tinySizes)

/** Words `w2` to `w<V-1>` apart from the two special tokens. */
export function wordTokenizer(vocabularySize: number): Record<string, unknown> {
  const names = Array.from({ length: vocabularySize }, (_, i) => (i === 0 ? '<pad>' : i === 1 ? '<eos>' : `w${i}`))
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: { type: 'WordLevel', vocab: Object.fromEntries(names.map((name, i) => [name, i])), unk_token: '<pad>' },
  }
}

/** An empty folder that goes with the test. */
export function scratchFolder(t: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-embedded-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A folder with a fresh random model that goes with the test. */
export function tinyModelFolder(t: Cleanup, changes: Partial<LlamaSizes> = {}, seed = 1): string {
  const folder = scratchFolder(t)
  const config = llamaConfig({ ...tinySizes, ...changes })
  initialiseModel({ folder, config, tokenizer: wordTokenizer(config.vocabularySize), seed })
  return folder
}

/** An engine on a fresh random model; closed with the test. */
export async function tinyEngine(
  t: Cleanup,
  options: Partial<EmbeddedEngineOptions> & { readonly config?: Partial<LlamaSizes>; readonly seed?: number } = {},
): Promise<PolicyEngine> {
  const { config, seed, ...rest } = options
  const modelFolder = rest.modelFolder ?? tinyModelFolder(t, config, seed)
  const engine = await createEmbeddedEngine({ threads: 1, ...rest, modelFolder })
  t.after(() => engine.close())
  return engine
}

/** Deterministic tokens outside of the special ones. */
export function someTokens(count: number, start = 0, vocabularySize = tinyConfig.vocabularySize): number[] {
  return Array.from({ length: count }, (_, i) => 2 + ((start * 31 + i * i * 7 + i * 3) % (vocabularySize - 2)))
}
