/**
 * A model's own chat template, from its own files: messages to the text that the model was trained on. Nothing is
 * written here that a template says itself; there is no built-in template for any model.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Template } from '@huggingface/jinja'
import { BatonError } from '../../core/failure.ts'

export interface TemplateMessage {
  readonly role: string
  readonly content: string
}

export interface RenderOptions {
  /** Ends with what opens the model's answer; default true. */
  readonly addGenerationPrompt?: boolean
  /** Tool descriptions, as the template wants them. */
  readonly tools?: readonly object[]
  /** The template's own switches: `{ enable_thinking: false }` of Qwen3, `{ date_string: '26 Jul 2024' }` of Llama 3.1. */
  readonly variables?: Readonly<Record<string, unknown>>
}

export interface ChatTemplate {
  /** The template's text. */
  readonly source: string
  /** @throws BatonError where the template refuses the messages, with its own words. */
  render(messages: readonly TemplateMessage[], options?: RenderOptions): string
}

const specialNames = ['bos_token', 'eos_token', 'unk_token', 'pad_token'] as const

/**
 * Reads `chat_template.jinja`, or `chat_template` of `tokenizer_config.json`.
 * @param name which template, where a model has several; `default` where it names none.
 * @returns null where the model has none.
 */
export function readChatTemplate(folder: string, name = 'default'): ChatTemplate | null {
  const config = readTokenizerConfig(folder)
  const file = join(folder, 'chat_template.jinja')
  const source = existsSync(file) ? readFileSync(file, 'utf8') : namedTemplate(config['chat_template'], name)
  if (source === null) return null
  const special = Object.fromEntries(specialNames.map((token) => [token, tokenText(config[token])]))
  return createChatTemplate(source, special, folder)
}

/**
 * @param special tokens that templates may name: `bos_token`, `eos_token`, ...
 * @param where names the model in errors.
 */
export function createChatTemplate(
  source: string,
  special: Readonly<Record<string, string>>,
  where: string,
): ChatTemplate {
  let template: Template
  try {
    template = new Template(source.replaceAll(/\bstrftime_now\b/g, fixedClock))
  } catch (cause) {
    throw templateError(`the chat template of ${where} cannot be read`, cause)
  }
  return {
    source,
    render(messages, { addGenerationPrompt = true, tools, variables } = {}) {
      try {
        return template.render({
          ...special,
          ...variables,
          [fixedClock]: fixedDate,
          messages: messages.map((message) => ({ ...message })),
          add_generation_prompt: addGenerationPrompt,
          // Absent would be undefined, which templates do not take for none.
          tools: tools === undefined ? null : [...tools],
        })
      } catch (cause) {
        throw templateError(`the chat template of ${where} refuses these messages`, cause)
      }
    },
  }
}

/** The library has a `strftime_now` of its own, which cannot be replaced: templates get another name for it. */
const fixedClock = 'fixed_strftime_now'

/**
 * The date that templates read: the same in every run and after every resume, as the time that workflows see. A model that
 * is to know the day gets it in the prompt.
 */
const fixedParts: Readonly<Record<string, string>> = {
  ...{ Y: '2026', y: '26', m: '01', d: '01', e: ' 1', j: '001', b: 'Jan', B: 'January', a: 'Thu', A: 'Thursday' },
  ...{ H: '00', I: '12', M: '00', S: '00', p: 'AM', w: '4', u: '4', '%': '%' },
  ...{ F: '2026-01-01', D: '01/01/26', T: '00:00:00', '-d': '1', '-m': '1', '-H': '0', '-I': '12', '-M': '0' },
}

function fixedDate(format: string): string {
  return format.replaceAll(/%(-?[A-Za-z%])/g, (directive, name: string) => fixedParts[name] ?? directive)
}

function readTokenizerConfig(folder: string): Readonly<Record<string, unknown>> {
  const path = join(folder, 'tokenizer_config.json')
  if (!existsSync(path)) return {}
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  } catch (cause) {
    throw templateError(`${path} is not JSON`, cause)
  }
}

function namedTemplate(value: unknown, name: string): string | null {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return null
  const list = value as readonly { readonly name?: unknown; readonly template?: unknown }[]
  const found = list.find((entry) => entry.name === name)?.template
  return typeof found === 'string' ? found : null
}

/** A special token is a text, or an object that holds it. */
function tokenText(value: unknown): string {
  if (typeof value === 'string') return value
  const content = (value as { content?: unknown } | null | undefined)?.content
  return typeof content === 'string' ? content : ''
}

function templateError(message: string, cause: unknown): BatonError {
  const reason = cause instanceof Error ? `: ${cause.message}` : ''
  return new BatonError(`${message}${reason}`, {
    boundary: 'engine',
    code: 'chat-template',
    hint: 'Use the files that were published with the model, and the roles that its template knows.',
    cause,
  })
}
