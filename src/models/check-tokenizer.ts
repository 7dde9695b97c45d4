import { Tokenizer } from '@huggingface/tokenizers'
import type { ModelConfig } from './model-config.ts'
import { modelFileError } from './model-file-error.ts'

/** @throws BatonError where `tokenizer.json` cannot be used or names tokens that the model does not have. */
export function checkTokenizer(text: string, config: ModelConfig, where: string): void {
  let vocabulary: ReadonlyMap<string, number>
  try {
    vocabulary = new Tokenizer(JSON.parse(text) as object, {}).get_vocab(true)
  } catch (cause) {
    throw modelFileError(`the tokenizer of ${where} cannot be read`, "Use the model's own tokenizer.json.", cause)
  }
  let largest = -1
  for (const id of vocabulary.values()) largest = Math.max(largest, id)
  if (largest >= config.vocabularySize) {
    throw modelFileError(
      `the tokenizer of ${where} has token ${largest}, the model's vocabulary ends at ${config.vocabularySize - 1}`,
      'Use the tokenizer.json that belongs to the model.',
    )
  }
}
