/** `tokenizer.json` behind the engine's `Tokenizer`. */
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { BatonError } from '../../core/failure.ts'
import type { ModelConfig } from '../../models/index.ts'
import type { Tokenizer } from '../policy-engine.ts'

/** @param text of a `tokenizer.json`. @param where names the file in errors. */
export function parseTokenizer(text: string, config: ModelConfig, where: string): Tokenizer {
  let inner: HuggingFaceTokenizer
  try {
    inner = new HuggingFaceTokenizer(JSON.parse(text) as object, {})
  } catch (cause) {
    throw tokenizerError(`${where} is not a tokenizer that can be read`, cause)
  }
  let largest = 0
  for (const id of inner.get_vocab(true).values()) largest = Math.max(largest, id)
  if (largest >= config.vocabularySize) {
    throw tokenizerError(`${where} has token ${largest}, the model's vocabulary ends at ${config.vocabularySize - 1}`)
  }
  return {
    encode: (string) => inner.encode(string, { add_special_tokens: false }).ids,
    // The library refuses an empty list; a completion that ends at once is an empty text.
    decode: (tokens) =>
      tokens.length === 0
        ? ''
        : inner.decode([...tokens], { skip_special_tokens: false, clean_up_tokenization_spaces: false }),
    vocabularySize: config.vocabularySize,
    endOfTextId: config.endOfTextId,
    padId: config.padId,
  }
}

function tokenizerError(message: string, cause?: unknown): BatonError {
  return new BatonError(message, {
    boundary: 'engine',
    code: 'tokenizer',
    hint: 'Use the tokenizer.json that belongs to the model.',
    cause,
  })
}
