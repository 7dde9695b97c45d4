import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startCommandLine } from './testing/command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-contract-'))
const commands = startCommandLine()
after(() => {
  commands.close()
  rmSync(folder, { recursive: true })
})

const baton = (...args: string[]) => commands.run(folder, ['contract', ...args])

test('the export holds every notation for every type', async () => {
  assert.equal((await baton('export', folder, '--contract', 'simple')).code, 0)
  assert.deepEqual(readdirSync(folder).sort(), ['code', 'math', 'qa'])
  const read = (name: string) => readFileSync(join(folder, 'qa', name), 'utf8')
  assert.deepEqual(Object.keys(JSON.parse(read('operator.json'))), ['AnswerGenerate', 'Review'])
  assert.match(read('workflow.gbnf'), /^root ::= /)
  assert.equal(JSON.parse(read('vllm.json')).structured_outputs.grammar, JSON.parse(read('llamacpp.json')).grammar)
  assert.equal(JSON.parse(read('plan.schema.json')).type, 'object')
  assert.match(read('prompt.md'), /AnswerGenerate\(input\)/)
})

test('a prompt that contradicts the validator ends the lint with code 4', async () => {
  const file = join(folder, 'prompt.md')
  writeFileSync(file, 'For math problems you may use Test.\n')
  const { code, stdout } = await baton('lint', '--prompt', file)
  assert.equal(code, 4)
  assert.match(stdout, /contradiction .*you may use Test[\s\S]*refuses Test for math/)
})

test('a name that is none is refused with those there are', async () => {
  const { code, stderr } = await baton('show', '--as', 'bnf')
  assert.equal(code, 2)
  assert.match(stderr, /--as bnf is not known\.\s+Did you mean gbnf\? It is one of prompt, /)
})
