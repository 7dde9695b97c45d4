/** Where the files of the configured policy are: a folder or, for a model on a training server, files from the hub. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, relative } from 'node:path'
import { type Config, findInput, locateInput } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import { readRun, runKindOf } from '../runs/index.ts'

/** Folder of a model's weights and tokenizer. @throws BatonError when there is none, or it is a run's. */
export async function modelFolderOf({ policy: { model } }: Config): Promise<string> {
  const folder = locateInput('policy.model', model)
  const run = newestCheckpoint(folder)
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

/** Folder of the tokenizer and the chat template of a model whose weights are a server's; a name on the hub fetches them. */
export async function tokenizerFolderOf({ policy: { model } }: Config, variables: NodeJS.ProcessEnv): Promise<string> {
  if (findInput(model) === undefined) {
    const { downloadTokenizer, isHubName } = await import('../models/index.ts')
    if (isHubName(model)) {
      const cache = variables.XDG_CACHE_HOME ?? join(homedir(), '.cache')
      return downloadTokenizer({
        model,
        environment: variables,
        folder: join(cache, 'baton', 'tokenizers', ...model.split('/')),
        ...(variables.HF_ENDPOINT === undefined ? {} : { endpoint: variables.HF_ENDPOINT }),
        ...(variables.HF_TOKEN === undefined ? {} : { token: variables.HF_TOKEN }),
      })
    }
  }
  return locateInput('policy.model', model)
}

/** The newest whole checkpoint of a run; any other folder or file as it is. @throws BatonError for a run without one. */
export function newestPolicyIn(path: string): string {
  const run = newestCheckpoint(path)
  if (run === null) return path
  if (run.checkpoint !== null) return run.checkpoint
  throw new BatonError(`${path} is a run without a whole checkpoint.`, {
    boundary: 'config',
    code: 'no-checkpoint',
    hint: 'Train it for longer, or give another run.',
  })
}

/** null where the folder is not a run. */
function newestCheckpoint(folder: string): { readonly checkpoint: string | null } | null {
  if (existsSync(join(folder, 'config.json')) || runKindOf(folder) === null) return null
  const run = readRun(folder)
  try {
    return { checkpoint: run.checkpoints.latest()?.folder ?? null }
  } finally {
    run.close()
  }
}
