/** Chat templates and tokenizers: on a small model of our own, and on published ones where their files are at hand. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { downloadTokenizer } from '../../models/index.ts'
import { createChatTemplate } from './chat-template.ts'
import { openChatTokenizer } from './index.ts'

/** Turns between `<s>` and `</t>`; a system message first or nowhere; thinking can be closed at once. */
const template = `{%- set ns = namespace(turns=0) %}
{%- for message in messages %}
{%- if message.role == 'system' and not loop.first %}{{ raise_exception('system comes first') }}{%- endif %}
{%- set ns.turns = ns.turns + 1 %}
{{- bos_token + message['role'] + '\\n' + message.content | trim + '</t>\\n' }}
{%- endfor %}
{%- if tools %}{{- tools | tojson }}{%- endif %}
{%- if add_generation_prompt %}
{{- bos_token + 'assistant\\n' }}
{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think></think>' }}{%- endif %}
{%- endif %}`

const special = ['<s>', '</t>', '<end>']

function modelFolder(t: TestContext, files: Readonly<Record<string, object>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-chat-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const letters = ['[UNK]', ...'abcdefghijklmnopqrstuvwxyz \n']
  const vocabulary = Object.fromEntries([...letters, ...special].map((text, i) => [text, i]))
  const added = special.map((content) => {
    const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }
    return { id: vocabulary[content], content, ...flags }
  })
  const all = {
    'tokenizer.json': {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: added,
      normalizer: null,
      pre_tokenizer: { type: 'Split', pattern: { Regex: '[\\s\\S]' }, behavior: 'Isolated', invert: false },
      post_processor: null,
      decoder: { type: 'Fuse' },
      model: { type: 'WordLevel', vocab: vocabulary, unk_token: '[UNK]' },
    },
    'tokenizer_config.json': { chat_template: template, bos_token: { content: '<s>' }, eos_token: '<end>' },
    ...files,
  }
  for (const [name, content] of Object.entries(all)) writeFileSync(join(folder, name), JSON.stringify(content))
  return folder
}

test("a conversation becomes tokens by the model's own template, special tokens as one id each", (t) => {
  const chat = openChatTokenizer(modelFolder(t))
  const messages = [
    { role: 'system', content: ' be brief ' },
    { role: 'user', content: 'hi' },
  ]
  const text = '<s>system\nbe brief</t>\n<s>user\nhi</t>\n<s>assistant\n'
  assert.equal(chat.template?.render(messages), text)
  const tokens = chat.promptTokens(messages)
  assert.equal(chat.tokenizer.decode(tokens), text)
  assert.equal(tokens[0], chat.tokenizer.vocabularySize - special.length)
  assert.equal(chat.template?.render(messages, { addGenerationPrompt: false }).endsWith('</t>\n'), true)
  assert.match(chat.template?.render(messages, { variables: { enable_thinking: false } }) ?? '', /<think><\/think>$/)
  assert.match(chat.template?.render(messages, { tools: [{ name: 'f' }] }) ?? '', /\[\{"name": "f"\}\]/)
})

test('an answer ends at what any of the files names, and at the turn end that the template writes', (t) => {
  const plain = modelFolder(t)
  const end = openChatTokenizer(plain).tokenizer.vocabularySize - 1
  assert.deepEqual(openChatTokenizer(plain).stopTokenIds, [end])
  const several = modelFolder(t, {
    'generation_config.json': { eos_token_id: [7, 9] },
    'config.json': { eos_token_id: 9 },
  })
  assert.deepEqual(openChatTokenizer(several).stopTokenIds, [7, 9, end])
})

test('what a template refuses is told in its own words; a file that is none is named', (t) => {
  const chat = openChatTokenizer(modelFolder(t))
  const late = [
    { role: 'user', content: 'hi' },
    { role: 'system', content: 'too late' },
  ]
  assert.throws(() => chat.promptTokens(late), /refuses these messages: system comes first/)
  assert.throws(() => createChatTemplate('{% if %}', {}, 'here'), /chat template of here cannot be read/)
  const none = modelFolder(t, { 'tokenizer_config.json': { eos_token: '<end>' } })
  assert.throws(() => openChatTokenizer(none).promptTokens(late), /has no chat template/)
  writeFileSync(join(none, 'tokenizer.json'), '{}')
  assert.throws(() => openChatTokenizer(none), /tokenizer\.json is not a tokenizer/)
})

test('files come from the hub with the token, missing optional ones are left out, a gated model says what to do', async (t) => {
  const folder = modelFolder(t)
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`)
    const name = request.url?.split('/').at(-1) ?? ''
    if (request.url?.startsWith('/gated/')) response.writeHead(401).end()
    else if (existsSync(join(folder, name))) response.end(readFileSync(join(folder, name)))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const to = mkdtempSync(join(tmpdir(), 'baton-hub-'))
  t.after(() => rmSync(to, { recursive: true, force: true }))
  await downloadTokenizer({ model: 'owner/model', folder: to, endpoint, token: 'hf_x' })
  assert.deepEqual(readdirSync(to).sort(), ['tokenizer.json', 'tokenizer_config.json'])
  assert.equal(seen[0], '/owner/model/resolve/main/tokenizer.json Bearer hf_x')
  assert.equal(openChatTokenizer(to).promptTokens([{ role: 'user', content: 'a' }]).length, 20)
  await assert.rejects(
    downloadTokenizer({ model: 'gated/model', folder: join(to, 'gated'), endpoint }),
    /not open to you/,
  )
  await assert.rejects(downloadTokenizer({ model: '../x', folder: to, endpoint }), /no model of the hub/)
})

/** The texts of their publishers' documentation, by a special token that only this family has. */
const published = {
  '<|im_start|>':
    /^(<\|im_start\|>system\n[^<]*<\|im_end\|>\n)?<\|im_start\|>user\nhi<\|im_end\|>\n<\|im_start\|>assistant\n$/,
  '<|eot_id|>':
    /^<\|begin_of_text\|>(<\|start_header_id\|>system<\|end_header_id\|>\n\n[^<]*<\|eot_id\|>)?<\|start_header_id\|>user<\|end_header_id\|>\n\nhi<\|eot_id\|><\|start_header_id\|>assistant<\|end_header_id\|>\n\n$/,
} as const

const models = process.env['BATON_TEST_MODELS'] ?? ''
const skip = models === '' ? 'BATON_TEST_MODELS names no folder with folders of published models' : false

test('published templates say what their publishers do, and their tokens read back', { skip }, () => {
  for (const name of readdirSync(models)) {
    const chat = openChatTokenizer(join(models, name))
    const text = chat.template?.render([{ role: 'user', content: 'hi' }]) ?? ''
    const [token, form] = Object.entries(published).find(([mark]) => text.includes(mark)) ?? ['', /$^/]
    assert.match(text, form, name)
    const tokens = chat.promptTokens([{ role: 'user', content: 'hi' }])
    assert.equal(chat.tokenizer.decode(tokens), text)
    const end = token === '<|im_start|>' ? '<|im_end|>' : token
    assert.ok(chat.stopTokenIds.includes(chat.tokenizer.encode(end)[0] ?? -1), name)
  }
})

test('a template that reads the clock reads one date, whatever the day', () => {
  const source = '{% if strftime_now is defined %}{{ strftime_now("%d %B %Y, %-d %b, %A, %%, %Q") }}{% endif %}'
  assert.equal(createChatTemplate(source, {}, 'here').render([]), '01 January 2026, 1 Jan, Thursday, %, %Q')
})
