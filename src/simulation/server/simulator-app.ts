/**
 * The simulator's HTTP: `/v1/chat/completions` (also as a stream), `/v1/models`, `/health`. What it answers comes from the
 * function it is given; here are the protocol, the pauses and the faults.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Json } from '../../core/json.ts'
import { readBody } from '../../http/open-server.ts'
import { effectOfModel } from '../pictures/index.ts'
import type { Skills } from '../solver/index.ts'
import { type ChatRequest, parseChatRequest } from './chat-request.ts'
import { createTreatments, type Treatment } from './choose-fault.ts'
import { type ComposedCompletion, completionBody, completionChunks, composeCompletion } from './completion.ts'
import type { SimulatorAnswer, SimulatorSettings } from './options.ts'

type SimulatorContext = Context<{ Bindings: HttpBindings }>

const maxBodyBytes = 32 * 2 ** 20
/** Understood beside the name it was given. */
const aliases = ['simulator', 'baton-simulator', ...Object.keys(effectOfModel)]

/** @param skills the whole table, filled in. */
export function createSimulatorApp(
  settings: SimulatorSettings,
  answer: SimulatorAnswer,
  skills: Skills,
): Hono<{ Bindings: HttpBindings }> {
  const treatmentOf = createTreatments(settings)
  const models = [settings.model, ...aliases]
  const startedAt = performance.now()
  let requests = 0
  const isLoading = (): boolean =>
    requests <= settings.faults.loadingForRequests ||
    (settings.faults.loadingForMs > 0 && performance.now() - startedAt < settings.faults.loadingForMs)

  const app = new Hono<{ Bindings: HttpBindings }>()
  app.use(async (c, next) => {
    requests += 1
    return isLoading() ? errorReply(c, 503, { type: 'unavailable_error', message: 'Loading model' }) : next()
  })
  app.get('/health', (c) => c.json({ status: 'ok' }))
  app.get('/v1/models', (c) => c.json(modelList(settings.model)))
  app.post('/v1/chat/completions', async (c) => {
    const body = await readBody(c.env.incoming, maxBodyBytes)
    if (body === null)
      return errorReply(c, 413, { type: 'invalid_request_error', message: 'the body is longer than 32 MiB' })
    const text = body.toString('utf8')
    const treatment = treatmentOf(text)
    if (treatment.delayMs > 0) await pause(treatment.delayMs)
    if (c.env.outgoing.destroyed) return RESPONSE_ALREADY_SENT
    const refusal = refusalOf(c, settings, treatment)
    if (refusal !== null) return refusal
    const chat = parseChatRequest(text, models)
    if ('status' in chat) return errorReply(c, chat.status, { type: chat.type, message: chat.message })
    const completion = composeCompletion(chat, treatment, (seed) =>
      answer(chat.messages, { seed, skills, model: chat.model }),
    )
    return chat.isStream ? streamReply(c, chat, { ...treatment, completion }) : bodyReply(c, completion, treatment)
  })
  app.notFound((c) => errorReply(c, 404, { type: 'not_found_error', message: `no ${c.req.method} ${c.req.path} here` }))
  app.onError((error, c) => errorReply(c, 500, { type: 'server_error', message: error.message }))
  return app
}

function modelList(model: string): Json {
  const others = aliases.filter((alias) => alias !== model)
  const entry = { id: model, object: 'model', created: 0, owned_by: 'baton simulator', aliases: others }
  return { object: 'list', data: [entry] }
}

/** What a fault answers instead; null where none does. */
function refusalOf(c: SimulatorContext, settings: SimulatorSettings, { fault }: Treatment): Response | null {
  switch (fault) {
    case 'rateLimit':
      c.header('retry-after', String(settings.faults.retryAfterSeconds))
      return errorReply(c, 429, { type: 'rate_limit_error', message: 'too many requests (injected)' })
    case 'serverError':
      return errorReply(c, 500, { type: 'server_error', message: 'internal error (injected)' })
    case 'loading':
      return errorReply(c, 503, { type: 'unavailable_error', message: 'Loading model' })
    default:
      return null
  }
}

const injectedError = { error: { message: 'upstream failed (injected)', type: 'server_error', code: 502 } }

function bodyReply(c: SimulatorContext, completion: ComposedCompletion, { fault }: Treatment): Response {
  const text = JSON.stringify(fault === 'errorIn200' ? injectedError : completionBody(completion))
  const head = { 'content-type': 'application/json' }
  if (fault === 'reset') return brokenOff(c, text, { ...head, 'content-length': String(Buffer.byteLength(text)) })
  return c.body(fault === 'garbage' ? text.slice(0, Math.floor(text.length / 2)) : text, 200, head)
}

function streamReply(
  c: SimulatorContext,
  request: ChatRequest,
  { completion, fault }: Treatment & { readonly completion: ComposedCompletion },
): Response {
  const frames = completionChunks(completion, request.hasStreamUsage).map(
    (chunk) => `data: ${JSON.stringify(chunk)}\n\n`,
  )
  const whole = `${frames.join('')}data: [DONE]\n\n`
  const first = frames[0] ?? ''
  const head = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }
  if (fault === 'errorIn200') return c.body(`${first}data: ${JSON.stringify(injectedError)}\n\n`, 200, head)
  if (fault === 'garbage') return c.body(`${first}data: {"choices":[{"del\n\n`, 200, head)
  return fault === 'reset' ? brokenOff(c, whole, head) : c.body(whole, 200, head)
}

/** The first half of a body, then the connection ends. */
function brokenOff({ env: { outgoing } }: SimulatorContext, text: string, head: Record<string, string>): Response {
  outgoing.writeHead(200, head)
  outgoing.write(text.slice(0, Math.floor(text.length / 2)), () => outgoing.destroy())
  return RESPONSE_ALREADY_SENT
}

function errorReply(
  c: Context,
  status: ContentfulStatusCode,
  { type, message }: { readonly type: string; readonly message: string },
): Response {
  return c.json({ error: { message, type, code: status } }, status)
}
