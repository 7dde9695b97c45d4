/**
 * The answering model under a profile, on any chat model. A server that fails gives a failure, never an empty answer.
 *
 * Likelihood needs what OpenAI's protocol does not have: log-probs of tokens of the prompt. vLLM gives them
 * (`prompt_logprobs`), so a second chat model is asked that sends it; other servers give the failure `unsupported`.
 */
import { type Json, member } from '../../core/json.ts'
import { type ChatMessage, type ChatModel, LlmError } from '../../llm/index.ts'
import type { Answerer, AnswerOutcome, EvaluationProfile, LikelihoodOutcome } from '../schema.ts'
import { pictureUrl } from './pictures.ts'
import { promptFor, readAnswer } from './prompt.ts'

export interface AnswererModels {
  readonly model: ChatModel
  /** Sends `likelihoodBody` with every request; without it likelihoods are unsupported. */
  readonly likelihoodModel?: ChatModel
}

/** Members that make vLLM return the log-probs of an answer that is already there. */
export const likelihoodBody = {
  prompt_logprobs: 0,
  add_generation_prompt: false,
  continue_final_message: true,
  // The one token that follows must be returned, whatever it is: an empty reply counts as a failure.
  ignore_eos: true,
  skip_special_tokens: false,
} as const

/** Members that ask vLLM for beam search. */
export function decodingBody({ beams, lengthPenalty }: EvaluationProfile): { readonly [name: string]: Json } {
  return beams === 1 ? {} : { use_beam_search: true, n: beams, length_penalty: lengthPenalty }
}

/** Pictures are kept as data URLs up to this many characters together: one that is shown often is read once. */
const mostCharacters = 256 * 2 ** 20

export function createAnswerer({ model, likelihoodModel }: AnswererModels, profile: EvaluationProfile): Answerer {
  const urls = new Map<string, string>()
  let characters = 0
  const urlOf = (image: string): string => {
    let url = urls.get(image)
    if (url === undefined) {
      url = pictureUrl(image, profile.maxPictureSide)
      urls.set(image, url)
      characters += url.length
      for (const [oldest, kept] of urls) {
        if (characters <= mostCharacters) break
        urls.delete(oldest)
        characters -= kept.length
      }
    }
    return url
  }
  const tools = { profile, urlOf }
  const call = (of: ChatModel, messages: readonly ChatMessage[], maxTokens: number, signal?: AbortSignal) =>
    of.generate(messages, { purpose: 'answering', seed: 0, temperature: profile.temperature, maxTokens }, signal)
  return {
    model: model.model,
    profile,
    async answer(question, demonstrations, signal): Promise<AnswerOutcome> {
      try {
        const reply = await call(model, promptFor(question, demonstrations, tools), profile.maxTokens, signal)
        const { text, answerUsage, answerCostUsd } = reply
        const usage = { ...answerUsage, costUsd: answerCostUsd }
        return { kind: 'answer', prediction: readAnswer(text, profile), rawGeneration: text, usage }
      } catch (error) {
        return failureOf(error)
      }
    },
    async likelihood(question, demonstrations, answer, signal): Promise<LikelihoodOutcome> {
      if (likelihoodModel === undefined) return unsupported('no server was given for it')
      try {
        const messages = promptFor(question, demonstrations, { ...tools, answer })
        const reply = await call(likelihoodModel, messages, 1, signal)
        const meanLogprob = answerLogprob(reply.raw, answer)
        return meanLogprob === null
          ? unsupported('the server returns no prompt_logprobs')
          : { kind: 'likelihood', meanLogprob }
      } catch (error) {
        return failureOf(error)
      }
    },
  }
}

function unsupported(reason: string): LikelihoodOutcome {
  return { kind: 'failure', failure: 'unsupported', message: `likelihoods cannot be asked for: ${reason}` }
}

function failureOf(error: unknown): { kind: 'failure'; failure: string; message: string } {
  if (error instanceof LlmError) return { kind: 'failure', failure: error.kind, message: error.message }
  throw error
}

/**
 * Mean log-prob of the last tokens of the prompt, those that spell the answer. Special tokens after it are passed over.
 * @returns null where the body has none, or they do not spell the answer.
 */
export function answerLogprob(body: Json, answer: string): number | null {
  const entries = member(body, 'prompt_logprobs')
  if (!Array.isArray(entries)) return null
  const wanted = answer.trim()
  let text = ''
  let sum = 0
  let count = 0
  for (let i = entries.length - 1; i > 0; i--) {
    const token = readToken(entries[i])
    if (token === null) return null
    if (count === 0 && !wanted.endsWith(token.text.trimEnd()) && !token.text.trimEnd().endsWith(wanted)) continue
    text = `${token.text}${text}`
    sum += token.logprob
    count += 1
    if (text.trim() === wanted) return sum / count
    if (text.trim().length > wanted.length) return null
  }
  return null
}

/** With `prompt_logprobs: 0` there is one entry a token: the token itself. */
function readToken(entry: Json | undefined): { readonly text: string; readonly logprob: number } | null {
  if (typeof entry !== 'object' || entry === null) return null
  const [token, ...others] = Object.values(entry as { readonly [id: string]: Json })
  const logprob = member(token, 'logprob')
  const text = member(token, 'decoded_token')
  if (others.length > 0 || typeof logprob !== 'number' || typeof text !== 'string') return null
  return { text, logprob }
}
