/** The tokens that end an answer, by the model's own files: several for models that chat, one for those that do not. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Tokens that end a turn in the models that chat, by their texts; only those that the tokenizer has count. */
const turnEnds = ['<|im_end|>', '<|eot_id|>', '<|eom_id|>', '<|end_of_text|>', '<|endoftext|>', '<end_of_turn>', '</s>']

/**
 * Those of `generation_config.json`, `config.json` and `tokenizer_config.json`, and the turn ends that the chat template
 * writes: Llama 3 names the end of the text in one file, and ends its turns with another token.
 * @param idOf the id of a special token; undefined where the tokenizer has none of that text.
 * @param template the chat template's text; empty where there is none.
 * @returns ids, each once, those of the generation settings first; without any, what usually ends turns.
 */
export function readStopTokens(folder: string, idOf: (text: string) => number | undefined, template: string): number[] {
  const generation = idsOf(read(folder, 'generation_config.json')['eos_token_id'])
  const model = idsOf(read(folder, 'config.json')['eos_token_id'])
  const eos = read(folder, 'tokenizer_config.json')['eos_token']
  const text = typeof eos === 'string' ? eos : (eos as { content?: string } | undefined)?.content
  const named = text === undefined ? undefined : idOf(text)
  const written = turnEnds.filter((end) => template.includes(end)).map(idOf)
  const found = [...generation, ...model, named, ...written].filter((id) => id !== undefined)
  return [...new Set(found.length > 0 ? found : turnEnds.map(idOf).filter((id) => id !== undefined))]
}

function read(folder: string, name: string): Readonly<Record<string, unknown>> {
  const path = join(folder, name)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>) : {}
}

function idsOf(value: unknown): number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.filter((id): id is number => typeof id === 'number' && Number.isInteger(id))
}
