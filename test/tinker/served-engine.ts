/** A tiny model behind Baton's own server, the client on it, and the weights that it leaves. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { tinyConfig, wordTokenizer } from '../../src/engines/embedded/testing/tiny-model.ts'
import { parseTokenizer } from '../../src/engines/embedded/tokenizer.ts'
import { knownProfiles, type ServerProfile, type TinkerEngineOptions } from '../../src/engines/tinker/index.ts'
import { decodeSafetensors } from '../../src/tensor/index.ts'
import type { ServeOptions } from '../../src/tinker-server/index.ts'

const tinyTokenizer = parseTokenizer(JSON.stringify(wordTokenizer(tinyConfig.vocabularySize)), tinyConfig, 'tiny')

export function serveOptions(folder: string, modelFolder: string, changes: Partial<ServeOptions> = {}): ServeOptions {
  return { folder, models: [{ name: 'tiny', folder: modelFolder }], threads: 1, holdMs: 2000, ...changes }
}

/** Waits are short, budgets as they are: nothing here depends on how fast the machine is. */
export function engineOptions(baseUrl: string, changes: Partial<TinkerEngineOptions> = {}): TinkerEngineOptions {
  return {
    baseUrl,
    baseModel: 'tiny',
    tokenizer: tinyTokenizer,
    contextLength: tinyConfig.contextLength,
    profile: knownProfiles['baton'] as ServerProfile,
    loraRank: 0,
    seed: 1,
    timeouts: { backOffMs: 20 },
    ...changes,
  }
}

/** All numbers of the `model.safetensors` below a folder that was written last, tensors by name. */
export function newestWeights(folder: string): Float32Array[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('model.safetensors'))
    .map((path) => join(folder, path))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
  const path = paths[0] as string
  const { tensors } = decodeSafetensors(readFileSync(path), path)
  return [...tensors].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { data }]) => data as Float32Array)
}

export function largestDifference(one: readonly Float32Array[], other: readonly Float32Array[]): number {
  let largest = one.length === other.length ? 0 : Number.POSITIVE_INFINITY
  one.forEach((list, i) => {
    list.forEach((value, k) => {
      largest = Math.max(largest, Math.abs(value - (other[i]?.[k] ?? Number.NaN)))
    })
  })
  return largest
}
