/** `baton imitate`: `baton train` with the preset for imitation alone, and options for what is imitated. */
import { BatonError } from '../core/failure.ts'
import { trainCommand } from './train-command.ts'

export interface ImitateOptions {
  readonly from: readonly string[]
  readonly perProblem?: string
  readonly leastReward?: string
  readonly steps?: string
  readonly model?: string
  readonly config?: string
  readonly set: readonly string[]
  readonly resume?: string
  readonly skipBadRows?: boolean
  readonly force?: boolean
  readonly dryRun?: boolean
  readonly printConfig?: boolean
}

export async function imitateCommand(options: ImitateOptions): Promise<void> {
  const { from, perProblem, leastReward, steps, model, set, resume, ...others } = options
  const given = settingsOf({ from, perProblem, leastReward, steps, model })
  if (resume !== undefined && given.length > 0) {
    throw new BatonError('--resume takes what is imitated from the run.', {
      boundary: 'config',
      code: 'resume-config',
      hint: 'Leave the other options out, or start a new run. Single keys can be changed with --set.',
    })
  }
  await trainCommand({
    ...others,
    ...(resume === undefined ? { preset: 'imitate' } : { resume }),
    set: [...given, ...set],
  })
}

type Settings = { readonly from: readonly string[] } & Readonly<
  Record<'perProblem' | 'leastReward' | 'steps' | 'model', string | undefined>
>

/** The options as `key=value`. */
function settingsOf({ from, perProblem, leastReward, steps, model }: Settings): string[] {
  const setting = (key: string, value: string | undefined): string[] => (value === undefined ? [] : [`${key}=${value}`])
  return [
    ...(from.length === 0 ? [] : [`training.imitation.from=${JSON.stringify(from)}`]),
    ...setting('training.imitation.perProblem', perProblem),
    ...setting('training.imitation.leastReward', leastReward),
    ...setting('training.imitation.steps', steps),
    ...setting('policy.model', model === undefined ? undefined : JSON.stringify(model)),
  ]
}
