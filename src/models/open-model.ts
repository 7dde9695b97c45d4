/** A published model in any form that is read: its configuration, weights and the files beside them. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatModelConfig } from './format-model-config.ts'
import { tokenId } from './gguf/gguf-config.ts'
import { openGgufModel } from './gguf/gguf-source.ts'
import { ggufTokenizer } from './gguf/gguf-tokenizer.ts'
import type { ModelConfig } from './model-config.ts'
import { modelFileError } from './model-file-error.ts'
import { parseModelConfig } from './parse-model-config.ts'
import { openModelWeights, weightFiles } from './safetensors-source.ts'
import type { TensorSource } from './tensor-source.ts'

export interface OpenModel {
  readonly config: ModelConfig
  /** Close it when done. */
  readonly weights: TensorSource
  /** Text of `config.json`, `tokenizer.json` and what belongs to them, by name. */
  readonly files: Readonly<Record<string, string>>
  /** Paths of the files that hold the weights. */
  readonly weightPaths: readonly string[]
  readonly license: string | null
}

const usual = 'Give the folder of a model, or a .gguf file.'

/** Files of a tokenizer and of generation, each optional but the first. */
const beside = ['tokenizer.json', 'tokenizer_config.json', 'generation_config.json', 'chat_template.jinja'] as const

/** @param path of a GGUF file or a folder. */
export function openModel(path: string): Promise<OpenModel> {
  return path.endsWith('.gguf') ? openGgufFile(path) : openFolder(path)
}

async function openFolder(folder: string): Promise<OpenModel> {
  const where = join(folder, 'config.json')
  if (!existsSync(where)) {
    const isAdapter = existsSync(join(folder, 'adapter_config.json'))
    const hint = isAdapter
      ? 'It is an adapter: import its base, and merge it: baton model export --to safetensors.'
      : usual
    throw modelFileError(`${folder} has no config.json`, hint)
  }
  const text = await readFile(where, 'utf8')
  const config = parseModelConfig(text, where)
  const files: Record<string, string> = { 'config.json': text }
  for (const name of beside) {
    if (existsSync(join(folder, name))) files[name] = await readFile(join(folder, name), 'utf8')
  }
  if (files['tokenizer.json'] === undefined) {
    throw modelFileError(
      `${folder} has no tokenizer.json`,
      'Save the tokenizer in the fast form: AutoTokenizer.from_pretrained(...).save_pretrained(...).',
    )
  }
  const readme = join(folder, 'README.md')
  const card = existsSync(readme) ? await readFile(readme, 'utf8') : ''
  const weights = await openModelWeights(folder)
  return {
    config,
    weights,
    files,
    weightPaths: (await weightFiles(folder)).map((name) => join(folder, name)),
    license: /^---\n[\s\S]*?^license:\s*(\S+)/m.exec(card)?.[1] ?? null,
  }
}

async function openGgufFile(path: string): Promise<OpenModel> {
  const { header, config, weights } = await openGgufModel(path)
  try {
    const tokenizer = ggufTokenizer(header, path)
    const ids = {
      bos_token_id: tokenId(header, 'bos'),
      eos_token_id: config.endOfTextId,
      pad_token_id: config.padId,
    }
    const license = header.metadata.get('general.license')
    return {
      config,
      weights,
      weightPaths: [path],
      license: typeof license === 'string' ? license : null,
      files: {
        'config.json': JSON.stringify({ ...JSON.parse(formatModelConfig(config)), bos_token_id: ids.bos_token_id }),
        'tokenizer.json': `${JSON.stringify(tokenizer.tokenizer)}\n`,
        'tokenizer_config.json': `${JSON.stringify(tokenizer.config, null, 2)}\n`,
        'generation_config.json': `${JSON.stringify(ids, null, 2)}\n`,
      },
    }
  } catch (error) {
    await weights.close()
    throw error
  }
}
