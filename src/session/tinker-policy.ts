/**
 * A model on a training server as the policy: its tokenizer and chat template from a local folder, the server's profile
 * (probed, named or from the run), the key from the environment, and what the server says while it waits.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/index.ts'
import type { RunEvent } from '../core/run-events.ts'
import { openChatTokenizer, type TemplateMessage } from '../engines/chat/index.ts'
import { createTinkerEngine, listModels, type Notice, type PolicyEngine, type ServerProfile } from '../engines/index.ts'
import type { ChatMessage } from '../llm/index.ts'
import { writeWhole } from '../runs/index.ts'
import type { Environment } from '../training/index.ts'
import { loadProfile, readServerProfile } from './doctor/load-profile.ts'

export interface TinkerPolicyOptions {
  readonly config: Config
  /** With `tokenizer.json`; of the model that the server trains. */
  readonly modelFolder: string
  /** Where the profile is kept; absent: nowhere. */
  readonly runFolder?: string | undefined
  readonly environment: NodeJS.ProcessEnv
  readonly notify: (notice: Notice) => void
}

const profileFile = 'server-profile.json'

export async function openTinkerPolicy(options: TinkerPolicyOptions): Promise<PolicyEngine> {
  const { config, modelFolder, notify } = options
  const { tinker } = config.policy
  const chat = openChatTokenizer(modelFolder)
  const apiKey = tinker.apiKeyEnvironment === null ? undefined : options.environment[tinker.apiKeyEnvironment]
  const server = { baseUrl: tinker.baseUrl, apiKey }
  const { models } = await listModels(server)
  const listed = models.find(({ name }) => name === tinker.baseModel)
  const profile = await profileOf(options, apiKey)
  for (const warning of remarksOn(profile, config)) notify({ kind: 'warning', message: warning })
  return createTinkerEngine({
    ...server,
    profile,
    baseModel: tinker.baseModel,
    tokenizer: chat.tokenizer,
    stopTokens: chat.stopTokenIds,
    contextLength: listed?.contextLength ?? tinker.contextLength,
    loraRank: tinker.loraRank,
    seed: config.seed,
    choice: { losses: tinker.losses, kl: tinker.kl },
    samplesInFlight: tinker.samplesInFlight,
    saveEvery: tinker.saveEvery,
    timeouts: { deadlineMs: tinker.deadlineMs, outageMs: tinker.outageMs },
    notify,
  })
}

/** A run that is resumed keeps the profile that it was begun with. */
async function profileOf(
  { config, runFolder, notify }: TinkerPolicyOptions,
  apiKey: string | undefined,
): Promise<ServerProfile> {
  const { tinker } = config.policy
  const path = runFolder === undefined ? null : join(runFolder, profileFile)
  if (path !== null && existsSync(path)) return readServerProfile(path)
  const { profile, findings } = await loadProfile(tinker.profile, {
    baseUrl: tinker.baseUrl,
    apiKey,
    baseModel: tinker.baseModel,
    loraRank: tinker.loraRank,
    timeouts: { deadlineMs: tinker.deadlineMs, outageMs: tinker.outageMs },
    notify,
    onProbe: (name, done, total) =>
      notify({ kind: 'note', message: `probing ${tinker.baseUrl}: ${name} (${done + 1}/${total})` }),
  })
  for (const { name, verdict, detail } of findings) {
    if (verdict !== 'passed') notify({ kind: 'warning', message: `${name}: ${detail}` })
  }
  if (path !== null) writeWhole(path, `${JSON.stringify(profile, null, 2)}\n`)
  return profile
}

/** What the configuration asks for and the server will not do. */
function remarksOn(profile: ServerProfile, { training: { adam, loss }, policy }: Config): string[] {
  const asked: readonly (readonly [setting: ServerProfile['adamHonoured'][number], isAsked: boolean, key: string])[] = [
    ['beta1', true, 'training.adam.beta1'],
    ['beta2', true, 'training.adam.beta2'],
    ['eps', true, 'training.adam.epsilon'],
    ['weight_decay', true, 'training.adam.weightDecay'],
    ['grad_clip_norm', Number.isFinite(adam.maxGradNorm), 'training.adam.maxGradNorm'],
  ]
  const ignored = asked.filter(([setting, isAsked]) => isAsked && !profile.adamHonoured.includes(setting))
  const remarks: string[] = []
  if (ignored.length > 0) {
    const keys = ignored.map(([, , key]) => key).join(', ')
    remarks.push(`${profile.server} does not read ${keys}: set them on the server.`)
  }
  if (loss.klCoefficient > 0 && !profile.hasBaseSampling && profile.snapshots === 'latest-only') {
    remarks.push(
      `${profile.server} can give no log-probs of the reference: training.loss.klCoefficient will stop the run.`,
    )
  }
  if (!profile.hasSeeds) remarks.push(`${profile.server} keeps no seeds: the run cannot be repeated exactly.`)
  if (policy.temperature !== 1 && policy.engine === 'tinker') {
    remarks.push(
      'policy.temperature is not 1: log-probs are recomputed before each update, which costs a forward pass.',
    )
  }
  return remarks
}

/** The environment whose prompt is its conversation in the model's own chat format, where it has one. */
export function askInChatFormat(environment: Environment, { policy }: Config, modelFolder: string): Environment {
  const { conversation } = environment
  if (conversation === undefined || (environment.name === 'workflows' && policy.promptStyle !== 'full')) {
    return environment
  }
  const chat = openChatTokenizer(modelFolder)
  if (chat.template === null) return environment
  return {
    ...environment,
    // Of a prompt that is too long, the end with the problem stays.
    prompt: (problem) => chat.promptTokens(conversation(problem).map(asText)).slice(-policy.promptMaxTokens),
  }
}

function asText({ role, content }: ChatMessage): TemplateMessage {
  if (typeof content !== 'string') throw new Error('a prompt of the policy holds images, which its chat format cannot')
  return { role, content }
}

/** What a training server says, as an event of the run. */
export function noticeEvent(notice: Notice): RunEvent {
  if (notice.kind !== 'queue') return { kind: 'notice', level: notice.kind, message: notice.message }
  const { kind: _, ...waiting } = notice
  return { kind: 'waiting', ...waiting }
}
