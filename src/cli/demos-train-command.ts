/** `baton demos train`: `baton train` with the preset for demonstrations, and options for its files. */
import { assertInput } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import { assertRunKind } from '../runs/index.ts'
import { trainCommand } from './train-command.ts'

export interface DemosTrainOptions {
  readonly data: readonly string[]
  readonly collection?: string
  readonly embeddings?: string
  readonly queryEmbeddings?: string
  readonly start?: string
  readonly shots?: string
  readonly config?: string
  readonly set: readonly string[]
  readonly resume?: string
  readonly acceptLowSignal?: boolean
  readonly force?: boolean
  readonly dryRun?: boolean
  readonly printConfig?: boolean
}

export async function demosTrainCommand(options: DemosTrainOptions): Promise<void> {
  const { resume, config, acceptLowSignal, force, dryRun, printConfig } = options
  const given = settingsOf(options)
  if (resume !== undefined && given.length > 0) {
    throw new BatonError('--resume takes its files from the run.', {
      boundary: 'config',
      code: 'resume-config',
      hint: 'Leave the other options out, or start a new run. Single keys can be changed with --set.',
    })
  }
  await trainCommand({
    ...(resume === undefined ? { preset: 'demonstrations' } : { resume }),
    ...(config === undefined ? {} : { config }),
    ...(acceptLowSignal === undefined ? {} : { acceptLowSignal }),
    ...(force === undefined ? {} : { force }),
    ...(dryRun === undefined ? {} : { dryRun }),
    ...(printConfig === undefined ? {} : { printConfig }),
    set: [...given, ...options.set],
    command: 'demos train',
  })
}

/** The options as `key=value`. */
function settingsOf({ data, collection, embeddings, queryEmbeddings, start, shots }: DemosTrainOptions): string[] {
  if (collection !== undefined) assertRunKind(collection, 'collection')
  for (const path of data) assertInput('--data', path)
  const files = { '--embeddings': embeddings, '--query-embeddings': queryEmbeddings, '--start': start }
  for (const [option, path] of Object.entries(files)) if (path !== undefined) assertInput(option, path)
  const setting = (key: string, value: string | readonly string[] | undefined): string[] =>
    value === undefined ? [] : [`${key}=${JSON.stringify(value)}`]
  return [
    ...setting('demonstrations.collection', collection),
    ...setting('demonstrations.sequences', data.length === 0 ? undefined : data),
    ...setting('demonstrations.embeddings', embeddings),
    ...setting('demonstrations.queryEmbeddings', queryEmbeddings),
    ...setting('policy.pointer.start', start),
    ...(shots === undefined ? [] : [`policy.maxCompletionTokens=${shots}`]),
    // Without a collection there is no one to ask about new sequences.
    ...(data.length > 0 && collection === undefined ? ['training.rollouts=collected'] : []),
  ]
}
