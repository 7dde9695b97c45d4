/** Where the files of the configured policy lie: a folder, or, for a model on a training server, its files from the hub. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, relative } from 'node:path'
import { type Config, findInput, locateInput } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import { readRun, runKindOf } from '../runs/index.ts'

/**
 * @returns the folder; '' for a policy without files of its own (`frozen`).
 * @throws BatonError when there is no such folder, when it is a run's, or the hub does not give the files.
 */
export async function policyFolder({ policy }: Config, environment: NodeJS.ProcessEnv): Promise<string> {
  if (policy.engine === 'frozen') return ''
  const { model } = policy
  if (policy.engine === 'tinker' && findInput(model) === undefined) {
    const { downloadTokenizer, isHubName } = await import('../engines/chat/index.ts')
    if (isHubName(model)) {
      const cache = environment.XDG_CACHE_HOME ?? join(homedir(), '.cache')
      // The weights are the server's: tokenizer and chat template are all that is needed here.
      return downloadTokenizer({
        model,
        environment,
        folder: join(cache, 'baton', 'tokenizers', ...model.split('/')),
        ...(environment.HF_ENDPOINT === undefined ? {} : { endpoint: environment.HF_ENDPOINT }),
        ...(environment.HF_TOKEN === undefined ? {} : { token: environment.HF_TOKEN }),
      })
    }
  }
  const folder = locateInput('policy.model', model)
  const run = policy.engine === 'embedded' ? newestCheckpoint(folder) : null
  if (run === null) return folder
  throw new BatonError(`policy.model is ${model}, which is a run, not the folder of a policy.`, {
    boundary: 'config',
    code: 'model-is-run',
    hint:
      run.checkpoint === null
        ? 'The run has no whole checkpoint; take another.'
        : `Its newest policy: --set policy.model=${join(model, relative(folder, run.checkpoint))}`,
  })
}

/** null where the folder is no run. */
function newestCheckpoint(folder: string): { readonly checkpoint: string | null } | null {
  if (existsSync(join(folder, 'config.json')) || runKindOf(folder) === null) return null
  const run = readRun(folder)
  try {
    return { checkpoint: run.checkpoints.latest()?.folder ?? null }
  } finally {
    run.close()
  }
}
