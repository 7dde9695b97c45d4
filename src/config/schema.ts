/**
 * The configuration's schema: every key with its type, default, range and doc string. The docs, `--help`, the error
 * messages and the saved configuration are all derived from it. Layering and files are in `load.ts`.
 */
import { z } from 'zod'
import { environmentName, path, runName } from './kinds.ts'
import { dataSection } from './sections/data.ts'
import { demonstrationsSection } from './sections/demonstrations.ts'
import { evaluationSection } from './sections/evaluation.ts'
import { judgeSection } from './sections/judge.ts'
import { llmSection } from './sections/llm.ts'
import { policySection } from './sections/policy.ts'
import { rewardsSection } from './sections/rewards.ts'
import { sandboxSection } from './sections/sandbox.ts'
import { trainingSection } from './sections/training.ts'
import { workflowsSection } from './sections/workflows.ts'

const runSection = z
  .strictObject({
    folder: path().default('runs').describe('Folder that holds the runs, each in a folder of its own.'),
    name: runName()
      .nullable()
      .default(null)
      .describe(
        'Name of the run: letters, digits, `.`, `_` and `-`; null makes one. An existing run is never overwritten.',
      ),
  })
  .prefault({})
  .describe('Where the run is kept. Not part of the configuration hash.')

export const configSchema = z.strictObject({
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1)
    .describe('Seeds every random choice. Same configuration, same replies: the same numbers.'),
  run: runSection,
  environment: environmentName()
    .default('workflows')
    .describe(
      'What the policy learns: `workflows`, to write agentic programs; `demonstrations`, to pick what a model is shown with a question; or the path of a module with an environment of your own (`./my-environment.ts`).',
    ),
  policy: policySection,
  workflows: workflowsSection,
  demonstrations: demonstrationsSection,
  llm: llmSection,
  data: dataSection,
  training: trainingSection,
  rewards: rewardsSection,
  judge: judgeSection,
  evaluation: evaluationSection,
  sandbox: sandboxSection,
})

type DeepReadonly<T> = T extends readonly (infer _)[]
  ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T

/** A complete, checked configuration. */
export type Config = DeepReadonly<z.infer<typeof configSchema>>

/** The settings of one server, nothing left to look up elsewhere. */
export type ServerConfig = Config['llm']['executor']

/** The judge's settings with what it takes from the executor filled in. */
export function judgeServer(llm: Config['llm']): ServerConfig {
  const { executor, judge } = llm
  const isSameServer = judge.baseUrl === 'executor'
  const isSameModel = judge.model === 'executor'
  return {
    ...judge,
    baseUrl: isSameServer ? executor.baseUrl : judge.baseUrl,
    model: isSameModel ? executor.model : judge.model,
    caFile: judge.caFile ?? (isSameServer ? executor.caFile : null),
    apiKeyEnvironment:
      judge.apiKeyEnvironment === 'executor'
        ? isSameServer
          ? executor.apiKeyEnvironment
          : null
        : judge.apiKeyEnvironment,
    inputPerMillionUsd: judge.inputPerMillionUsd ?? (isSameModel ? executor.inputPerMillionUsd : null),
    outputPerMillionUsd: judge.outputPerMillionUsd ?? (isSameModel ? executor.outputPerMillionUsd : null),
  }
}
