/** A policy that is not trained: a language model behind an API. Read when `policy.engine` is `frozen`. */
import { z } from 'zod'
import { authorityFile, modelServerAddress, path, variableName } from '../kinds.ts'

const price = (what: string) =>
  z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe(
      `Dollars for a million ${what} tokens; null takes the built-in price of the model where one is known; else its cost is unknown.`,
    )

export const frozenSection = z
  .strictObject({
    api: z
      .enum(['openai', 'anthropic'])
      .default('openai')
      .describe('What the server speaks: chat completions, as most do, or the messages API.'),
    baseUrl: modelServerAddress().default('http://127.0.0.1:8002/v1').describe('Address of the server, with `/v1`.'),
    model: z.string().default('').describe('Model name as the server lists it.'),
    apiKeyEnvironment: variableName()
      .nullable()
      .default(null)
      .describe('Name of the environment variable that holds the API key; null sends none. Never the key itself.'),
    caFile: authorityFile(),
    attempts: z.int().min(1).max(100).default(4).describe('Tries of one call, the first included.'),
    attemptTimeoutMs: z.int().min(1).default(120_000).describe('Deadline of one try, in ms.'),
    totalTimeoutMs: z
      .int()
      .min(1)
      .default(600_000)
      .describe('Deadline of one call with all its tries and pauses, in ms.'),
    concurrency: z.int().min(1).max(4096).default(16).describe('Calls in flight at once.'),
    inputPerMillionUsd: price('input'),
    outputPerMillionUsd: price('output'),
    examples: z
      .strictObject({
        run: path()
          .nullable()
          .default(null)
          .describe(
            'Run folder whose training workflows with the highest rewards are shown in the prompt (experience buffer); null shows none.',
          ),
        perType: z.int().min(1).max(50).default(3).describe('Workflows shown for each problem type.'),
      })
      .prefault({})
      .describe('Examples from an earlier run.'),
  })
  .prefault({})
  .describe('The generator of `policy.engine: frozen`: it writes workflows and learns nothing.')
