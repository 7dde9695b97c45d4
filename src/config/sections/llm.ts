/** The language models that are called, not trained: executor, judge, and the offline simulator that can replace both. */
import { z } from 'zod'
import { authorityFile, modelServerAddress, variableName } from '../kinds.ts'

const rate = (doc: string) => z.number().min(0).max(1).default(0).describe(doc)

const price = (what: string) =>
  z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe(
      `Dollars for a million ${what} tokens; null takes the built-in price of the model where one is known; else its cost is unknown.`,
    )

/** Keys that executor and judge share, with the defaults that differ between them. */
function serverShape(defaults: { temperature: number; maxTokens: number }) {
  return {
    temperature: z
      .number()
      .min(0)
      .max(10)
      .default(defaults.temperature)
      .describe('Sampling temperature sent with a call.'),
    topP: z.number().positive().max(1).default(1).describe('Nucleus sampling sent with a call; 1 is off.'),
    maxTokens: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(defaults.maxTokens)
      .describe('Longest answer, reasoning included.'),
    reasoningEffort: z
      .enum(['minimal', 'low', 'medium', 'high'])
      .nullable()
      .default(null)
      .describe(
        'Sent as `reasoning_effort`; null sends nothing. `low` helps where a reasoning model runs out of tokens and answers nothing.',
      ),
    attempts: z
      .int()
      .min(1)
      .max(100)
      .default(4)
      .describe(
        'Tries of one call, the first included, before it has failed. Empty answers are asked again with another seed.',
      ),
    attemptTimeoutMs: z
      .int()
      .min(1)
      .default(120_000)
      .describe('Deadline of one try, in ms, queueing at the server included.'),
    totalTimeoutMs: z
      .int()
      .min(1)
      .default(600_000)
      .describe('Deadline of one call with all its tries and pauses, in ms.'),
    inputPerMillionUsd: price('input'),
    outputPerMillionUsd: price('output'),
  }
}

const executorSection = z
  .strictObject({
    baseUrl: modelServerAddress('simulator')
      .default('simulator')
      .describe('OpenAI-compatible server, with `/v1`, or `simulator`, which answers the shipped problems offline.'),
    model: z
      .string()
      .min(1)
      .default('simulator')
      .describe('Model name as the server lists it. To be set when `baseUrl` is a real server.'),
    apiKeyEnvironment: variableName()
      .nullable()
      .default(null)
      .describe('Name of the environment variable that holds the API key; null sends none. Never the key itself.'),
    caFile: authorityFile(),
    concurrency: z.int().min(1).max(4096).default(32).describe('Calls in flight at once, at most; fewer after a 429.'),
    ...serverShape({ temperature: 0.7, maxTokens: 2048 }),
  })
  .prefault({})
  .describe('The model that runs the workflows.')

const judgeSection = z
  .strictObject({
    baseUrl: modelServerAddress('executor', 'simulator')
      .default('executor')
      .describe('As for the executor; `executor` takes its server and its API key.'),
    model: z.string().min(1).default('executor').describe('As for the executor; `executor` takes its model.'),
    apiKeyEnvironment: variableName('executor')
      .nullable()
      .default('executor')
      .describe('As for the executor; `executor` takes its variable when the server is the same. Null sends none.'),
    caFile: authorityFile(" The executor's, when the server is the same."),
    concurrency: z.int().min(1).max(4096).default(32).describe('Calls in flight at once, at most; fewer after a 429.'),
    ...serverShape({ temperature: 0, maxTokens: 1024 }),
  })
  .prefault({})
  .describe('The model that says whether an answer is right, where no exact scorer can.')

const simulatorSection = z
  .strictObject({
    skill: z
      .number()
      .min(0)
      .max(10)
      .default(1)
      .describe(
        'How able the simulated model is: 1 is the documented table of skills, 0 solves nothing by itself (tests, votes and the judge still work), above 1 is better.',
      ),
    latencyMs: z.number().min(0).max(600_000).default(0).describe('Pause before each answer, in ms.'),
    faults: z
      .strictObject({
        emptyContent: rate('Share of answers with empty content.'),
        nullContent: rate('Share of answers with content null and only the reasoning filled.'),
        truncated: rate('Share of answers cut off (`finish_reason: length`).'),
        rateLimit: rate('Share of requests refused with 429 and Retry-After.'),
        serverError: rate('Share of requests that fail with 500.'),
        loading: rate('Share of requests refused with 503, as while a model loads.'),
        reset: rate('Share of connections reset in the middle of the body.'),
        garbage: rate('Share of answers whose body is not JSON.'),
        slow: rate('Share of answers that come ten times as late.'),
      })
      .prefault({})
      .describe('Faults that the simulator injects, each a rate in 0..1; their sum is at most 1.'),
  })
  .prefault({})
  .describe('The offline model server. It sees no reference answers, except as judge, where the prompt contains them.')

export const llmSection = z
  .strictObject({ executor: executorSection, judge: judgeSection, simulator: simulatorSection })
  .prefault({})
  .describe('Language models that are called, not trained.')
