/**
 * Another server of the Tinker protocol, imitated for tests: Baton's own server behind a proxy that changes requests and
 * replies into what the other would make of them.
 */
import type { HttpBindings } from '@hono/node-server'
import { openServer } from '../../http/open-server.ts'
import {
  apiPrefix,
  decodeForwardBackwardOutput,
  decodeForwardBackwardRequest,
  encodeForwardBackwardOutput,
  encodeForwardBackwardRequest,
  type ForwardBackwardRequest,
  jsonType,
  parseForwardBackwardRequest,
  protobufType,
} from '../../tinker/index.ts'
import { type RunningServer, type ServeOptions, startServe } from '../start-serve.ts'
import { changedAdam, changedLearning } from './changed-request.ts'
import type { ImitatedBehaviour } from './imitated-behaviours.ts'
import type { Body } from './plain-client.ts'

export async function startImitatingServer(
  options: ServeOptions,
  behaviour: ImitatedBehaviour,
): Promise<RunningServer> {
  const own = await startServe(options)
  const answer = createImitation(own.baseUrl, behaviour)
  const proxy = await openServer((request, env) => answer(request, env as HttpBindings), { host: '127.0.0.1', port: 0 })
  return {
    baseUrl: `http://127.0.0.1:${proxy.port}`,
    port: proxy.port,
    close: async () => {
      await proxy.close()
      await own.close()
    },
  }
}

/** A request on its way to Baton's server. */
interface Sent {
  readonly path: string
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer>
  /** The operation's place, where it has one. */
  readonly place?: { readonly model: string; readonly sequence: number }
}

const submissions =
  /^\/(?:create_model|forward|forward_backward|optim_step|save_\w+|load_weights|unload_model|asample)$/

function createImitation(baseUrl: string, behaviour: ImitatedBehaviour) {
  /** Last sequence number of each model. */
  const last = new Map<string, number>()
  /** The model of each sampling session, and the newest session of each model. */
  const models = new Map<string, string>()
  const newest = new Map<string, string>()

  return async (request: Request, { outgoing }: HttpBindings): Promise<Response> => {
    const { pathname, search } = new URL(request.url)
    const body = new Uint8Array(await request.arrayBuffer())
    const path = pathname.slice(apiPrefix.length)
    const headers = new Headers(request.headers)
    for (const name of ['host', 'connection', 'content-length', 'transfer-encoding']) headers.delete(name)
    const sent = request.method === 'POST' ? changed({ path, headers, body }) : { path, headers, body }
    if (sent instanceof Response) return sent
    const reply = await fetch(`${baseUrl}${apiPrefix}${path}${search}`, {
      method: request.method,
      headers: sent.headers,
      body: request.method === 'POST' ? sent.body : null,
    }).catch(() => null)
    const { place } = sent
    // A reply that is lost is of a request that was carried out.
    if (place !== undefined && (reply === null || reply.ok)) last.set(place.model, place.sequence)
    if (reply !== null) return changedReply(path, sent, reply)
    outgoing.destroy()
    return new Response()
  }

  function changed(sent: Sent): Sent | Response {
    const { path, headers } = sent
    if (path === '/forward' || path === '/forward_backward') return learning(sent)
    const json = headers.get('content-type') === jsonType ? (JSON.parse(Buffer.from(sent.body).toString()) as Body) : {}
    const withJson = (value: object): Sent => ({ ...sent, body: bytesOf(JSON.stringify(value)) })
    switch (path) {
      case '/create_model': {
        const { rank } = json.lora_config
        const isTooLarge = behaviour.largestRank > 0 && rank > behaviour.largestRank
        return isTooLarge ? refusal(400, `rank ${rank} is above max_lora_rank ${behaviour.largestRank}`) : sent
      }
      case '/create_sampling_session':
        return json.base_model != null && !behaviour.samplesBaseModel ? refusal(400, "unknown model_id ['']") : sent
      case '/asample': {
        const model = models.get(json.sampling_session_id)
        if (behaviour.keepsSnapshots || model === undefined) return sent
        const { seq_id: _, ...rest } = json
        return withJson({ ...rest, sampling_session_id: newest.get(model) })
      }
      case '/retrieve_future':
        if (!behaviour.answersProtobuf) headers.delete('accept')
        return sent
      case '/optim_step':
        return placed(withJson({ ...json, adam_params: changedAdam(json.adam_params, behaviour) }), json)
      case '/load_weights': {
        const isRefused = !behaviour.loadsAtAnyTime && json.seq_id !== 1
        return placed(isRefused ? withJson({ ...json, path: 'tinker://not/permitted/now' }) : sent, json)
      }
      case '/save_weights':
      case '/save_weights_for_sampler':
        return placed(sent, json)
      default:
        return sent
    }
  }

  function learning(sent: Sent): Sent | Response {
    const isProtobuf = sent.headers.get('content-type') === protobufType
    const { requestForms } = behaviour
    if (!requestForms.includes(isProtobuf ? 'protobuf' : 'json')) {
      return refusal(415, `this server takes ${requestForms.join(' or ')} here`)
    }
    const path = sent.path as '/forward' | '/forward_backward'
    const request = isProtobuf
      ? decodeForwardBackwardRequest(sent.body)
      : parseForwardBackwardRequest(JSON.parse(Buffer.from(sent.body).toString()), path)
    sent.headers.set('content-type', protobufType)
    return placed({ ...sent, body: encodeForwardBackwardRequest(changedLearning(request, behaviour)) }, request)
  }

  function placed(
    sent: Sent,
    { model_id: model, seq_id: sequence }: Pick<ForwardBackwardRequest, 'model_id' | 'seq_id'>,
  ) {
    const expected = (last.get(model) ?? 0) + 1
    return behaviour.isStrictSequence && sequence !== expected
      ? refusal(409, `Sequence conflict: expected ${expected}, got ${sequence}`)
      : { ...sent, place: { model, sequence } }
  }

  async function changedReply(path: string, sent: Sent, reply: Response): Promise<Response> {
    const contentType = reply.headers.get('content-type') ?? jsonType
    const body = new Uint8Array(await reply.arrayBuffer())
    const as = (content: Uint8Array<ArrayBuffer>, status = reply.status): Response =>
      new Response(content, { status, headers: { 'content-type': contentType } })
    if (reply.status !== 200) return as(body)
    if (submissions.test(path)) return as(body, behaviour.submitStatus)
    const request = sent.body.length === 0 ? {} : (JSON.parse(Buffer.from(sent.body).toString()) as Body)
    const isSample = path === '/retrieve_future' && request.request_id.startsWith('sample:')
    if (contentType === protobufType) return as(isSample ? body : withMetrics(body))
    const json = JSON.parse(Buffer.from(body).toString()) as Body
    if (path === '/create_sampling_session')
      note(json.sampling_session_id, /^tinker:\/\/([^/]+)/.exec(request.model_path)?.[1])
    if (path !== '/retrieve_future') return as(body)
    if (json.type === 'save_weights_for_sampler') note(json.sampling_session_id, request.request_id.split(':op:')[0])
    if (json.type === 'try_again' && behaviour.pendingReply === 'timeout') {
      return as(bytesOf(JSON.stringify({ ...json, type: undefined, detail: 'Request timed out' })), 408)
    }
    if (json.error !== undefined && behaviour.failedStatus !== 200) return refusal(behaviour.failedStatus, json.error)
    return as(bytesOf(JSON.stringify(json.metrics === undefined ? json : { ...json, metrics: renamed(json.metrics) })))
  }

  function note(session: string | null, model: string | undefined): void {
    if (session === null || model === undefined) return
    models.set(session, model)
    newest.set(model, session)
  }

  function withMetrics(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (behaviour.hasMetricSuffixes) return body
    const output = decodeForwardBackwardOutput(body)
    return encodeForwardBackwardOutput({ ...output, metrics: renamed(output.metrics) })
  }

  function renamed(metrics: Readonly<Record<string, number>>): Record<string, number> {
    const entries = Object.entries(metrics)
    return Object.fromEntries(
      behaviour.hasMetricSuffixes ? entries : entries.map(([name, value]) => [name.replace(/:.*/, ''), value]),
    )
  }
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

function refusal(status: number, detail: string): Response {
  return Response.json({ detail }, { status })
}
