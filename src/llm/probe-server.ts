/**
 * Asks a server, before anything is trained, whether it is there, has loaded, takes the key, has the model, and says
 * something. It costs one short completion, three where the answers are empty.
 */
import { BatonError } from '../core/failure.ts'
import type { Json, JsonObject } from '../core/json.ts'
import { jsonOf } from '../core/parse-json.ts'
import type { CallAttempt, CallCache } from '../core/records.ts'
import { remedyFor } from '../core/service-failures.ts'
import { abortableSleep, type HttpFailure } from '../http/index.ts'
import type { ApiDialect } from './anthropic-messages.ts'
import { type AnsweredAttempt, type AttemptFailure, attempt } from './attempt.ts'
import { attemptRecord } from './attempts.ts'
import { callRecord } from './call-record.ts'
import type { ChatMessage } from './chat-model.ts'
import { type ChatTransport, createChatTransport, endpoints } from './chat-transport.ts'
import { classifyStatus, oneLine } from './classify-status.ts'
import type { LlmBoundary } from './llm-error.ts'
import { listedModels, nearestFirst } from './model-list.ts'
import { type Prices, pricingOf } from './prices.ts'
import {
  callKey,
  refusedMember,
  requestBody,
  type SamplingDefaults,
  tokenLimitOf,
  withoutRefused,
} from './request-body.ts'
import { createUsageMeter } from './usage-meter.ts'

export interface ProbeOptions {
  /** Up to and with `/v1`. */
  readonly baseUrl: string
  /** What the server speaks. Default `openai`. */
  readonly dialect?: ApiDialect | undefined
  readonly apiKey?: string | undefined
  readonly model: string
  /** What the run will ask with; left out, the question sets only a limit of tokens. */
  readonly sampling?: Omit<SamplingDefaults, 'model'> | undefined
  /** Whether the run sends system messages: the question does too. Default false. */
  readonly usesSystemRole?: boolean
  /** Authorities of certificates besides those that Node knows, PEM. */
  readonly authority?: string | undefined
  /** A text of the data: put before the question, so that the server's count of the prompt says how it cuts such texts. */
  readonly sample?: string | undefined
  /** For everything, the wait while the server loads its model included. */
  readonly timeoutMs: number
  /** Whose server it is: named in messages, and the configuration section that hints name. Default `executor`. */
  readonly boundary?: LlmBoundary
  /** Each price left out (null) is looked up in the table. */
  readonly prices?: { readonly [price in keyof Prices]: number | null } | null
  /** Where the question is recorded, as a call with the purpose `probe`: it is paid for like any other. */
  readonly cache?: Pick<CallCache, 'put'>
  readonly sleep?: (durationMs: number, signal: AbortSignal) => Promise<void>
  /** In ms, from any origin. */
  readonly now?: () => number
}

/** What the question came to. */
export interface ProbeAnswer {
  /** Of the prompt, UTF-8. */
  readonly promptBytes: number
  /** As the server counts them; null where it does not say. */
  readonly promptTokens: number | null
  /** The server's list of models does not have the one that answered. */
  readonly warning?: string
}

interface Probe {
  readonly transport: ChatTransport
  readonly options: ProbeOptions
  readonly boundary: LlmBoundary
  readonly signal: AbortSignal
  readonly sleep: (durationMs: number, signal: AbortSignal) => Promise<void>
  /** Left of the deadline, in ms; at least 1. */
  readonly leftMs: () => number
}

const loadingPauseMs = 1000
const emptyAnswersAllowed = 2
const modelsNamed = 5

/** Resolves when the server can be used. Throws BatonError, with what to do about it, when it cannot. */
export async function probeServer(options: ProbeOptions, signal?: AbortSignal): Promise<ProbeAnswer> {
  const transport = createChatTransport({
    baseUrl: options.baseUrl,
    apiKey: options.apiKey,
    connections: 1,
    dialect: options.dialect,
    authority: options.authority,
  })
  const now = options.now ?? (() => performance.now())
  const deadline = now() + options.timeoutMs
  const probe: Probe = {
    transport,
    options,
    boundary: options.boundary ?? 'executor',
    signal: signal ?? new AbortController().signal,
    sleep: options.sleep ?? abortableSleep,
    leftMs: () => Math.max(1, deadline - now()),
  }
  try {
    const models = await readModelList(probe)
    const answer = await checkAnswer(probe, models)
    const warning = warningOf(probe, models)
    return warning === null ? answer : { ...answer, warning }
  } finally {
    await transport.close()
  }
}

/** null where the server has no list that can be read. What it lists decides nothing: lists are empty, paged, or patterns. */
async function readModelList(probe: Probe): Promise<readonly string[] | null> {
  const { transport, signal } = probe
  for (;;) {
    const outcome = await transport.send({ method: 'GET', path: '/models', timeoutMs: probe.leftMs() }, signal)
    if (outcome.kind !== 'response') throw unreachable(probe, outcome)
    const { status, text, retryAfterMs } = outcome
    if (status === 503) {
      await waitWhileLoading(probe, retryAfterMs)
      continue
    }
    if (status === 401 || status === 403) throw refusedKey(probe, classifyStatus(status, text).message)
    return status === 200 ? listedModels(parseJson(text)) : null
  }
}

async function waitWhileLoading(probe: Probe, askedMs: number | null): Promise<void> {
  const pauseMs = Math.max(loadingPauseMs, askedMs ?? 0)
  const allowedMs = probe.options.timeoutMs
  if (probe.leftMs() <= pauseMs) {
    const asks =
      pauseMs > allowedMs ? `answers 503 and asks to wait ${seconds(pauseMs)}, longer than` : 'still answered 503 after'
    throw probeError(probe, {
      code: 'loading',
      says: `${asks} ${seconds(allowedMs)}: it is loading its model, or overloaded.`,
      hint: 'Wait until the server has loaded its model, then start again; its log shows the progress.',
      exitCode: 3,
    })
  }
  await probe.sleep(pauseMs, probe.signal)
}

const systemText = 'You answer short questions.'
const probeSeed = 1

const question = 'Answer with the one word: ready'

/** Room for a model that reasons first. */
const answerTokens = 256

async function checkAnswer(probe: Probe, models: readonly string[] | null): Promise<ProbeAnswer> {
  const { model, cache, sample = '', sampling, usesSystemRole = false } = probe.options
  const content = sample === '' ? question : `${sample}\n\nDo not answer what stands above. ${question}`
  const system: readonly ChatMessage[] = usesSystemRole ? [{ role: 'system', content: systemText }] : []
  const messages: readonly ChatMessage[] = [...system, { role: 'user', content }]
  const body: JsonObject =
    sampling === undefined
      ? { model, messages: messages as unknown as Json, max_tokens: answerTokens }
      : requestBody({ model, ...sampling }, messages, { purpose: 'probe', seed: probeSeed })
  const tokenLimit = tokenLimitOf(body) ?? answerTokens
  const refused = new Set<string>()
  const { prices } = pricingOf(model, probe.options.prices ?? null)
  const meter = createUsageMeter()
  const attempts: CallAttempt[] = []
  let last = null as AnsweredAttempt | AttemptFailure | null
  const ask = async (): Promise<AnsweredAttempt | AttemptFailure> => {
    const startedAt = performance.now()
    const elapsedMs = (): number => Math.round(performance.now() - startedAt)
    const brokenOff = () => meter.estimate({ messages, tokenLimit, elapsedMs: elapsedMs() })
    const request = { body: withoutRefused(body, refused), messages, timeoutMs: probe.leftMs(), brokenOff }
    last = await attempt(probe.transport, request, probe.signal)
    const [failure, status] = last.kind === 'answer' ? [null, 200] : [last.failure, last.status]
    attempts.push(attemptRecord({ prices }, { failure, status, usage: last.usage, latencyMs: elapsedMs() }))
    return last
  }
  try {
    await askUntilClear(probe, { ask, body, refused, models })
  } finally {
    if (last !== null) {
      const call = { key: callKey(body, 0), purpose: 'probe', model, boundary: probe.boundary, body }
      cache?.put(callRecord(call, { outcome: last, attempts }))
    }
  }
  const usage = last?.usage
  const isCounted = usage !== undefined && !usage.isEstimated && usage.inputTokens > 0
  return { promptBytes: Buffer.byteLength(content), promptTokens: isCounted ? usage.inputTokens : null }
}

interface Asking {
  readonly ask: () => Promise<AnsweredAttempt | AttemptFailure>
  readonly body: JsonObject
  /** What the server was found not to take; the run's own calls find it out likewise. */
  readonly refused: Set<string>
  readonly models: readonly string[] | null
}

async function askUntilClear(probe: Probe, { ask, body, refused, models }: Asking): Promise<void> {
  for (let emptyAnswers = 0; ; ) {
    const outcome = await ask()
    if (outcome.kind === 'answer' || saysThatItWorks(outcome)) return
    const member = refusedMember(outcome.message, body)
    if (member !== null && !refused.has(member)) refused.add(member)
    else if (outcome.failure === 'overloaded') await waitWhileLoading(probe, outcome.retryAfterMs)
    else if (outcome.failure === 'empty-content' && emptyAnswers < emptyAnswersAllowed) emptyAnswers++
    else throw answerError(probe, outcome, models)
  }
}

/** Cut in its reasoning, or asked too often: there is a model behind it. */
function saysThatItWorks({ failure }: AttemptFailure): boolean {
  return failure === 'truncated-reasoning' || failure === 'rate-limit'
}

function answerError(probe: Probe, failed: AttemptFailure, models: readonly string[] | null): BatonError {
  const { baseUrl, model } = probe.options
  const section = sectionOf(probe)
  switch (failed.failure) {
    case 'network':
    case 'timeout':
      return unreachable(probe, { ...failed, kind: failed.failure })
    case 'auth':
      return refusedKey(probe, failed.message)
    case 'empty-content':
      return probeError(probe, {
        code: 'mute',
        says: `gave ${emptyAnswersAllowed + 1} empty answers to a short question (model ${model}).`,
        hint: `Check the server's chat template and reasoning parser for this model, or set ${section}.reasoningEffort: low.`,
      })
    case 'bad-request':
    case 'not-found': {
      if (models !== null && !models.includes(model)) return unlisted(probe, models)
      const isWrongPath = failed.status === 404 && !/\/v\d+\/?$/.test(baseUrl.replace(endpoints, ''))
      return probeError(probe, {
        code: failed.failure,
        says: `refused a short question: ${failed.message}.`,
        hint: isWrongPath
          ? `Set ${section}.baseUrl: ${baseUrl.replace(/\/+$/, '').replace(endpoints, '')}/v1.`
          : `Check ${section}.model and ${section}.baseUrl against what the server serves.`,
      })
    }
    default:
      return probeError(probe, {
        code: failed.failure,
        says: `failed at a short question (${failed.failure}): ${failed.message}.`,
        hint: remedyFor(failed.failure, probe.boundary),
        exitCode: 3,
      })
  }
}

function unreachable(
  probe: Probe,
  { kind, message, isPermanent }: Pick<HttpFailure, 'kind' | 'message' | 'isPermanent'>,
): BatonError {
  const section = sectionOf(probe)
  return kind === 'timeout'
    ? probeError(probe, {
        code: 'timeout',
        says: `gave no answer within ${seconds(probe.options.timeoutMs)}.`,
        hint: 'Wait until the server has loaded its model, or look into its log for a request that it is still busy with.',
        exitCode: 3,
      })
    : probeError(probe, {
        code: 'unreachable',
        says: `cannot be reached: ${message}.`,
        hint: isPermanent
          ? `Name a file with its authority in ${section}.caFile.`
          : `Start the server, or set ${section}.baseUrl to where it runs.`,
      })
}

function refusedKey(probe: Probe, message: string): BatonError {
  const key = `${sectionOf(probe)}.apiKeyEnvironment`
  const hasKey = (probe.options.apiKey ?? '') !== ''
  return probeError(probe, {
    code: 'auth',
    says: `refused ${hasKey ? 'the API key' : 'a request without an API key'}: ${message}.`,
    hint: hasKey
      ? `Put a valid key into the environment variable that ${key} names.`
      : `Put the key into an environment variable and name that in ${key}.`,
  })
}

/** @param ordered the names of the list. */
function listed(ordered: readonly string[]): string {
  const more = ordered.length > modelsNamed ? `, and ${ordered.length - modelsNamed} more` : ''
  return ordered.length === 0 ? 'it is empty' : `it has: ${ordered.slice(0, modelsNamed).join(', ')}${more}`
}

function warningOf({ options: { model } }: Probe, models: readonly string[] | null): string | null {
  if (models === null || models.includes(model)) return null
  return `its model list has no ${JSON.stringify(model)} (${listed(nearestFirst(models, model))})`
}

function unlisted(probe: Probe, models: readonly string[]): BatonError {
  const { model } = probe.options
  const ordered = nearestFirst(models, model)
  const has = listed(ordered)
  const [nearest] = ordered
  return probeError(probe, {
    code: 'model-not-listed',
    says: `answered, but its model list has no ${JSON.stringify(model)} (${has}).`,
    hint: nearest === undefined ? 'Load a model in the server first.' : `Set ${sectionOf(probe)}.model: ${nearest}.`,
  })
}

const sectionOf = ({ boundary }: Probe): string => (boundary === 'policy' ? 'policy.frozen' : `llm.${boundary}`)

interface Finding {
  readonly code: string
  readonly says: string
  readonly hint: string
  /** Default 2: a setting is wrong. 3: the server may yet come round. */
  readonly exitCode?: 2 | 3
}

function probeError(probe: Probe, { code, says, hint, exitCode = 2 }: Finding): BatonError {
  const { boundary } = probe
  const message = oneLine(`the ${boundary} at ${probe.transport.address} ${says}`).replace(/\.\.$/, '.')
  return new BatonError(message, { boundary, code, hint, exitCode, isRetryable: exitCode === 3 })
}

function seconds(durationMs: number): string {
  return durationMs < 1000 ? `${durationMs} ms` : `${Math.round(durationMs / 1000)} s`
}

function parseJson(text: string): Json {
  return jsonOf(text) ?? null
}
