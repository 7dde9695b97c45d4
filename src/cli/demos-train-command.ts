/** `baton demos train`: judged sequences and embeddings in, a selector out, in a run folder that can be resumed. */

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { assertInput } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import { grouped } from '../core/grouped.ts'
import type { JsonObject } from '../core/json.ts'
import { openSelector } from '../engines/pointer/index.ts'
import {
  configuredStages,
  featuresOf,
  openCollectionJudge,
  resolveTrainingConfig,
  settingLayer,
  type TrainingConfig,
  trainInRun,
} from '../demonstrations/training/index.ts'
import {
  assertRunKind,
  checkDatasets,
  createRun,
  openRun,
  type RunStore,
  withEnding,
  withoutSecrets,
} from '../runs/index.ts'
import { createDemosProgress } from './demos-progress.ts'
import { dataLine, type PreparedTraining, prepareTraining, readInputBytes } from './demos-train-inputs.ts'
import { exitWith, isOutageError, withResume } from './errors.ts'
import { shellWord } from './format.ts'
import { watchInterrupts } from './interrupt.ts'
import { writeVerbatim } from './terminal-wrap.ts'
import { labelled } from './text-width.ts'
import { commonWords } from './words/common.ts'
import { demosWords } from './words/demos.ts'

export interface DemosTrainOptions {
  readonly data: readonly string[]
  readonly collection?: string
  readonly fresh?: boolean
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

export async function demosTrainCommand(options: DemosTrainOptions): Promise<void> {
  const config = readConfig(options)
  const prepared = prepareTraining(config)
  if (options.dryRun === true) {
    writeVerbatim(stringify(config))
    process.stderr.write(`${dataLine(prepared)}\n${commonWords().nothingTrained}\n`)
    return
  }
  const store =
    options.resume === undefined ? newRun(prepared) : resumedRun(options.resume, prepared, options.force === true)
  const interruption = watchInterrupts((line) => process.stderr.write(`\n${line}\n`))
  const goOn = commonWords().goOnWith(`npx baton demos train --resume ${shellWord(store.folder)}`)
  try {
    const isComplete = await withEnding(
      store,
      () => interruption.signal.aborted,
      () => train(prepared, store, interruption),
    )
    if (isComplete) {
      process.stdout.write(`${labelled(commonWords().labels.selector, join(store.folder, 'selector.safetensors'))}\n`)
      return
    }
    process.stdout.write(`${commonWords().stopped(goOn)}\n`)
    exitWith(130)
  } catch (error) {
    if (interruption.signal.aborted) {
      process.stderr.write(`${commonWords().stopped(goOn)}\n`)
      exitWith(130)
      return
    }
    throw isOutageError(error) ? withResume(error, `npx baton demos train --resume ${shellWord(store.folder)}`) : error
  } finally {
    store.close()
    interruption.dispose()
  }
}

async function train(
  prepared: PreparedTraining,
  store: RunStore,
  interruption: ReturnType<typeof watchInterrupts>,
): Promise<boolean> {
  const { config, tables, train: groups, validation, counts, checkpoint, fresh } = prepared
  const { architecture } = checkpoint
  const { labels, run } = commonWords()
  const progress = createDemosProgress(process.stdout, configuredStages(config))
  const judge =
    fresh === null
      ? null
      : await openCollectionJudge({
          ...fresh,
          tables,
          cache: store.calls,
          environment: process.env,
          onProgress: progress.judged,
        })
  const selector = await openSelector({ ...checkpoint, features: featuresOf(tables), threads: config.threads })
  try {
    const lines = [
      dataLine(prepared),
      labelled(labels.selector, demosWords().selector(architecture.kind, grouped(selector.parameterCount))),
      labelled(labels.run, run(store.folder, config.seed)),
    ]
    process.stdout.write(`${lines.join('\n')}\n\n`)
    store.event({ kind: 'groups', counts: { ...counts, train: groups.length, validation: validation.length } })
    const { reward, hardWeight, softWeight, relevanceWeight, skipFallback } = config.groups
    const outcome = await trainInRun({
      store,
      selector,
      stages: configuredStages(config),
      seed: config.seed,
      groups,
      ...(fresh === null || judge === null
        ? {}
        : {
            fresh: {
              queries: fresh.queries,
              judge: judge.judge,
              reward: { mode: reward, hardWeight, softWeight, relevanceWeight },
              skipFallback,
            },
          }),
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
    await judge?.close()
  }
}

function readConfig(options: DemosTrainOptions): TrainingConfig {
  const given: Record<string, JsonObject[string]> = {}
  if (options.data.length > 0) given['data'] = options.data
  if (options.collection !== undefined) given['collection'] = options.collection
  if (options.fresh === true) given['grpo'] = { groups: 'fresh' }
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
  for (const path of options.data) assertInput('--data', path)
  const { embeddings, queryEmbeddings, start } = options
  const files = { '--embeddings': embeddings, '--query-embeddings': queryEmbeddings, '--start': start }
  for (const [option, path] of Object.entries(files)) if (path !== undefined) assertInput(option, path)
  if (options.collection !== undefined) assertRunKind(options.collection, 'collection')
  if (options.resume !== undefined) assertRunKind(options.resume, 'demonstrations-training')
  const file = options.resume === undefined ? options.config : join(options.resume, 'config.yaml')
  const fromFile = file === undefined ? [] : [readLayer(file)]
  return resolveTrainingConfig([...fromFile, given, ...options.set.map(settingLayer)])
}

function readLayer(path: string): JsonObject {
  let value: unknown
  try {
    value = parse(String(readInputBytes(path, 'the configuration')))
  } catch (error) {
    if (error instanceof BatonError) throw error
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw new BatonError(`${path} is not YAML: ${reason}`, { boundary: 'config', code: 'yaml', hint: 'Fix the file.' })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw new BatonError(`${path} is no mapping of keys.`, {
    boundary: 'config',
    code: 'yaml',
    hint: 'Write key: value lines.',
  })
}

function newRun({ config, datasets }: PreparedTraining): RunStore {
  const resolvedYaml = stringify(config)
  return createRun({
    root: config.run.folder,
    name: config.run.name,
    prefix: 'demos-train',
    kind: 'demonstrations-training',
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

function resumedRun(folder: string, { config, datasets }: PreparedTraining, isForced: boolean): RunStore {
  const store = openRun(folder, { keepCheckpoints: config.run.keepCheckpoints })
  try {
    const changed = checkDatasets(store.manifest.datasets, datasets, isForced)
    if (changed.length > 0) store.event({ kind: 'dataset-changed', datasets: changed })
    return store
  } catch (error) {
    store.close()
    throw error
  }
}
