/** A policy on a training server that speaks the Tinker protocol. Read when `policy.engine` is `tinker`. */
import { z } from 'zod'
import { trainingServerAddress, variableName } from '../kinds.ts'

export const tinkerSection = z
  .strictObject({
    baseUrl: trainingServerAddress()
      .default('http://127.0.0.1:10610')
      .describe(
        'Address of the training server, without `/api/v1`: `baton serve`, SkyRL, TuFT, or the hosted service.',
      ),
    apiKeyEnvironment: variableName()
      .nullable()
      .default(null)
      .describe('Environment variable that holds the key (sent as `X-API-Key`, never logged); null sends none.'),
    baseModel: z
      .string()
      .default('')
      .describe(
        "The model that is trained, by the server's name, e.g. `Qwen/Qwen2.5-7B-Instruct`. `policy.model` is then a folder with its `tokenizer.json`; the server needs no files from here.",
      ),
    profile: z
      .string()
      .min(1)
      .default('probe')
      .describe(
        'What this server does differently: `baton`, `skyrl`, `skyrl-jax`, `tuft`, `hosted`, a file that `baton doctor --engine tinker` wrote, or `probe`, which measures it on a throw-away model before the run begins. The run keeps it as `server-profile.json`.',
      ),
    loraRank: z
      .int()
      .min(0)
      .max(1024)
      .default(32)
      .describe(
        'Rank of the LoRA matrices; 0 trains every weight where the server can. Servers have a largest rank (TuFT: 16).',
      ),
    losses: z
      .enum(['auto', 'built-in', 'custom'])
      .default('auto')
      .describe(
        '`built-in`: the loss of the server, with all normalisation in the advantages. `custom`: forward there, gradient here, and one weighted pass; any loss, about half as much computation again. `auto`: the first where it is the same.',
      ),
    kl: z
      .enum(['loss', 'advantage'])
      .default('loss')
      .describe(
        'Where the KL term of `training.loss.klCoefficient` goes: into the loss (needs `custom`) or into the advantages of the tokens, centred within a completion.',
      ),
    contextLength: z
      .int()
      .min(16)
      .max(1048576)
      .default(32768)
      .describe('Longest prompt plus completion, in tokens, where the server does not tell.'),
    samplesInFlight: z.int().min(1).max(2000).default(512).describe('Sample requests that wait at the server at once.'),
    saveEvery: z
      .int()
      .min(1)
      .max(1000)
      .default(10)
      .describe(
        'Steps after which the state is saved on the server: what a restart of it costs at most. Checkpoints of the run save too.',
      ),
    deadlineMs: z
      .int()
      .min(1000)
      .max(86_400_000)
      .default(3_600_000)
      .describe('Longest wait for one operation; meanwhile the queue state and its reason are shown.'),
    outageMs: z
      .int()
      .min(1000)
      .max(86_400_000)
      .default(300_000)
      .describe('Longest time without a proper answer before the run stops, to be resumed.'),
  })
  .prefault({})
  .describe('The training server of `policy.engine: tinker` (docs/tinker.md).')
