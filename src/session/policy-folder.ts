/** Where the files of the configured policy lie: a folder, or, for a model on a training server, its files from the hub. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Config, findInput, locateInput } from '../config/index.ts'

/**
 * @returns the folder; '' for a policy without files of its own (`frozen`).
 * @throws BatonError when there is no such folder, or the hub does not give the files.
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
        folder: join(cache, 'baton', 'tokenizers', ...model.split('/')),
        ...(environment.HF_ENDPOINT === undefined ? {} : { endpoint: environment.HF_ENDPOINT }),
        ...(environment.HF_TOKEN === undefined ? {} : { token: environment.HF_TOKEN }),
      })
    }
  }
  return locateInput('policy.model', model)
}
