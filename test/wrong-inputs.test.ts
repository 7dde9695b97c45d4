/**
 * Values that people get wrong, by kind: addresses, names, numbers with units, shares, lists, files, workflows. Each is
 * refused with exit code 2 and the value that was meant, and nothing is left behind.
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type CommandLine, startCommandLine } from '../src/cli/testing/command-line.ts'

let root = ''
let commands: CommandLine
before(() => {
  commands = startCommandLine()
  root = mkdtempSync(join(tmpdir(), 'baton-wrong-inputs-'))
})
after(() => {
  commands.close()
  rmSync(root, { recursive: true, force: true })
})

const row = (fields: object): string =>
  `${JSON.stringify({ id: 'a', source: 's', question: 'Why?', answer: '4', ...fields })}\n`
const files: Readonly<Record<string, string>> = {
  'poem.jsonl': row({ type: 'poem' }),
  'bare.jsonl': '{"question": "Why?", "answer": "4"}\n',
  'good.jsonl': row({ type: 'math' }),
  'torn.jsonl': `${row({ type: 'math' })}{"id": "b"`,
  'empty.md': ' \n',
  'prose.md': 'Only words, and no program.\n',
  'graph.py': 'class Workflow:\n    pass\n',
}

let folders = 0
function newFolder(): string {
  const folder = join(root, String(++folders))
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** Words as a shell splits them; quotes keep spaces. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'),
  )
}

async function refused(line: string, ...patterns: readonly RegExp[]): Promise<void> {
  const folder = newFolder()
  const { code, stdout, stderr } = await commands.run(folder, words(line))
  assert.equal(code, 2, `${line}\n${stdout}\n${stderr}`)
  for (const pattern of patterns) assert.match(stderr, pattern, line)
  assert.match(stderr, /^error: .*[.:]\n {7}\S/s, line)
  assert.doesNotMatch(stderr + stdout, /\n\s+at |mistake in Baton|undefined|\[object|NaN/, line)
  assert.deepEqual(readdirSync(folder).sort(), Object.keys(files).sort(), `${line}: nothing is left behind`)
}

/** A command line and what its error must say. */
type Case = readonly [line: string, ...patterns: readonly RegExp[]]

function cases(name: string, list: readonly Case[]): void {
  describe(name, () => {
    for (const [line, ...patterns] of list) test(line === '' ? '(nothing)' : line, () => refused(line, ...patterns))
  })
}

cases('addresses', [
  ['train --set llm.executor.baseUrl=localhost:8002', /Set llm\.executor\.baseUrl: http:\/\/localhost:8002\/v1\./],
  ['train --set llm.executor.baseUrl=http:/localhost', /http:\/\/localhost:8000\/v1/],
  [
    'train --set llm.judge.baseUrl=http://localhost:8002/v1/chat/completions',
    /llm\.judge\.baseUrl: http:\/\/localhost:8002\/v1\./,
  ],
  ['train --set llm.executor.baseUrl=http://localhost:99999/v1', /no port 99999/],
  ['train --set "llm.executor.baseUrl=https://a.example/v1?key=secret"', /^(?!.*secret-?\b=)/, /variable/],
  ['train --set policy.engine=tinker --set policy.tinker.baseUrl=localhost:10610/api/v1', /http:\/\/localhost:10610\./],
  ['demos collect --server localhost:8000', /--server http:\/\/localhost:8000\/v1/],
  ['demos eval --server localhost:8000 --model m', /--server http:\/\/localhost:8000\/v1/],
  ['demos eval --server http://localhost:1/v1', /--server needs --model/],
  ['workflow run AnswerGenerate --problem x --server localhost:8000 --model m', /--server http:\/\/localhost:8000\/v1/],
  ['doctor --server localhost:10610', /--server http:\/\/localhost:10610\./],
  ['doctor --server http://localhost:1', /does not answer/, /Start the server/, /^(?!.*resume)/s],
])

cases('names', [
  ["train --set 'run.name=a b'", /it holds a space/, /run\.name: a-b\./],
  ['train --set run.name=../evil', /holds no slash/, /run\.name: evil\./],
  [`train --set run.name=${'n'.repeat(300)}`, /300 characters, and 64 is the most/],
  ['train --set run.name=😀', /"😀"/, /run\.name/],
  ['train --set run.name=läuft', /run\.name: lauft\./],
  ['train --set run.name=NUL', /Windows/, /run-NUL/],
  ['train --set run.name=...', /begins with "\."/],
  ['train --set \'run.name=""\'', /it is empty/],
  ["demos eval --name 'a b'", /--name a-b\./],
  ['demos collect --server http://localhost:1/v1 --model m --api-key-env NO_SUCH_KEY', /export NO_SUCH_KEY/],
  ['doctor --server http://localhost:1 --api-key-env sk-abc', /name of an environment variable/, /^(?!.*sk-abc)/s],
])

cases('numbers, shares and lists', [
  ['train --set data.mix=4:3:3', /data\.mix: \{math: 4, code: 3, qa: 3\}\./],
  ['train --set rewards.range=-10:10', /rewards\.range: \[-10, 10\]\./],
  ['train --set training.maxCostUsd=5USD', /training\.maxCostUsd: 5\./],
  ['train --set llm.executor.attemptTimeoutMs=30s', /attemptTimeoutMs: 30000\./],
  ['train --set data.train=[a.jsonl,b.jsonl]', /one file/, /cat a\.jsonl b\.jsonl/],
  ['ui nowhere', /there is no folder nowhere\./, /such as runs/],
  ['ui --port 99999', /from 0 to 65535 \(got 99999\)/],
  ['ui --host 203.0.113.7 --port 0', /cannot listen .*EADDRNOTAVAIL/],
  ['simulate --fault emptyContent', /--fault emptyContent=0\.1\./],
  ['simulate --fault emptyContent:2', /from 0 to 1 \(got 2\)/],
  ['simulate --fault emptyContents=0.1', /Did you mean emptyContent\?/],
  ['simulate --fault emptyContent=0.9 --fault slow=0.9', /add up to 1\.8/],
  ['simulate --host http://localhost:8090', /--host localhost --port 8090\./],
  ['simulate --host 203.0.113.7', /cannot listen .*EADDRNOTAVAIL/, /--host, such as 127\.0\.0\.1/],
  ['serve --host localhost:8000 --folder served', /--host localhost --port 8000\./],
  ['serve --host 256.1.1.1 --folder served', /--host must be a name or an address/],
  ['simulate --port 99999', /from 0 to 65535 \(got 99999\)/],
  ['simulate --latency 2s', /--latency 2000\./],
  ['serve --fault 429', /--fault 429=0\.1\./],
  ['serve --hold 1m', /--hold 60\./],
  ['demos collect --balance 4', /--balance 4:4\./],
  ['demos collect --balance 0:4', /at least 1.*--balance 1:4\./s],
  ['demos collect --encoder clip', /--encoder clip:/],
  ['demos collect --sampler radnom', /Did you mean random\?/],
  ['demos collect --generated 5', /--generated must be .*from 10/],
  ['demos eval --shots 1-4', /--shots 1,2,3,4\./],
  [
    'demos train --set training.rollouts=fresh -d good.jsonl -e good.jsonl',
    /training\.rollouts must be one of `sampled`, `collected`/,
  ],
  [
    'demos train --set training.imitation.step=1 -d good.jsonl -e good.jsonl',
    /Did you mean training\.imitation\.steps\?/,
  ],
  ['data synth --out new --seed -1', /--seed must be a whole number/],
  ['contract show --type maths', /Did you mean math\?/],
])

const own = '--set data.validation=good.jsonl --set data.train='
cases('files', [
  [`train ${own}poem.jsonl`, /poem\.jsonl line 1: "type" is "poem"/, /one of math, code, qa/],
  [`train ${own}bare.jsonl`, /Add "id" and "type"/],
  [`train ${own}goood.jsonl`, /data\.train: goood\.jsonl does not exist/, /Did you mean good\.jsonl\?/],
  [`train ${own}*.jsonl`, /a pattern is not read/],
  [`train ${own}~/mine.jsonl`, /\$HOME/],
  [`train ${own}https://example.com/a.jsonl`, /curl -LO https:/],
  [`train ${own}./good.jsonl`, /the same file/],
  ['data audit good.jsonl ./good.jsonl', /given twice/],
  ['data audit poem.jsonl', /"type" is "poem"/],
  ['contract lint --prompt empty.md', /empty\.md is empty/],
  ['contract lint --prompt emty.md', /Did you mean empty\.md\?/],
  ['serve --model nowhere --folder served', /--model: nowhere does not exist/],
  ['serve --model . --folder served', /--model: \. is no model: it has no config\.json/, /models\/conductor/],
  ['demos collect --questions good.json', /good\.json does not exist\./, /Did you mean good\.jsonl\?/],
  ['demos collect --questions .', /\. is a folder/],
  ['demos train -d a.json -e good.npy', /does not exist/],
  ['demos convert good.ckpt new.safetensors', /good\.ckpt does not exist/],
  ['workflow check good.jsonl', /holds no workflow/, /npx baton data audit good\.jsonl/],
  ['workflow check empty.md', /is empty/],
  ['workflow check prose.md', /^error: no program in prose\.md\./],
  ['workflow check nope', /^error: there is no file nope, /],
  ['workflow check AnswerGenerat', /there is no file AnswerGenerat, .*Did you mean AnswerGenerate\?/s],
  ['runs nope', /there is no folder nope\./],
  ['demos eval --selector nope', /--selector: nope does not exist/],
  ['demos eval --predictions nope.json', /^error: --predictions: nope\.json does not exist/],
  ['demos eval --questions good.jsonl --index nope.jsonl', /--index: nope\.jsonl does not exist/],
  ['demos train --data nope.json', /^error: --data: nope\.json does not exist/],
  ['demos train --start nope -d good.jsonl', /--start: nope does not exist/],
  ['workflow check grap.py', /Did you mean graph\.py\?/],
])

cases('workflows', [
  ['workflow run AnswerGenerat --problem x', /no operator AnswerGenerat/, /Did you mean AnswerGenerate\?/],
  ["workflow run '[AnswerGenerate' --problem x", /"\]" is missing/],
  ["workflow run 'AnswerGenerate -> Reviw' --problem x", /Did you mean Review\?/],
  ["workflow run '' --problem x", /the workflow is empty/],
  ["workflow run 'What is 6 * 7?' --problem x", /no workflow in the arrow language/],
])

cases('keys', [
  ['train --set strategy_modell=x', /strategy_model, a key of other trainers\? Here it is policy\.tinker\.baseModel/],
  ['train --set training.lr=1e-3', /Did you mean training\.learningRate\?/],
  ['train --set executor.model=x', /Did you mean llm\.executor\.model\?/],
])

test('data audit leaves bad rows out, counted, where it is told to', async () => {
  const folder = newFolder()
  await refused('data audit torn.jsonl', /torn\.jsonl line 2/, /--skip-bad-rows/)
  const { code, stdout, stderr } = await commands.run(folder, ['data', 'audit', 'torn.jsonl', '--skip-bad-rows'])
  assert.equal(code, 0, stderr)
  assert.match(stderr, /1 bad rows left out/)
  assert.match(stdout, /1 problems/)
})

test('a port that is taken: the server says so and leaves no folder behind', async () => {
  const taken = createServer()
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done))
  const { port } = taken.address() as { port: number }
  await refused(`serve --port ${port} --folder served`, new RegExp(`cannot listen at 127\\.0\\.0\\.1:${port}`))
  await new Promise((done) => taken.close(done))
})
