/**
 * A collection within a run folder: `sequences.json`, the embeddings and the settings. Calls go through the run's journal,
 * and what is proposed follows from the seed, so a collection that was killed resumes without buying anything twice.
 */

import { createPointerEngine, readSelector } from '../../engines/pointer/index.ts'
import type { RunStore } from '../../runs/index.ts'
import { encodeSafetensors, float32Tensor } from '../../tensor/index.ts'
import {
  createAnswerer,
  hashProfile,
  readEvaluationProfile,
  requireSameProfile,
  type WatchedAnswerer,
  watchAnswerer,
} from '../answering/index.ts'
import { hashPools } from '../data/index.ts'
import type { CollectedGroup, Embeddings, EvaluationProfile, SequenceData } from '../schema.ts'
import { collectSequences } from './collect-sequences.ts'
import { openModels } from './open-models.ts'
import { type PreparedCollection, prepareCollection } from './prepare.ts'
import { balanceGroups, type CollectionCounts, countSequences, judgeAgain, mergeGroups } from './refine.ts'
import { encodeSequences, readSequences } from './sequence-file.ts'
import type { CollectionSettings } from './settings.ts'
import type { SimulatedWorld } from './simulated-world.ts'

export interface RunCollectionOptions {
  readonly settings: CollectionSettings
  readonly store: RunStore
  /** Where the API key is. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly simulated: SimulatedWorld
  readonly signal: AbortSignal
  readonly onProgress: (what: string, done: number, total: number) => void
}

export interface CollectionOutcome {
  /** Of all that was judged, before balancing. */
  readonly counts: CollectionCounts
  readonly sequencesPath: string
  readonly embeddingsPath: string
  readonly data: SequenceData
}

export async function runCollection(options: RunCollectionOptions): Promise<CollectionOutcome> {
  const { settings, store } = options
  const profile = readEvaluationProfile(settings.profile, 'profile')
  options.onProgress('preparing', 0, 1)
  const prepared = await prepareCollection(settings, options.simulated)
  const models = openModels(settings, profile, { ...options, cache: store.calls })
  try {
    const answerer = watchAnswerer(createAnswerer(models, profile), settings.server.concurrency)
    const judged =
      settings.rejudge === null
        ? await collect(prepared, answerer, options)
        : await judgeAgain(readSequences(settings.rejudge, { index: prepared.index }).groups, prepared.index, {
            answerer,
            concurrency: settings.server.concurrency,
            signal: options.signal,
            onProgress: (done, total) => options.onProgress('judging again', done, total),
          })
    answerer.refuseMissing()
    const merged = settings.merge === null ? judged : mergedWith(settings.merge, judged, profile)
    const counts = countSequences(merged)
    const groups = settings.balance === null ? merged : balanceGroups(merged, settings.balance)
    const data: SequenceData = {
      schemaVersion: 4,
      indexSpace: 'local',
      model: settings.server.model,
      profile,
      profileHash: hashProfile(profile),
      poolHash: hashPools(groups.map(({ pool }) => pool)),
      indexHash: prepared.index.hash,
      groups,
    }
    const embeddingsPath = store.writeArtifact('embeddings.safetensors', encodeEmbeddings(prepared.space.index))
    // Last: with it the collection is whole.
    const sequencesPath = store.writeArtifact('sequences.json', encodeSequences(data))
    return { counts, sequencesPath, embeddingsPath, data }
  } finally {
    await models.close()
  }
}

function mergedWith(path: string, judged: CollectedGroup[], profile: EvaluationProfile): CollectedGroup[] {
  const other = readSequences(path)
  requireSameProfile(other.profileHash, profile, path)
  return mergeGroups(judged, other.groups)
}

async function collect(
  { index, queries, pools, space }: PreparedCollection,
  answerer: WatchedAnswerer,
  { settings, signal, onProgress }: RunCollectionOptions,
): Promise<CollectedGroup[]> {
  const request = {
    queries,
    pools,
    index,
    space,
    answerer,
    plan: { ...settings.plan, seed: settings.seed },
    concurrency: settings.server.concurrency,
    signal,
    onProgress,
  }
  if (settings.selector === null) return collectSequences(request)
  const selector = await createPointerEngine({
    checkpoint: readSelector(settings.selector),
    tables: { queries: space.queries, candidates: space.index },
  })
  try {
    return await collectSequences({ ...request, selector })
  } finally {
    await selector.close()
  }
}

/** With the ids in the metadata, as `readEmbeddings` takes them. */
function encodeEmbeddings({ ids, width, rows, source }: Embeddings): Uint8Array {
  return encodeSafetensors({
    tensors: new Map([['embeddings', float32Tensor(rows, [ids.length, width])]]),
    metadata: { ids: JSON.stringify(ids), source },
  })
}
