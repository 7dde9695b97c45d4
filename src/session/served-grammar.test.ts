import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Config, loadConfig } from '../config/index.ts'
import { gbnfOf } from '../core/grammar.ts'
import { createChatModel } from '../llm/index.ts'
import { json, type Quirk, says, startQuirkServer } from '../llm/testing/quirk-server.ts'
import { planSchema, programGrammar } from '../workflows/grammar/index.ts'
import { fallbackProgram } from '../workflows/programs/index.ts'
import { openFrozenEngine } from './frozen-policy.ts'
import { grammarFieldsOf } from './served-grammar.ts'

const program = fallbackProgram('math')
const plan = '{"candidates": [{"operator": "AnswerGenerate"}]}'

function configOf(constrain: string, baseUrl: string, model: string): Config {
  const form = constrain === 'plan' ? 'plan' : 'program'
  const frozen = `policy.frozen={baseUrl: "${baseUrl}", model: ${model}}`
  return loadConfig({
    set: ['policy.engine=frozen', frozen, `policy.constrain=${constrain}`, `workflows.form=${form}`],
  }).config
}

/** A server that holds its answers to what the given member says, ignores members, or refuses them. */
function serverThat(takes: string, refuses: readonly string[] = []): Quirk {
  return (response, turn) => {
    const refused = refuses.find((name) => name in turn.body)
    if (refused !== undefined) json(response, 400, { error: { message: `unknown field ${refused}` } })
    else
      says(takes in turn.body ? (JSON.stringify(turn.body[takes]).includes('schema') ? plan : program) : 'no')(
        response,
        turn,
      )
  }
}

async function openServer(t: TestContext, quirk: Quirk) {
  const server = await startQuirkServer({ m: quirk })
  t.after(() => server.close())
  const chat = createChatModel({ baseUrl: server.baseUrl, model: 'm', attempts: 1 })
  t.after(() => chat.close())
  return { server, chat }
}

for (const [name, takes, refuses] of [
  ['vLLM', 'structured_outputs', []],
  ['an older vLLM, which ignores newer members', 'guided_grammar', []],
  ['llama.cpp', 'grammar', []],
  ['a server that refuses the members of others', 'grammar', ['structured_outputs', 'guided_grammar']],
] as const) {
  test(`${name} is sent the grammar of each type as ${takes}`, async (t) => {
    const { server, chat } = await openServer(t, serverThat(takes, refuses))
    const fields = await grammarFieldsOf(configOf('grammar', server.baseUrl, 'm'), chat, AbortSignal.timeout(20_000))
    const sent = fields?.['code']?.[takes]
    const gbnf = gbnfOf(programGrammar('code'))
    assert.deepEqual(sent, takes === 'structured_outputs' ? { grammar: gbnf } : gbnf)
    assert.equal(JSON.stringify(fields?.['math']) === JSON.stringify(fields?.['code']), false)
  })
}

test('a plan is asked for by its schema', async (t) => {
  const { server, chat } = await openServer(t, serverThat('response_format'))
  const fields = await grammarFieldsOf(configOf('plan', server.baseUrl, 'm'), chat, AbortSignal.timeout(20_000))
  const format = fields?.['qa']?.['response_format'] as { json_schema: { schema: unknown } }
  assert.deepEqual(format.json_schema.schema, planSchema('qa'))
})

test('a server that holds no answer to a grammar is refused with what was tried', async (t) => {
  const { server, chat } = await openServer(t, serverThat('none', ['grammar']))
  await assert.rejects(
    grammarFieldsOf(configOf('grammar', server.baseUrl, 'm'), chat, AbortSignal.timeout(20_000)),
    /tried with structured_outputs, guided_grammar, grammar \(.*unknown field grammar/,
  )
  const free = loadConfig({ set: ['policy.engine=frozen', 'policy.frozen.model=m'] }).config
  assert.equal(await grammarFieldsOf(free, chat, AbortSignal.timeout(20_000)), null)
})

test('the generator sends the grammar of the problem with each request, and it is another call without', async (t) => {
  const server = await startQuirkServer({ m: serverThat('grammar') })
  t.after(() => server.close())
  const config = configOf('grammar', server.baseUrl, 'm')
  const options = { environment: {}, signal: AbortSignal.timeout(20_000) }
  const engine = await openFrozenEngine(config, undefined, options)
  t.after(() => engine.close())
  const prompt = engine.tokenizer.encode('[{"role":"user","content":"Q"}]')
  const request = { prompt, count: 1, key: [1] }
  const constraint = { name: 'code', maxTokens: 64 }
  const sampling = { maxTokens: 64, temperature: 1, topP: 1 }
  const [held, free] = await engine.sample([{ ...request, constraint }, request], sampling)
  const textOf = (tokens: readonly number[] = []): string => engine.tokenizer.decode(tokens)
  assert.equal(textOf(held?.[0]?.tokens), program)
  assert.equal(textOf(free?.[0]?.tokens), 'no')
  assert.equal(server.turns.filter(({ body }) => body['grammar'] === gbnfOf(programGrammar('code'))).length, 1)
})
