/** What `baton demos train` reads before a run folder is made: sequences, embeddings, the selector to begin with. */

import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { BatonError } from '../core/failure.ts'
import { grouped } from '../core/grouped.ts'
import { type CollectionSettings, checkSettings, readSequences } from '../demonstrations/collect/index.ts'
import { readEmbeddings } from '../demonstrations/features/index.ts'
import type { Embeddings } from '../demonstrations/schema.ts'
import {
  initialParameters,
  type PooledQuery,
  readSelector,
  type SelectorCheckpoint,
} from '../engines/pointer/index.ts'
import {
  configuredArchitecture,
  type EmbeddingTables,
  featuresOf,
  type GroupCounts,
  groupsByRow,
  isHeldOut,
  splitGroups,
  type TrainingConfig,
  type TrainingGroup,
  trainingGroups,
} from '../demonstrations/training/index.ts'
import { fingerprint, type RunManifest } from '../runs/index.ts'
import { shareText } from './format.ts'
import { labelled } from './text-width.ts'
import { commonWords } from './words/common.ts'
import { demosWords } from './words/demos.ts'

export interface PreparedTraining {
  readonly config: TrainingConfig
  readonly tables: EmbeddingTables
  readonly train: readonly TrainingGroup[]
  readonly validation: readonly TrainingGroup[]
  readonly counts: GroupCounts
  readonly datasets: RunManifest['datasets']
  readonly checkpoint: SelectorCheckpoint
  /** For fresh GRPO; null where only given sequences are learnt from. */
  readonly fresh: FreshSource | null
}

interface FreshSource {
  readonly queries: readonly PooledQuery[]
  readonly settings: CollectionSettings
  readonly profileHash: string | null
}

/** @throws BatonError for whatever is wrong with the files. */
export function prepareTraining(config: TrainingConfig): PreparedTraining {
  const datasets: Record<string, RunManifest['datasets'][string]> = {}
  const load = (name: string, path: string): Embeddings => {
    const embeddings = readEmbeddings(path, { order: [] })
    datasets[name] = { path, fingerprint: fingerprint(readInputBytes(path, name)), rows: embeddings.ids.length }
    return embeddings
  }
  const candidates = load('embeddings', config.embeddings)
  const queries = config.queryEmbeddings === null ? candidates : load('query embeddings', config.queryEmbeddings)
  const tables = { candidates, queries }
  const files = config.data.map((path, i) => {
    const data = readSequences(path)
    datasets[`data ${i + 1}`] = {
      path,
      fingerprint: fingerprint(readInputBytes(path, 'sequences')),
      rows: data.groups.length,
    }
    return { path, ...data }
  })
  refuseMixedProfiles(files)
  const collected = files.flatMap(({ groups }) => groups)
  const features = featuresOf(tables)
  const maxShots = Math.max(1, ...collected.flatMap(({ candidates }) => candidates.map(({ picks }) => picks.length)))
  const checkpoint =
    config.start === null
      ? newSelector(config, features.width, tables.candidates.ids.length, maxShots)
      : readSelector(config.start)
  const { architecture } = checkpoint
  const canStop = architecture.kind === 'pointer' && architecture.stop !== null
  const judged = groupsByRow({ groups: collected }, tables, canStop ? maxShots : null)
  const { reward, hardWeight, softWeight, relevanceWeight, ...groupOptions } = config.groups
  const { groups, counts } = trainingGroups(judged, {
    ...groupOptions,
    reward: { mode: reward, hardWeight, softWeight, relevanceWeight },
  })
  const { train: trained, validation } = splitGroups(groups, config.validationShare, config.seed)
  if (trained.length === 0) throw noGroups(counts)
  if (config.start !== null) {
    const bytes = readInputBytes(config.start, 'the checkpoint')
    datasets['start'] = { path: config.start, fingerprint: fingerprint(bytes), rows: 1 }
  }
  const isFresh = config.stages.includes('grpo') && config.grpo.groups === 'fresh'
  const sampled = judged.filter((group) => !isHeldOut(group, config.validationShare, config.seed))
  const fresh =
    isFresh && config.collection !== null
      ? {
          queries: sampled,
          settings: collectionSettings(config.collection),
          profileHash: files[0]?.profileHash ?? null,
        }
      : null
  return { config, tables, train: trained, validation, counts, datasets, checkpoint, fresh }
}

function newSelector(config: TrainingConfig, inputWidth: number, rows: number, maxShots: number): SelectorCheckpoint {
  const architecture = configuredArchitecture(config, { inputWidth, rows, maxShots })
  return { architecture, tensors: initialParameters(architecture, config.seed) }
}

function refuseMixedProfiles(files: readonly { readonly path: string; readonly profileHash: string | null }[]): void {
  const [first, ...others] = files
  const other = others.find(({ profileHash }) => profileHash !== first?.profileHash)
  if (first === undefined || other === undefined) return
  throw new BatonError(`${first.path} and ${other.path} were judged under different evaluation profiles.`, {
    boundary: 'dataset',
    code: 'mixed-profiles',
    hint: 'Train on files of one profile; collect the others again under it.',
  })
}

function noGroups(counts: GroupCounts): BatonError {
  return new BatonError(
    `no group of sequences is left to learn from (${counts.failed} answers failed, ${counts.fallback} by the fallback, ${counts.tooSmall} groups too small, ${counts.noSignal} whose rewards do not differ).`,
    {
      boundary: 'dataset',
      code: 'no-groups',
      hint: 'Set groups.noSignal=keep or groups.skipFallback=false, or collect more sequences for each query.',
    },
  )
}

function collectionSettings(folder: string): CollectionSettings {
  const path = join(folder, 'config.yaml')
  if (!existsSync(path)) {
    throw new BatonError(`${folder} is no run: it has no config.yaml.`, {
      boundary: 'config',
      code: 'input-file',
      hint: 'Give the run folder that npx baton demos collect printed.',
    })
  }
  return checkSettings(parse(String(readInputBytes(path, 'the collection'))))
}

/** Two lines for the user. */
export function dataLine({ config, train: groups, validation, counts }: PreparedTraining): string {
  const words = demosWords()
  const left = (['failed', 'fallback', 'repeated', 'tooSmall', 'noSignal'] as const).flatMap((kind) =>
    counts[kind] > 0 ? [words.leftOutCount(grouped(counts[kind]), words.leftOut[kind])] : [],
  )
  const whole = counts.groups + counts.noSignal
  const files = config.data.map((path) => basename(path)).join(', ')
  const share = shareText(Math.round(counts.informativeGroupRate * whole), whole)
  const sizes = [groups.length, validation.length, counts.sequences].map(grouped) as [string, string, string]
  return [
    labelled(commonWords().labels.data, words.data(files, ...sizes)),
    labelled('', words.spread(share, left)),
  ].join('\n')
}

export function readInputBytes(path: string, what: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new BatonError(`${what} cannot be read: ${reason}.`, {
      boundary: 'config',
      code: 'input-file',
      hint: 'Give the path of a file that exists.',
      cause,
    })
  }
}
