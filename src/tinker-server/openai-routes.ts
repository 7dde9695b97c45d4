/**
 * The trained policy behind the API that everything speaks: `/v1/models`, `/v1/completions`, `/v1/chat/completions`.
 * `model` is a base model, a `tinker://` path, a model in training (its newest weights) or a sampling session.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { hashKey } from '../core/random.ts'
import type { ChatTemplate } from '../engines/chat/index.ts'
import { parseBody } from '../tinker/index.ts'
import { renderChat } from './chat-prompt.ts'
import { checkPrompt, endedAt, type SampledWeights } from './sampling.ts'
import { absolute, baseModelOf, type ServeContext } from './serve-context.ts'
import { notFound } from './serve-error.ts'
import { jsonReply, type Routes, readJson, type ServeReply, type ServeRequest } from './tinker-routes.ts'

const common = {
  model: z.string(),
  n: z.int().min(1).max(128).nullish(),
  temperature: z.number().min(0).max(10).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.int().nullish(),
  seed: z.int().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  stream: z.boolean().nullish(),
}

const completionBody = z.object({
  ...common,
  prompt: z.union([z.string(), z.array(z.int().min(0)), z.array(z.string()).length(1)]),
  max_tokens: z.int().min(1).nullish(),
  logprobs: z.int().nullish(),
  echo: z.literal(false).nullish(),
})

const part = z.object({ type: z.literal('text'), text: z.string() })
const chatBody = z.object({
  ...common,
  messages: z.array(z.object({ role: z.string(), content: z.union([z.string(), z.array(part)]).nullish() })).min(1),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  logprobs: z.boolean().nullish(),
})

export interface OpenAiParts {
  readonly context: ServeContext
  readonly chatTemplateOf: (modelFolder: string) => ChatTemplate | null
}

export const openAiRoutes: Routes<OpenAiParts> = {
  'GET /models': (_, { context }) =>
    jsonReply({
      object: 'list',
      data: modelNames(context).map((id) => ({ id, object: 'model', owned_by: 'baton' })),
    }),
  'POST /completions': completions,
  'POST /chat/completions': chatCompletions,
}

function modelNames({ baseModels, database }: ServeContext): string[] {
  const open = database.models().filter((model) => model.isOpen === 1)
  return [
    ...baseModels,
    ...open.map(({ id }) => ({ name: id })),
    ...database.checkpoints().map(({ path }) => ({ name: path })),
  ].map(({ name }) => name)
}

function weightsNamed(context: ServeContext, name: string): SampledWeights {
  const { database, baseModels } = context
  const base = baseModels.find((candidate) => candidate.name === name)
  if (base !== undefined) return { base, weights: base.folder }
  const found = database.checkpoint(name) ?? database.model(name) ?? database.samplingSession(name)
  if (found === undefined || found.weights === null) throw notFound(`model "${name}"`)
  return { base: baseModelOf(context, found.baseModel), weights: absolute(context, found.weights) }
}

interface Drawn {
  readonly text: string
  readonly tokens: readonly number[]
  readonly logprobs: readonly number[]
  readonly finishReason: 'stop' | 'length'
}

type Settings = Omit<z.infer<typeof completionBody>, 'prompt' | 'logprobs' | 'echo'>

async function draw(context: ServeContext, prompt: readonly number[], settings: Settings): Promise<Drawn[]> {
  const { base, weights } = weightsNamed(context, settings.model)
  checkPrompt(prompt, base, false)
  const { tokenizer, contextLength } = base.room.engine
  const first = settings.seed ?? hashKey([randomUUID()])
  const { completions: drawn } = await base.room.sample({
    weights,
    prompt,
    seeds: Array.from({ length: settings.n ?? 1 }, (_, i) => (first + i) >>> 0),
    maxTokens: settings.max_tokens ?? contextLength - prompt.length,
    temperature: settings.temperature ?? 1,
    topP: settings.top_p ?? 1,
    topK: Math.max(0, settings.top_k ?? 0),
    wantsPromptLogprobs: false,
  })
  const stops = typeof settings.stop === 'string' ? [settings.stop] : (settings.stop ?? [])
  return drawn.map((completion) => {
    const ended = endedAt(completion, stops, (list) => tokenizer.decode(list))
    const isEndOfText = ended.tokens.at(-1) === tokenizer.endOfTextId
    const whole = tokenizer.decode(isEndOfText ? ended.tokens.slice(0, -1) : ended.tokens)
    const cuts = stops.map((stop) => whole.indexOf(stop)).filter((place) => place >= 0)
    const text = whole.slice(0, Math.min(whole.length, ...cuts))
    return { text, tokens: ended.tokens, logprobs: ended.logprobs, finishReason: ended.stopReason }
  })
}

function usage(prompt: readonly number[], drawn: readonly Drawn[]) {
  const written = drawn.reduce((sum, { tokens }) => sum + tokens.length, 0)
  return { prompt_tokens: prompt.length, completion_tokens: written, total_tokens: prompt.length + written }
}

async function completions(request: ServeRequest, { context }: OpenAiParts): Promise<ServeReply> {
  const body = parseBody(completionBody, readJson(request), 'completions')
  const { tokenizer } = weightsNamed(context, body.model).base.room.engine
  const [given] = typeof body.prompt === 'string' ? [body.prompt] : body.prompt
  const prompt = typeof given === 'string' ? tokenizer.encode(given) : (body.prompt as number[])
  const drawn = await draw(context, prompt, body)
  const choices = drawn.map(({ text, tokens, logprobs, finishReason }, index) => ({
    index,
    text,
    finish_reason: finishReason,
    logprobs:
      body.logprobs == null
        ? null
        : { tokens: tokens.map((token) => tokenizer.decode([token])), token_logprobs: logprobs },
  }))
  const head = { id: `cmpl-${randomUUID()}`, created: created(context), model: body.model }
  if (body.stream === true) return stream([{ ...head, object: 'text_completion', choices }])
  return jsonReply({ ...head, object: 'text_completion', choices, usage: usage(prompt, drawn) })
}

async function chatCompletions(request: ServeRequest, { context, chatTemplateOf }: OpenAiParts): Promise<ServeReply> {
  const body = parseBody(chatBody, readJson(request), 'chat completions')
  const { base } = weightsNamed(context, body.model)
  const { tokenizer } = base.room.engine
  const messages = body.messages.map(({ role, content }) => ({
    role,
    content: typeof content === 'string' ? content : (content ?? []).map(({ text }) => text).join(''),
  }))
  const prompt = tokenizer.encode(renderChat(chatTemplateOf(base.folder), messages))
  const drawn = await draw(context, prompt, { ...body, max_tokens: body.max_completion_tokens ?? body.max_tokens })
  const head = { id: `chatcmpl-${randomUUID()}`, created: created(context), model: body.model }
  if (body.stream === true) {
    const chunks = drawn.flatMap(({ text, finishReason }, index) => [
      { delta: { role: 'assistant', content: text }, index, finish_reason: null },
      { delta: {}, index, finish_reason: finishReason },
    ])
    return stream(chunks.map((choice) => ({ ...head, object: 'chat.completion.chunk', choices: [choice] })))
  }
  const choices = drawn.map(({ text, tokens, logprobs, finishReason }, index) => ({
    index,
    message: { role: 'assistant', content: text },
    finish_reason: finishReason,
    logprobs:
      body.logprobs !== true
        ? null
        : {
            content: tokens.map((token, i) => ({
              token: tokenizer.decode([token]),
              logprob: logprobs[i],
              top_logprobs: [],
            })),
          },
  }))
  return jsonReply({ ...head, object: 'chat.completion', choices, usage: usage(prompt, drawn) })
}

const created = ({ now }: ServeContext): number => Math.floor(now() / 1000)

/** The whole answer in one piece, in the form that a streaming client reads. */
function stream(chunks: readonly object[]): ServeReply {
  const body = [...chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), 'data: [DONE]\n\n'].join('')
  return { status: 200, contentType: 'text/event-stream', body }
}
