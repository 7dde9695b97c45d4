/** Where a policy lives, by `policy.engine`: its files, its engine, and how it is asked. */
import type { Config } from '../config/index.ts'
import type { CallCache, RolloutRecord } from '../core/records.ts'
import type { RunEvent } from '../core/run-events.ts'
import type { DemonstrationData } from '../demonstrations/environment/index.ts'
import { createEmbeddedEngine, type Notice, type PolicyEngine } from '../engines/index.ts'
import type { Environment, OwnEnvironment } from '../training/index.ts'
import { grammarsOf, heldToGrammar, requireRoom } from './constrained.ts'
import { askByConversation, openFrozenEngine, readExperience } from './frozen-policy.ts'
import { openLoraPolicy } from './lora-policy.ts'
import type { Probing } from './model-servers.ts'
import { modelFolderOf, tokenizerFolderOf } from './policy-folder.ts'
import { askInChatFormat, noticeEvent, openTinkerPolicy } from './tinker-policy.ts'

export interface SessionOptions {
  /** Where a training server's profile is kept. */
  readonly runFolder?: string
  /** Takes what a training server says; absent: warnings go to standard error. */
  readonly onEvent?: (event: RunEvent) => void
  readonly probing?: Probing
  /** Given by the program that trains; absent: the configuration names it. */
  readonly ownEnvironment?: OwnEnvironment
  /** What a selector of demonstrations is trained on. */
  readonly demonstrations?: DemonstrationData
}

export interface PolicyContext {
  readonly config: Config
  readonly modelFolder: string
  readonly cache: CallCache | undefined
  readonly signal: AbortSignal
  readonly options: SessionOptions
}

export interface OpenedPolicy {
  readonly engine: PolicyEngine
  /** The environment with the prompts that this policy is asked with; absent: its own. */
  ask?(environment: Environment): Environment
  /** Workflows of an earlier run that the policy is shown. */
  readonly examples?: readonly RolloutRecord[]
  /** The trained policy as files of the run folder, by name. */
  artifacts?(): Promise<ReadonlyMap<string, Uint8Array>>
}

interface PolicyKind {
  /** In this process: opening it asks no server. */
  readonly isLocal: boolean
  /** @returns the folder of its files; '' for a policy without files of its own. */
  folder(config: Config, variables: NodeJS.ProcessEnv): Promise<string>
  open(context: PolicyContext): Promise<OpenedPolicy>
}

const policyKinds: Readonly<Record<Config['policy']['engine'], PolicyKind>> = {
  embedded: {
    isLocal: true,
    folder: modelFolderOf,
    open: async ({ config, modelFolder }) => {
      const { lora, threads } = config.policy
      const grammars = grammarsOf(config)
      const held = grammars === null ? {} : { grammars }
      const engine =
        lora.rank > 0
          ? await openLoraPolicy(config, modelFolder, held)
          : await createEmbeddedEngine({ modelFolder, threads, ...held })
      try {
        requireRoom(config, engine)
      } catch (error) {
        await engine.close()
        throw error
      }
      return { engine, ask: (environment) => heldToGrammar(askInChatFormat(environment, config, modelFolder), config) }
    },
  },
  tinker: {
    isLocal: false,
    folder: tokenizerFolderOf,
    open: async ({ config, modelFolder, options }) => {
      const { runFolder, onEvent = writeNotice } = options
      const notify = (notice: Notice): void => onEvent(noticeEvent(notice))
      return {
        engine: await openTinkerPolicy({ config, modelFolder, runFolder, environment: process.env, notify }),
        ask: (environment) => askInChatFormat(environment, config, modelFolder),
      }
    },
  },
  frozen: {
    isLocal: false,
    folder: async () => '',
    open: async ({ config, cache, signal, options }) => {
      const { run, perType } = config.policy.frozen.examples
      const examples = run === null ? [] : readExperience(run, perType)
      return {
        engine: await openFrozenEngine(config, cache, { environment: process.env, signal, probing: options.probing }),
        ask: (environment) => heldToGrammar(askByConversation(environment, examples), config),
        examples,
      }
    },
  },
  pointer: {
    isLocal: true,
    folder: async () => '',
    open: async ({ config, options: { demonstrations } }) => {
      if (demonstrations === undefined) throw new Error('a selector needs the demonstrations that it chooses from')
      const { createPointerEngine, encodeSelector, selectorFile } = await import('../engines/pointer/index.ts')
      const { threads, pointer } = config.policy
      const { checkpoint, tables } = demonstrations
      const engine = await createPointerEngine({
        checkpoint,
        tables,
        threads: Math.max(1, threads),
        freeze: pointer.freeze,
      })
      const bytes = async (): Promise<Uint8Array> =>
        encodeSelector({ architecture: engine.architecture, tensors: await engine.tensors() })
      return { engine, artifacts: async () => new Map([[selectorFile, await bytes()]]) }
    },
  },
}

/**
 * Where the files of the configured policy are.
 * @throws BatonError when there is no such folder, when it is a run's, or the hub does not give the files.
 */
export function policyFolder(config: Config, variables: NodeJS.ProcessEnv): Promise<string> {
  return policyKinds[config.policy.engine].folder(config, variables)
}

/** Opens a policy of this process and closes it again: what a dry run can know of it. */
export async function checkLocalPolicy(context: PolicyContext): Promise<void> {
  if (!policyKinds[context.config.policy.engine].isLocal) return
  await (await openPolicy(context)).engine.close()
}

export function openPolicy(context: PolicyContext): Promise<OpenedPolicy> {
  return policyKinds[context.config.policy.engine].open(context)
}

function writeNotice(event: RunEvent): void {
  if (event.kind === 'notice') process.stderr.write(`${event.level}: ${event.message}\n`)
}
