/**
 * Whether the prompts of a run fit the contexts of its servers: what each server says of its context, against the longest
 * prompts that the problems can lead to. By estimate, since no tokenizer of the server's model is at hand.
 */

import { type Config, judgeServer } from '../config/index.ts'
import {
  type ContextQuestion,
  longestReply,
  measuredRate,
  neededTokens,
  type PromptShape,
  type ShapeLength,
  shapeLengths,
  type TokenRate,
} from '../core/context-fit.ts'
import type { HealthFinding } from '../core/health/findings.ts'
import { type Problem, problemText } from '../core/problem.ts'
import type { RolloutRecord } from '../core/records.ts'
import { longerContext, type ProbeAnswer, readServerContext, type ServerContext } from '../llm/index.ts'
import { judgePromptBytes, maxResponseChars, presetComposition } from '../rewards/index.ts'
import { operatorPrompts } from '../workflows/index.ts'
import { conversationWith } from './frozen-policy.ts'
import { serverAccess } from './server-access.ts'

export type Role = 'policy' | 'executor' | 'judge'

export interface Address {
  readonly baseUrl: string
  readonly model: string
  readonly apiKeyEnvironment: string | null
  readonly caFile?: string | null
  readonly api?: 'openai' | 'anthropic'
}

/** Servers that are real, by role; the simulator has no context to fill, and a policy in this process has its own. */
function realServers({ policy, llm, environment }: Config): (readonly [Role, Address])[] {
  if (environment !== 'workflows') return []
  const all: readonly (readonly [Role, Address])[] = [
    ...(policy.engine === 'frozen' ? [['policy', policy.frozen] as const] : []),
    ['executor', llm.executor],
    ['judge', judgeServer(llm)],
  ]
  return all.filter(([, { baseUrl }]) => baseUrl !== 'simulator')
}

/** Roles with the same server and model share what was found out about it. */
export function serverPlace({ baseUrl, model }: { readonly baseUrl: string; readonly model: string }): string {
  return JSON.stringify([baseUrl, model])
}

const sampleChars = 400

/** The beginning of the longest problem: what a server is asked to count. */
export function sampleOf(problems: readonly Problem[]): string {
  let longest = ''
  for (const problem of problems) {
    const text = problemText(problem)
    if (text.length > longest.length) longest = text
  }
  return longest.slice(0, sampleChars).toWellFormed()
}

export interface ContextCheck {
  readonly role: Role
  readonly context: ServerContext
  readonly question: ContextQuestion
  readonly lengths: readonly ShapeLength[]
  /** The setting that bounds the reply. */
  readonly replyKey: string
}

export interface ContextInputs {
  readonly config: Config
  /** All that the run can meet. */
  readonly problems: readonly Problem[]
  /** Workflows that a frozen policy is shown. */
  readonly examples: readonly RolloutRecord[]
  /** By place: what its probe was counted as. */
  readonly probes: ReadonlyMap<string, ProbeAnswer>
  readonly environment: NodeJS.ProcessEnv
  /** Whose servers are not asked. Default none. */
  readonly except?: ReadonlySet<Role>
  /** Of a question to a server. Default 2 s. */
  readonly timeoutMs?: number
}

/** One check for each real server that the run asks. Never rejects but on abort. */
export async function checkContexts(inputs: ContextInputs, signal: AbortSignal): Promise<ContextCheck[]> {
  const contexts = new Map<string, Promise<ServerContext>>()
  const asked = realServers(inputs.config).filter(([role]) => inputs.except?.has(role) !== true)
  const checks = asked.map(async ([role, address]): Promise<ContextCheck | null> => {
    const probe = inputs.probes.get(serverPlace(address))
    const rate = measuredRate(probe?.promptBytes ?? 0, probe?.promptTokens ?? null)
    const question = await questionOf(role, inputs, rate)
    if (question.problemBytes.length === 0) return null
    const place = serverPlace(address)
    const context = contexts.get(place) ?? contextOf(address, inputs, signal)
    contexts.set(place, context)
    const limits = limitsOf(await context)
    const lengths = shapeLengths(question, limits)
    return { role, context: await context, question, lengths, replyKey: replyKeys[role] }
  })
  return (await Promise.all(checks)).filter((check) => check !== null)
}

const replyKeys: Readonly<Record<Role, string>> = {
  policy: 'policy.maxCompletionTokens',
  executor: 'llm.executor.maxTokens',
  judge: 'llm.judge.maxTokens',
}

function contextOf(
  { baseUrl, model, api, ...server }: Address,
  { environment, timeoutMs }: ContextInputs,
  signal: AbortSignal,
): Promise<ServerContext> {
  return readServerContext({ baseUrl, model, dialect: api, timeoutMs, ...serverAccess(server, environment) }, signal)
}

function limitsOf({ tokens, inputTokens }: ServerContext): { tokens: number; inputTokens: number | null } | null {
  return tokens === null ? null : { tokens, inputTokens }
}

async function questionOf(role: Role, inputs: ContextInputs, rate: TokenRate): Promise<ContextQuestion> {
  const { config, problems } = inputs
  const answerTokens = config.llm.executor.maxTokens
  switch (role) {
    case 'executor': {
      const shapes = (await operatorPrompts()).map((shape) => ({
        ...shape,
        earlierTokens: shape.earlierAnswers * answerTokens,
      }))
      const problemBytes = problems.map((problem) => Buffer.byteLength(problemText(problem)))
      return { shapes, problemBytes, replyTokens: answerTokens, rate }
    }
    case 'judge': {
      const answer = Math.min(answerTokens, Math.ceil(maxResponseChars / rate.bytesPerToken))
      const judged = problems.filter((problem) => mayBeJudged(problem, config))
      const problemBytes = judged.map((problem) => judgePromptBytes(problemText(problem), problem.answer))
      return { shapes: [alone('judge', answer)], problemBytes, replyTokens: judgeServer(config.llm).maxTokens, rate }
    }
    case 'policy': {
      const problemBytes = promptBytes(config, problems, inputs.examples)
      return { shapes: [alone('policy', 0)], problemBytes, replyTokens: config.policy.maxCompletionTokens, rate }
    }
    default:
      return role satisfies never
  }
}

const alone = (name: string, earlierTokens: number): PromptShape => ({
  name,
  templateBytes: 0,
  earlierAnswers: 0,
  earlierTokens,
})

/** Hidden tests decide by themselves; all other scorers ask the judge where they are in doubt. */
function mayBeJudged({ type, hiddenTests }: Problem, { rewards }: Config): boolean {
  return presetComposition(rewards).decidedBy === 'judge' || type !== 'code' || (hiddenTests ?? []).length === 0
}

/** The contract is the same for all problems of a type. */
function promptBytes(config: Config, problems: readonly Problem[], examples: readonly RolloutRecord[]): number[] {
  const byType = new Map<string, number>()
  return problems.map((problem) => {
    const known = byType.get(problem.type)
    const own = Buffer.byteLength(problemText(problem))
    if (known !== undefined) return known + own
    const messages = conversationWith({ ...problem, id: '' }, config.workflows, examples)
    const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(String(content)), 0)
    byType.set(problem.type, bytes - own)
    return bytes
  })
}

/** A prompt that holds the problem alone is sent for sure; one full of long answers may never be. */
export function isSurelyShort(lengths: readonly ShapeLength[]): boolean {
  return lengths.some(({ earlierAnswers, tooLong }) => earlierAnswers === 0 && tooLong > 0)
}

/** A shorter reply than this is not an answer. */
const shortestReply = 32

export interface ContextRemedy {
  /** Option that starts the server with a context that fits; null where none is known. */
  readonly restart: string | null
  /** Tokens of a reply that fits; null where none does. */
  readonly reply: number | null
  readonly replyKey: string
}

export function contextRemedy({ context, question, replyKey }: ContextCheck): ContextRemedy {
  const limits = limitsOf(context)
  const most = limits === null ? 0 : longestReply(question, limits)
  return {
    restart: longerContext(context, neededTokens(question)),
    reply: most >= shortestReply && most < question.replyTokens ? most : null,
    replyKey,
  }
}

/** Of checks where something does not fit. */
export function contextFindings(checks: readonly ContextCheck[]): HealthFinding[] {
  return checks.flatMap((check): HealthFinding[] => {
    const { role, context, question, lengths } = check
    const tooLong = Math.max(...lengths.map((length) => length.tooLong))
    if (tooLong === 0 || context.tokens === null) return []
    const facts = {
      role,
      context: context.tokens,
      promptTokens: Math.max(...lengths.map(({ promptTokens }) => promptTokens)),
      replyTokens: question.replyTokens,
      tooLong,
      problems: question.problemBytes.length,
      ...contextRemedy(check),
    }
    return [{ code: 'context-too-short', level: isSurelyShort(lengths) ? 'warning' : 'note', facts }]
  })
}
