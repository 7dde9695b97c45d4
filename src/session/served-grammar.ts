/**
 * How a server that writes workflows is told their grammar: the members of a request that vLLM, llama.cpp and others take.
 * Servers that know none of them often ignore them, so each is tried: asked for one word, a server that holds its answer
 * to the grammar writes a workflow instead.
 */
import type { Config } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import { gbnfOf } from '../core/grammar.ts'
import { createAutomaton, dead } from '../core/grammar-automaton.ts'
import type { JsonObject } from '../core/json.ts'
import type { ProblemType } from '../core/problem.ts'
import { type ChatModel, LlmError } from '../llm/index.ts'
import { planSchema, programGrammar, readPlan } from '../workflows/grammar/index.ts'

interface Way {
  /** Of the member, for messages. */
  readonly name: string
  fields(type: ProblemType): JsonObject
}

const types: readonly ProblemType[] = ['math', 'code', 'qa']

/** The members of requests by problem type; null where completions are free. @throws BatonError where the server takes none. */
export async function grammarFieldsOf(
  config: Config,
  model: ChatModel,
  signal: AbortSignal,
): Promise<Readonly<Record<string, JsonObject>> | null> {
  if (config.policy.constrain === 'none') return null
  const ways = waysOf(config)
  let said = ''
  for (const way of ways) {
    try {
      if (await isHeld(config, way, { model, signal })) {
        return Object.fromEntries(types.map((type) => [type, way.fields(type)]))
      }
    } catch (error) {
      if (!(error instanceof LlmError)) throw error
      said = ` (${error.message})`
    }
  }
  const { baseUrl } = config.policy.frozen
  throw new BatonError(
    `policy.constrain is ${config.policy.constrain}, but ${baseUrl} holds no answer to a grammar: it was tried with ${ways.map(({ name }) => name).join(', ')}${said}.`,
    {
      boundary: 'policy',
      code: 'no-grammar',
      hint: 'Serve the model with vLLM or llama.cpp, or set policy.constrain: none.',
    },
  )
}

/** What servers take, newest first. */
function waysOf({ policy, workflows: { contract } }: Config): Way[] {
  if (policy.constrain === 'plan') {
    const schema = (type: ProblemType): JsonObject => planSchema(type, contract)
    return [
      { name: 'structured_outputs', fields: (type) => ({ structured_outputs: { json: schema(type) } }) },
      {
        name: 'response_format',
        fields: (type) => ({
          response_format: { type: 'json_schema', json_schema: { name: 'workflow', schema: schema(type) } },
        }),
      },
      { name: 'guided_json', fields: (type) => ({ guided_json: schema(type) }) },
    ]
  }
  const gbnf = (type: ProblemType): string => gbnfOf(programGrammar(type, contract))
  return [
    { name: 'structured_outputs', fields: (type) => ({ structured_outputs: { grammar: gbnf(type) } }) },
    { name: 'guided_grammar', fields: (type) => ({ guided_grammar: gbnf(type) }) },
    { name: 'grammar', fields: (type) => ({ grammar: gbnf(type) }) },
  ]
}

/** Asks for what is no workflow. */
async function isHeld(
  { policy, workflows }: Config,
  way: Way,
  { model, signal }: { readonly model: ChatModel; readonly signal: AbortSignal },
): Promise<boolean> {
  const reply = await model.generate(
    [{ role: 'user', content: 'Answer with the one word: no' }],
    { purpose: 'probe', seed: 0, temperature: 0, maxTokens: policy.maxCompletionTokens, fields: way.fields('math') },
    signal,
  )
  const isCut = reply.finishReason.unified === 'length'
  if (policy.constrain === 'plan') return isPlan(reply.text, isCut)
  const automaton = createAutomaton(programGrammar('math', workflows.contract))
  // Clients cut blanks off the ends of answers.
  const state = [...reply.text.trimEnd()].reduce((at, character) => automaton.next(at, character), automaton.start)
  return state !== dead && reply.text.length > 20
}

function isPlan(text: string, isCut: boolean): boolean {
  try {
    return readPlan(JSON.parse(text)) !== null
  } catch {
    return isCut && /^\s*\{\s*"candidates"/.test(text)
  }
}
