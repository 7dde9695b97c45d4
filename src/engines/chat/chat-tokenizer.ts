/**
 * A published model's tokenizer and chat template together: messages to prompt tokens, once. What was sampled is trained
 * on as tokens; nothing here turns text back into the tokens of a completion.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { BatonError } from '../../core/failure.ts'
import type { Tokenizer } from '../policy-engine.ts'
import { type ChatTemplate, type RenderOptions, readChatTemplate, type TemplateMessage } from './chat-template.ts'
import { readStopTokens } from './stop-tokens.ts'

export interface ChatTokenizer {
  /** Special tokens in a text become their ids; none is added. */
  readonly tokenizer: Tokenizer
  readonly template: ChatTemplate | null
  /** Any of them ends an answer. */
  readonly stopTokenIds: readonly number[]
  /**
   * The prompt of a conversation, up to where the model's answer begins.
   * @throws BatonError where the model has no chat template, or its template refuses the messages.
   */
  promptTokens(messages: readonly TemplateMessage[], options?: RenderOptions): number[]
}

/** @param folder a model's own files: `tokenizer.json` and, for chat, `tokenizer_config.json`. */
export function openChatTokenizer(folder: string): ChatTokenizer {
  const path = join(folder, 'tokenizer.json')
  let inner: HuggingFaceTokenizer
  try {
    inner = new HuggingFaceTokenizer(JSON.parse(readFileSync(path, 'utf8')) as object, {})
  } catch (cause) {
    throw tokenizerError(`${path} is not a tokenizer that can be read`, cause)
  }
  const vocabulary = inner.get_vocab(true)
  const idOf = (text: string): number | undefined => vocabulary.get(text)
  const template = readChatTemplate(folder)
  const stopTokenIds = readStopTokens(folder, idOf, template?.source ?? '')
  const [endOfTextId] = stopTokenIds
  if (endOfTextId === undefined) throw tokenizerError(`${folder} does not say which token ends an answer`)
  const encode = (text: string): number[] => inner.encode(text, { add_special_tokens: false }).ids
  return {
    tokenizer: {
      encode,
      decode: (tokens) =>
        tokens.length === 0
          ? ''
          : inner.decode([...tokens], { skip_special_tokens: false, clean_up_tokenization_spaces: false }),
      vocabularySize: largest(vocabulary.values()) + 1,
      endOfTextId,
      padId: idOf('<|endoftext|>') ?? idOf('<pad>') ?? endOfTextId,
    },
    template,
    stopTokenIds,
    promptTokens(messages, options) {
      if (template === null) throw tokenizerError(`${folder} has no chat template`)
      return encode(template.render(messages, options))
    },
  }
}

/** Vocabularies are too large for the arguments of a call. */
function largest(ids: Iterable<number>): number {
  let most = 0
  for (const id of ids) most = Math.max(most, id)
  return most
}

function tokenizerError(message: string, cause?: unknown): BatonError {
  return new BatonError(message, {
    boundary: 'engine',
    code: 'chat-tokenizer',
    hint: 'Point it at a folder with the tokenizer.json and tokenizer_config.json that were published with the model.',
    cause,
  })
}
