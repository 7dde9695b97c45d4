import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const folder = mkdtempSync(join(tmpdir(), 'baton-contract-'))
after(() => rmSync(folder, { recursive: true }))

function baton(...args: string[]) {
  return spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), 'contract', ...args], { encoding: 'utf8' })
}

test('the export holds every notation for every type', () => {
  assert.equal(baton('export', folder, '--contract', 'simple').status, 0)
  assert.deepEqual(readdirSync(folder).sort(), ['code', 'math', 'qa'])
  const read = (name: string) => readFileSync(join(folder, 'qa', name), 'utf8')
  assert.deepEqual(Object.keys(JSON.parse(read('operator.json'))), ['AnswerGenerate', 'Review'])
  assert.match(read('workflow.gbnf'), /^root ::= /)
  assert.equal(JSON.parse(read('vllm.json')).structured_outputs.grammar, JSON.parse(read('llamacpp.json')).grammar)
  assert.equal(JSON.parse(read('plan.schema.json')).type, 'object')
  assert.match(read('prompt.md'), /AnswerGenerate\(input\)/)
})

test('a prompt that contradicts the validator ends the lint with code 4', () => {
  const file = join(folder, 'prompt.md')
  writeFileSync(file, 'For math problems you may use Test.\n')
  const { status, stdout } = baton('lint', '--prompt', file)
  assert.equal(status, 4)
  assert.match(stdout, /contradiction .*you may use Test[\s\S]*refuses Test for math/)
})

test('a name that is none is refused with those there are', () => {
  const { status, stderr } = baton('show', '--as', 'bnf')
  assert.equal(status, 2)
  assert.match(stderr, /--as bnf is not known\.\s+Did you mean gbnf\? It is one of prompt, /)
})
