/**
 * The simulator's HTTP: `/v1/chat/completions` (also as a stream), `/v1/models`, `/health`. What it answers comes from the
 * function it is given; here are the protocol, the pauses and the faults.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Json } from '../../core/json.ts'
import { effectOfModel } from '../pictures/index.ts'
import type { Skills } from '../solver/index.ts'
import { type ChatRequest, parseChatRequest } from './chat-request.ts'
import { createTreatments, type Treatment } from './choose-fault.ts'
import { type ComposedCompletion, completionBody, completionChunks, composeCompletion } from './completion.ts'
import type { SimulatorAnswer, SimulatorSettings } from './options.ts'

const maxBodyBytes = 32 * 2 ** 20
/** Understood beside the name it was given. */
const aliases = ['simulator', 'baton-simulator', ...Object.keys(effectOfModel)]

/** @param skills the whole table, filled in. */
export function createRequestListener(
  settings: SimulatorSettings,
  answer: SimulatorAnswer,
  skills: Skills,
): RequestListener {
  const treatmentOf = createTreatments(settings)
  const models = [settings.model, ...aliases]
  const startedAt = performance.now()
  let requests = 0
  const isLoading = (): boolean =>
    requests <= settings.faults.loadingForRequests ||
    (settings.faults.loadingForMs > 0 && performance.now() - startedAt < settings.faults.loadingForMs)

  const complete = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await readBody(request)
    if (text === null) return sendError(response, 413, 'invalid_request_error', 'the body is longer than 32 MiB')
    const treatment = treatmentOf(text)
    if (treatment.delayMs > 0) await pause(treatment.delayMs)
    if (response.destroyed || refuse(response, settings, treatment)) return
    const chat = parseChatRequest(text, models)
    if ('status' in chat) return sendError(response, chat.status, chat.type, chat.message)
    const completion = composeCompletion(chat, treatment, (seed) =>
      answer(chat.messages, { seed, skills, model: chat.model }),
    )
    if (chat.isStream) sendStream(response, chat, completion, treatment)
    else sendBody(response, completion, treatment)
  }

  return (request, response) => {
    requests += 1
    const route = `${request.method} ${(request.url ?? '').split('?')[0]}`
    if (isLoading()) return sendError(response, 503, 'unavailable_error', 'Loading model')
    if (route === 'GET /health') return sendJson(response, 200, { status: 'ok' })
    if (route === 'GET /v1/models') return sendJson(response, 200, modelList(settings.model))
    if (route !== 'POST /v1/chat/completions') return sendError(response, 404, 'not_found_error', `no ${route} here`)
    complete(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else sendError(response, 500, 'server_error', error instanceof Error ? error.message : String(error))
    })
  }
}

function modelList(model: string): Json {
  const others = aliases.filter((alias) => alias !== model)
  const entry = { id: model, object: 'model', created: 0, owned_by: 'baton simulator', aliases: others }
  return { object: 'list', data: [entry] }
}

/** Faults that come instead of an answer. @returns whether one did. */
function refuse(response: ServerResponse, settings: SimulatorSettings, { fault }: Treatment): boolean {
  switch (fault) {
    case 'rateLimit':
      response.setHeader('retry-after', String(settings.faults.retryAfterSeconds))
      sendError(response, 429, 'rate_limit_error', 'too many requests (injected)')
      return true
    case 'serverError':
      sendError(response, 500, 'server_error', 'internal error (injected)')
      return true
    case 'loading':
      sendError(response, 503, 'unavailable_error', 'Loading model')
      return true
    default:
      return false
  }
}

const injectedError = { error: { message: 'upstream failed (injected)', type: 'server_error', code: 502 } }

function sendBody(response: ServerResponse, completion: ComposedCompletion, { fault }: Treatment): void {
  const text = JSON.stringify(fault === 'errorIn200' ? injectedError : completionBody(completion))
  const half = text.slice(0, Math.floor(text.length / 2))
  if (fault === 'reset') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    response.write(half, () => response.destroy())
  } else {
    sendText(response, 200, fault === 'garbage' ? half : text)
  }
}

function sendStream(
  response: ServerResponse,
  request: ChatRequest,
  completion: ComposedCompletion,
  { fault }: Treatment,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  const frames = completionChunks(completion, request.hasStreamUsage).map(
    (chunk) => `data: ${JSON.stringify(chunk)}\n\n`,
  )
  const whole = `${frames.join('')}data: [DONE]\n\n`
  const first = frames[0] ?? ''
  if (fault === 'errorIn200') response.end(`${first}data: ${JSON.stringify(injectedError)}\n\n`)
  else if (fault === 'garbage') response.end(`${first}data: {"choices":[{"del\n\n`)
  else if (fault === 'reset') response.write(whole.slice(0, Math.floor(whole.length / 2)), () => response.destroy())
  else response.end(whole)
}

function sendJson(response: ServerResponse, status: number, body: Json): void {
  sendText(response, status, JSON.stringify(body))
}

function sendError(response: ServerResponse, status: number, type: string, message: string): void {
  sendJson(response, status, { error: { message, type, code: status } })
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

/** null when it is too long; rejects when the client goes away. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= maxBodyBytes) chunks.push(chunk)
  }
  return length > maxBodyBytes ? null : Buffer.concat(chunks).toString('utf8')
}
