/**
 * Reads the keys of a `config.json` one by one and remembers which were read. What is left at the end must be known to be
 * harmless: a key that changes the computation and is not understood would give a model that is silently wrong.
 */
import { isObject } from './json-values.ts'
import { modelConfigError } from './model-config.ts'

/** Keys that change nothing in a forward pass, or only say how the file came about. */
const harmless = new Set(
  [
    'architectures attention_dropout bos_token_id cache_implementation dtype torch_dtype transformers_version use_cache',
    'initializer_range initializer_factor is_llama_config pretraining_tp model_name name_or_path',
    'hidden_dropout resid_pdrop embd_pdrop attn_pdrop output_attentions output_hidden_states return_dict',
    'return_dict_in_generate output_scores torchscript use_bfloat16 tf_legacy_loss gradient_checkpointing',
    'chunk_size_feed_forward finetuning_task id2label label2id num_labels problem_type tokenizer_class',
    'task_specific_params prefix sep_token_id decoder_start_token_id max_window_layers unsloth_version unsloth_fixed',
    'transformers.js_config auto_class attn_implementation experts_implementation',
    // Settings of generation that older files carry here.
    'max_length min_length do_sample early_stopping num_beams num_beam_groups diversity_penalty temperature top_k top_p',
    'typical_p repetition_penalty length_penalty no_repeat_ngram_size encoder_no_repeat_ngram_size bad_words_ids',
    'num_return_sequences forced_bos_token_id forced_eos_token_id remove_invalid_values suppress_tokens',
    'begin_suppress_tokens exponential_decay_length_penalty',
  ].flatMap((line) => line.split(' ')),
)

export interface ConfigKeys {
  /** A whole number of at least 1. */
  size(key: string, fallback?: number): number
  /** A number above 0. */
  positive(key: string, fallback?: number): number
  /** Null and absent: null. */
  optionalPositive(key: string): number | null
  flag(key: string, fallback: boolean): boolean
  /** Takes the key only at one of these values; absent and null pass. */
  only(key: string, ...supported: readonly unknown[]): void
  /** First id of one or several; null where there is none. */
  tokenId(key: string): number | null
  object(key: string): ConfigKeys | null
  /** The value itself; whoever takes it checks it. */
  raw(key: string): unknown
  /** @throws BatonError with `supported` after the key's name and value. */
  refuse(key: string, supported: string): never
  /** @throws BatonError where a key is neither read nor harmless. */
  finish(): void
}

/** @param where names the file, and the key above, in errors. */
export function configKeys(values: Readonly<Record<string, unknown>>, where: string): ConfigKeys {
  const read = new Set<string>()
  const children: ConfigKeys[] = []
  const get = (key: string): unknown => {
    read.add(key)
    return Object.hasOwn(values, key) ? (values[key] ?? undefined) : undefined
  }
  const refuse = (key: string, supported: string): never => {
    throw modelConfigError(`${where}: ${key} is ${shown(values[key])}; supported: ${supported}`)
  }
  const number = (key: string, what: string, isFine: (value: number) => boolean, fallback?: number): number => {
    const value = get(key) ?? fallback
    if (value === undefined) throw modelConfigError(`${where} has no ${key}`)
    return typeof value === 'number' && isFine(value) ? value : refuse(key, what)
  }
  const isId = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0
  const keys: ConfigKeys = {
    size: (key, fallback) =>
      number(key, 'a whole number from 1 on', (value) => Number.isSafeInteger(value) && value >= 1, fallback),
    positive: (key, fallback) =>
      number(key, 'a number above 0', (value) => Number.isFinite(value) && value > 0, fallback),
    optionalPositive: (key) => (get(key) === undefined ? null : keys.positive(key, 1)),
    flag(key, fallback) {
      const value = get(key) ?? fallback
      return typeof value === 'boolean' ? value : refuse(key, 'true, false')
    },
    only(key, ...supported) {
      const value = get(key)
      if (value !== undefined && !supported.includes(value)) refuse(key, supported.map(shown).join(', '))
    },
    tokenId(key) {
      const value = get(key)
      if (value === undefined) return null
      const ids = Array.isArray(value) ? value : [value]
      return ids.length > 0 && ids.every(isId) ? (ids[0] as number) : refuse(key, 'token ids')
    },
    object(key) {
      const value = get(key)
      if (value === undefined) return null
      if (!isObject(value)) return refuse(key, 'an object')
      const child = configKeys(value, `${where}: ${key}`)
      children.push(child)
      return child
    },
    raw: get,
    refuse,
    finish() {
      for (const child of children) child.finish()
      for (const [key, value] of Object.entries(values)) {
        const isFine = read.has(key) || harmless.has(key) || key.startsWith('_') || isOff(value)
        if (!isFine) refuse(key, 'not this key, which may change what the model computes')
      }
    },
  }
  return keys
}

/** A key that is null, false or empty asks for nothing. */
const isOff = (value: unknown): boolean =>
  value === null ||
  value === false ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0)

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'absent'
  return text.length > 100 ? `${text.slice(0, 100)}...` : text
}
