/** `baton demos train`: judged sequences and embeddings in, a selector out, in a run folder that can be resumed. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse, stringify } from 'yaml'
import { BatonError } from '../core/failure.ts'
import type { JsonObject } from '../core/json.ts'
import { readSequences } from '../demonstrations/collect/index.ts'
import { readEmbeddings } from '../demonstrations/features/index.ts'
import type { Embeddings } from '../demonstrations/schema.ts'
import {
  initialParameters,
  openSelector,
  readSelector,
  type SelectorCheckpoint,
} from '../demonstrations/selector/index.ts'
import {
  configuredArchitecture,
  configuredStages,
  featuresOf,
  type GroupCounts,
  groupsByRow,
  resolveTrainingConfig,
  settingLayer,
  splitGroups,
  type TrainingConfig,
  type TrainingGroup,
  trainInRun,
  trainingGroups,
} from '../demonstrations/training/index.ts'
import {
  checkDatasets,
  createRun,
  fingerprint,
  openRun,
  type RunManifest,
  type RunStore,
  withoutSecrets,
} from '../runs/index.ts'
import { createDemosProgress } from './demos-progress.ts'
import { exitWith } from './errors.ts'
import { grouped, percent, shellWord } from './format.ts'
import { watchInterrupts } from './interrupt.ts'

export interface DemosTrainOptions {
  readonly data: readonly string[]
  readonly embeddings?: string
  readonly queryEmbeddings?: string
  readonly start?: string
  readonly stages?: string
  readonly config?: string
  readonly set: readonly string[]
  readonly resume?: string
  readonly force?: boolean
  readonly dryRun?: boolean
}

interface Prepared {
  readonly config: TrainingConfig
  readonly features: ReturnType<typeof featuresOf>
  readonly train: readonly TrainingGroup[]
  readonly validation: readonly TrainingGroup[]
  readonly counts: GroupCounts
  readonly datasets: RunManifest['datasets']
  readonly checkpoint: SelectorCheckpoint
}

export async function demosTrainCommand(options: DemosTrainOptions): Promise<void> {
  const config = readConfig(options)
  const prepared = prepare(config)
  if (options.dryRun === true) {
    process.stdout.write(stringify(config))
    process.stderr.write(`${dataLine(prepared)}\nnothing was trained (--dry-run)\n`)
    return
  }
  const store =
    options.resume === undefined ? newRun(prepared) : resumedRun(options.resume, prepared, options.force === true)
  const interruption = watchInterrupts((line) => process.stderr.write(`\n${line}\n`))
  const goOn = `go on with: npx baton demos train --resume ${shellWord(store.folder)}`
  try {
    const outcome = await train(prepared, store, interruption)
    if (outcome) {
      process.stdout.write(`selector   ${join(store.folder, 'selector.safetensors')}\n`)
      return
    }
    process.stdout.write(`stopped; ${goOn}\n`)
    exitWith(130)
  } catch (error) {
    if (interruption.signal.aborted) {
      process.stderr.write(`stopped; ${goOn}\n`)
      exitWith(130)
      return
    }
    throw error
  } finally {
    store.close()
    interruption.dispose()
  }
}

async function train(
  { config, features, train: groups, validation, checkpoint, counts, ...rest }: Prepared,
  store: RunStore,
  interruption: ReturnType<typeof watchInterrupts>,
): Promise<boolean> {
  const selector = await openSelector({ ...checkpoint, features, threads: config.threads })
  try {
    const prepared = { config, features, train: groups, validation, checkpoint, counts, ...rest }
    process.stdout.write(
      `${dataLine(prepared)}\nselector   ${checkpoint.architecture.kind}, ${grouped(selector.parameterCount)} parameters\nrun        ${store.folder}   seed ${config.seed}\n\n`,
    )
    store.event('groups', { ...counts, train: groups.length, validation: validation.length })
    const stages = configuredStages(config)
    const progress = createDemosProgress(process.stdout, stages)
    const outcome = await trainInRun({
      store,
      selector,
      stages,
      seed: config.seed,
      groups,
      validation,
      now: Date.now,
      shouldStop: interruption.isRequested,
      signal: interruption.signal,
      onStep: progress.step,
      onRound: progress.round,
      onResume: progress.resume,
    })
    return outcome.isComplete
  } finally {
    await selector.close()
  }
}

function readConfig(options: DemosTrainOptions): TrainingConfig {
  const given: Record<string, JsonObject[string]> = {}
  if (options.data.length > 0) given['data'] = options.data
  if (options.embeddings !== undefined) given['embeddings'] = options.embeddings
  if (options.queryEmbeddings !== undefined) given['queryEmbeddings'] = options.queryEmbeddings
  if (options.start !== undefined) given['start'] = options.start
  if (options.stages !== undefined) given['stages'] = options.stages.split(',').map((name) => name.trim())
  if (
    options.resume !== undefined &&
    (Object.keys(given).length > 0 || options.config !== undefined || options.set.length > 0)
  ) {
    throw new BatonError('--resume takes everything from the run.', {
      boundary: 'config',
      code: 'resume-config',
      hint: 'Leave the other options out, or start a new run.',
    })
  }
  const file = options.resume === undefined ? options.config : join(options.resume, 'config.yaml')
  const fromFile = file === undefined ? [] : [readLayer(file)]
  return resolveTrainingConfig([...fromFile, given, ...options.set.map(settingLayer)])
}

function readLayer(path: string): JsonObject {
  let value: unknown
  try {
    value = parse(String(readInput(path, 'the configuration')))
  } catch (error) {
    if (error instanceof BatonError) throw error
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw new BatonError(`${path} is not YAML: ${reason}`, { boundary: 'config', code: 'yaml', hint: 'Mend the file.' })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw new BatonError(`${path} is no mapping of keys.`, {
    boundary: 'config',
    code: 'yaml',
    hint: 'Write key: value lines.',
  })
}

function prepare(config: TrainingConfig): Prepared {
  const datasets: Record<string, RunManifest['datasets'][string]> = {}
  const load = (name: string, path: string): Embeddings => {
    const embeddings = readEmbeddings(path, { order: [] })
    datasets[name] = { path, fingerprint: fingerprint(readInput(path, name)), rows: embeddings.ids.length }
    return embeddings
  }
  const candidates = load('embeddings', config.embeddings)
  const queries = config.queryEmbeddings === null ? candidates : load('query embeddings', config.queryEmbeddings)
  const tables = { candidates, queries }
  const files = config.data.map((path, i) => {
    const data = readSequences(path)
    datasets[`data ${i + 1}`] = {
      path,
      fingerprint: fingerprint(readInput(path, 'sequences')),
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
    const bytes = readInput(config.start, 'the checkpoint')
    datasets['start'] = { path: config.start, fingerprint: fingerprint(bytes), rows: 1 }
  }
  return { config, features, train: trained, validation, counts, datasets, checkpoint }
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
    `no group of sequences is left to learn from (${counts.failed} answers failed, ${counts.fallback} by the fallback, ${counts.tooSmall} groups too small, ${counts.noSignal} without signal).`,
    {
      boundary: 'dataset',
      code: 'no-groups',
      hint: 'Set groups.noSignal=keep or groups.skipFallback=false, or collect more sequences for each query.',
    },
  )
}

function newRun({ config, datasets }: Prepared): RunStore {
  const resolvedYaml = stringify(config)
  return createRun({
    root: config.run.folder,
    name: config.run.name,
    prefix: 'demos-train',
    resolvedYaml,
    origin: {
      configHash: createHash('sha256').update(resolvedYaml).digest('hex'),
      seed: config.seed,
      datasets,
      argv: withoutSecrets(process.argv.slice(2)),
    },
    keepCheckpoints: config.run.keepCheckpoints,
  })
}

function resumedRun(folder: string, { config, datasets }: Prepared, isForced: boolean): RunStore {
  const store = openRun(folder, { keepCheckpoints: config.run.keepCheckpoints })
  try {
    const changed = checkDatasets(store.manifest.datasets, datasets, isForced)
    if (changed.length > 0) store.event('dataset-changed', { datasets: changed })
    return store
  } catch (error) {
    store.close()
    throw error
  }
}

function dataLine({ config, train: groups, validation, counts }: Prepared): string {
  const left = [
    [counts.failed, 'failed answers'],
    [counts.fallback, 'judged by the fallback'],
    [counts.repeated, 'repeated'],
    [counts.tooSmall, 'groups too small'],
    [counts.noSignal, 'groups without signal'],
  ] as const
  const out = left.flatMap(([count, what]) => (count > 0 ? [`${grouped(count)} ${what}`] : []))
  return [
    `data       ${config.data.map((path) => basename(path)).join(', ')}: ${grouped(groups.length)} queries to train on, ${grouped(validation.length)} held out, ${grouped(counts.sequences)} sequences`,
    `           ${percent(counts.informativeGroupRate)} of groups carry signal${out.length === 0 ? '' : `; left out: ${out.join(', ')}`}`,
  ].join('\n')
}

function readInput(path: string, what: string): Buffer {
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
