/**
 * How long a context a server gives one request, as it says itself, without asking its model anything. Servers say it at
 * different places; a server that says it nowhere, or nonsense, is unknown. Never throws but on abort, and never takes
 * longer than twice the time-out.
 */
import { type Json, member } from '../core/json.ts'
import { jsonOf } from '../core/parse-json.ts'
import type { ApiDialect } from './anthropic-messages.ts'
import { type ChatTransport, createChatTransport, type TransportRequest } from './chat-transport.ts'

export type ServerKind = 'llama.cpp' | 'vLLM' | 'SGLang' | 'TGI' | 'Ollama' | 'LM Studio'

export interface ServerContext {
  /** null: nothing says what it is. */
  readonly server: ServerKind | null
  /** Tokens of prompt and reply together; null: the server does not say. */
  readonly tokens: number | null
  /** `request`: what one request gets. `model`: what the model can take; the server may give a request less. */
  readonly of: 'request' | 'model'
  /** Most tokens of the prompt alone, where the server has such a limit. */
  readonly inputTokens: number | null
  /** Requests that share the server's memory in equal parts (llama.cpp); null where that is not so, or not known. */
  readonly slots: number | null
}

export interface ServerContextOptions {
  /** Up to and with `/v1`. */
  readonly baseUrl: string
  readonly dialect?: ApiDialect | undefined
  readonly apiKey?: string | undefined
  /** Authorities of certificates besides those that Node knows, PEM. */
  readonly authority?: string | undefined
  readonly model: string
  /** Of one question; there are two rounds of them. Default 2 s. */
  readonly timeoutMs?: number | undefined
}

const maxResponseBytes = 8 * 2 ** 20

export async function readServerContext(
  { baseUrl, dialect, apiKey, authority, model, timeoutMs = 2000 }: ServerContextOptions,
  signal: AbortSignal = new AbortController().signal,
): Promise<ServerContext> {
  const common = { apiKey, authority, dialect, maxResponseBytes }
  const list = createChatTransport({ ...common, baseUrl, connections: 1 })
  // The other questions are the servers' own: they are beside /v1, not below it.
  const own = createChatTransport({
    ...common,
    baseUrl: baseUrl.replace(/\/v\d+\/*$/, ''),
    connections: otherQuestions,
  })
  try {
    const ask = (transport: ChatTransport, request: Omit<TransportRequest, 'timeoutMs'>): Promise<Json> =>
      bodyOf(transport, { ...request, timeoutMs }, signal)
    const listed = fromModelList(await ask(list, { method: 'GET', path: '/models' }), model)
    const isWhole = listed?.of === 'request' && listed.server !== 'llama.cpp'
    if (isWhole || dialect === 'anthropic') return listed ?? unknown
    const get = (path: string): Promise<Json> => ask(own, { method: 'GET', path })
    const show = { method: 'POST', path: '/api/show', body: JSON.stringify({ model }) } as const
    const said = await Promise.all([
      get('/props').then(fromLlamaProps),
      get('/api/ps').then((body) => fromOllamaLoaded(body, model)),
      ask(own, show).then(fromOllamaModel),
      get('/api/v0/models').then((body) => fromLmStudio(body, model)),
      get('/info').then(fromTgi),
      get('/get_server_info').then(fromSglang),
    ])
    const all = [...said, listed].filter((one) => one !== null)
    // Of llama.cpp the properties have the slots besides what the list has.
    const [first] = [...all.filter(({ of }) => of === 'request'), ...all]
    return first ?? unknown
  } finally {
    await Promise.all([list.close(), own.close()])
  }
}

const otherQuestions = 6

const unknown: ServerContext = { server: null, tokens: null, of: 'request', inputTokens: null, slots: null }

type Said = ServerContext | null

/** What is not a whole number of tokens that a context can have is not said. */
function said(server: ServerKind | null, tokens: Json | undefined, more: Partial<ServerContext> = {}): Said {
  return isCount(tokens) ? { ...unknown, server, tokens, ...more } : null
}

/** A hundred million tokens are more than any model reads. */
function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 1e8
}

const countOf = (value: Json | undefined): number | null => (isCount(value) ? value : null)

/**
 * How such a server is started with a context of so many tokens for each request.
 * @returns null where that is not a matter of starting it.
 */
export function longerContext({ server, slots }: ServerContext, tokens: number): string | null {
  switch (server) {
    case 'llama.cpp':
      // With the number of slots given, they share the context in equal parts.
      return `-c ${tokens * (slots ?? 1)} -np ${slots ?? 1}`
    case 'vLLM':
      return `--max-model-len ${tokens}`
    case 'SGLang':
      return `--context-length ${tokens}`
    case 'TGI':
      return `--max-total-tokens ${tokens} --max-input-tokens ${tokens - 1}`
    case 'Ollama':
      return `OLLAMA_CONTEXT_LENGTH=${tokens} ollama serve`
    case 'LM Studio':
      return `lms load --context-length ${tokens}`
    case null:
      return null
    default:
      return server satisfies never
  }
}

/** vLLM and SGLang say it in the list; llama.cpp too, older versions only what the model was trained for; of hosted APIs some do. */
function fromModelList(body: Json, model: string): Said {
  const rows = rowsOf(member(body, 'data'))
  const named = rowNamed(rows, ['id'], model) ?? rows.find((row) => hasAlias(row, model))
  const row = named ?? (rows.length === 1 ? rows[0] : undefined)
  // An adapter has the context of the model that it adapts.
  const base = rows.find((other) => member(other, 'id') === member(row, 'parent')) ?? row
  const meta = member(row, 'meta')
  const owner = member(base, 'owned_by') === 'sglang' ? 'SGLang' : 'vLLM'
  const hosted = ['context_length', 'context_window', 'max_context_length'].map((name) => member(row, name))
  return (
    said('llama.cpp', member(meta, 'n_ctx')) ??
    said(owner, member(row, 'max_model_len') ?? member(base, 'max_model_len')) ??
    said(null, hosted.find(isCount)) ??
    said('llama.cpp', member(meta, 'n_ctx_train'), { of: 'model' })
  )
}

function fromLlamaProps(body: Json): Said {
  const slots = countOf(member(body, 'total_slots'))
  return said('llama.cpp', member(member(body, 'default_generation_settings'), 'n_ctx'), { slots })
}

/** Of models that are loaded. */
function fromOllamaLoaded(body: Json, model: string): Said {
  const row = rowNamed(rowsOf(member(body, 'models')), ['name', 'model'], model)
  return said('Ollama', member(row, 'context_length'))
}

/** What the model's own file sets holds for every request; else the server's default does, which it does not say. */
function fromOllamaModel(body: Json): Said {
  const parameters = member(body, 'parameters')
  const set = typeof parameters === 'string' ? /^num_ctx\s+(\d{1,9})\s*$/m.exec(parameters)?.[1] : undefined
  const info = member(body, 'model_info')
  const isTable = typeof info === 'object' && info !== null
  const ofModel = isTable ? Object.entries(info).find(([name]) => name.endsWith('.context_length'))?.[1] : undefined
  return said('Ollama', set === undefined ? undefined : Number(set)) ?? said('Ollama', ofModel, { of: 'model' })
}

function fromLmStudio(body: Json, model: string): Said {
  const row = rowNamed(rowsOf(member(body, 'data')), ['id'], model)
  return (
    said('LM Studio', member(row, 'loaded_context_length')) ??
    said('LM Studio', member(row, 'max_context_length'), { of: 'model' })
  )
}

function fromTgi(body: Json): Said {
  const inputTokens = countOf(member(body, 'max_input_tokens')) ?? countOf(member(body, 'max_input_length'))
  return said('TGI', member(body, 'max_total_tokens'), { inputTokens })
}

function fromSglang(body: Json): Said {
  return said('SGLang', member(body, 'context_length'), { inputTokens: countOf(member(body, 'max_req_input_len')) })
}

function rowsOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function rowNamed(rows: readonly Json[], names: readonly string[], model: string): Json | undefined {
  const meant: readonly Json[] = [model, `${model}:latest`]
  return rows.find((row) => names.some((name) => meant.includes(member(row, name) ?? null)))
}

function hasAlias(row: Json, model: string): boolean {
  return rowsOf(member(row, 'aliases')).includes(model)
}

/** null for anything but JSON with status 200. */
async function bodyOf(transport: ChatTransport, request: TransportRequest, signal: AbortSignal): Promise<Json> {
  const outcome = await transport.send(request, signal)
  if (outcome.kind !== 'response' || outcome.status !== 200) return null
  return jsonOf(outcome.text) ?? null
}
