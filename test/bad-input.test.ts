/**
 * What bad input gets, at the command line: the exit code, a message with the fix, no stack trace, and no run folder
 * where the input was wrong.
 */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  baton,
  type CommandLine,
  type CommandResult,
  runsIn,
  startCommandLine,
} from '../src/cli/testing/command-line.ts'
import { completion, json, type QuirkServer, says, startQuirkServer } from '../src/llm/testing/quirk-server.ts'
import { createRun, runStateText } from '../src/runs/index.ts'
import { listRuns } from '../src/runs/testing/list-runs.ts'

let root = ''
let server: QuirkServer
let commands: CommandLine
before(async () => {
  commands = startCommandLine()
  root = mkdtempSync(join(tmpdir(), 'baton-bad-input-'))
  const mute = (response: Parameters<typeof json>[0]): void => json(response, 200, completion({ content: '' }))
  const listed = { object: 'list', data: [{ id: 'openai/gpt-oss-120b' }, { id: 'mute' }, { id: 'wrong' }] }
  server = await startQuirkServer({
    'GET /v1/models': (response) => json(response, 200, listed),
    mute,
    wrong: says('False'),
  })
})
after(async () => {
  commands.close()
  await server.close()
  rmSync(root, { recursive: true, force: true })
})

let folders = 0
/** A working folder with files in it. */
function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = join(root, `case-${++folders}`)
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** Exit code and message as expected, no stack, and nothing left behind unless a run is expected. */
function assertRefused(result: CommandResult, code: number, message: readonly RegExp[]): void {
  const { stdout, stderr } = result
  assert.equal(result.code, code, `${stdout}\n${stderr}`)
  for (const pattern of message) assert.match(stderr, pattern)
  assert.doesNotMatch(stderr + stdout, /\n\s+at |mistake in Baton|undefined|\[object/)
}

async function refused(folder: string, args: readonly string[], code: number, ...message: RegExp[]): Promise<void> {
  assertRefused(await commands.run(folder, args), code, message)
  assert.deepEqual(runsIn(folder), [], 'nothing is left behind')
}

const setting = (...keys: readonly string[]): string[] => keys.flatMap((key) => ['--set', key])
const row = (id: number, answer = '4'): string =>
  JSON.stringify({ question: `${id}: 2 + 2?`, answer: `#### ${answer}` })
const rows = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => row(from + i))

describe('configuration', () => {
  test('an unknown key: its place, and the nearest known one', async () => {
    const folder = folderWith({ 'my.yaml': 'seed: 1\ntraining:\n  groupSizee: 8\n' })
    const found = [/training\.groupSizee is not a known key \(my\.yaml, line 3\)/, /Did you mean training\.groupSize\?/]
    await refused(folder, ['train', '--config', 'my.yaml'], 2, ...found)
  })

  test('several mistakes are told at once', async () => {
    const args = ['train', ...setting('training.steps=-1', 'training.groupSize=1', 'policy.topP=nan')]
    const found = [/training\.steps must be/, /training\.groupSize must be .*got 1/, /policy\.topP/]
    await refused(folderWith(), args, 2, /3 things in the configuration are wrong/, ...found)
  })

  test('files that are not there: configuration, data, model', async () => {
    const folder = folderWith({ 'mine.jsonl': `${row(1)}\n` })
    await refused(folder, ['train', '--config', 'none.yaml'], 2, /none\.yaml does not exist/)
    await refused(folder, ['train', ...setting('data.train=mime.jsonl')], 2, /data\.train: mime\.jsonl does not exist/)
    await refused(folder, ['train', ...setting('policy.model=no-model')], 2, /policy\.model: no-model does not exist/)
    await refused(folder, ['data', 'audit', 'mime.jsonl'], 2, /Did you mean mine\.jsonl\?/)
  })

  test('YAML that cannot be read, an unknown preset, a folder for a file', async () => {
    const folder = folderWith({ 'bad.yaml': 'training: [1,\n', 'list.yaml': '- 1\n' })
    await refused(folder, ['train', '--config', 'bad.yaml'], 2, /bad\.yaml/, /line/)
    await refused(folder, ['train', '--config', 'list.yaml'], 2, /list\.yaml/)
    await refused(folder, ['train', '--config', '.'], 2, /is a folder/)
    await refused(folder, ['train', '--preset', 'quick'], 2, /quick/, /quickstart/)
  })

  test('a --set without a value, with a section for a key, with no known key', async () => {
    await refused(folderWith(), ['train', '--set', 'training.steps'], 2, /--set training\.steps/, /=/)
    await refused(folderWith(), ['train', '--set', 'training=5'], 2, /training must be a section/)
    await refused(
      folderWith(),
      ['train', '--set', 'llm.executor.base_url=http://x'],
      2,
      /llm\.executor\.base_url/,
      /baseUrl\?/,
    )
  })

  test('a key in the configuration is refused and not repeated', async () => {
    const secret = 'sk-live-0123456789abcdef'
    const folder = folderWith({ 'my.yaml': `llm:\n  executor:\n    apiKey: ${secret}\n` })
    for (const args of [['--config', 'my.yaml'], setting(`llm.executor.apiKeyEnvironment=${secret}`)]) {
      const result = await commands.run(folder, ['train', ...args])
      assertRefused(result, 2, [/environment variable/, /apiKeyEnvironment: MY_API_KEY/])
      assert.ok(!(result.stderr + result.stdout).includes(secret))
    }
    assert.deepEqual(runsIn(folder), [])
  })

  test('an environment variable that is not set', async () => {
    const args = setting(`llm.executor.baseUrl=${server.baseUrl}`, 'llm.executor.model=mute')
    const named = setting('llm.executor.apiKeyEnvironment=BATON_NO_SUCH_KEY')
    await refused(folderWith(), ['train', ...args, ...named], 2, /BATON_NO_SUCH_KEY, which is not set/, /export/)
  })

  test('numbers of options that are none', async () => {
    const folder = folderWith()
    await refused(folder, ['simulate', '--port', 'http'], 2, /--port must be a whole number/)
    await refused(
      folder,
      ['simulate', '--fault', 'emptyContent=7'],
      2,
      /--fault emptyContent must be a number from 0 to 1 \(got 7\)/,
    )
    await refused(folder, ['data', 'synth', '--train', '-3', '--out', 'x'], 2, /--train must be a whole number/)
    await refused(folder, ['data', 'synth', '--train', '1e12', '--out', 'x'], 2, /from 1 to 1000000 \(got 1e12\)/)
    await refused(folder, ['report', 'x', '--best', '2.5'], 2, /--best must be a whole number/)
    await refused(folder, ['train', '--set', 'training.steps=1e999'], 2, /got Infinity/)
  })

  test('the two files of the older trainer as they stand: a dry run says what became of each key', async () => {
    const folder = folderWith({
      'config/training.yaml': `# 模型
strategy_model: "Qwen/Qwen2.5-7B-Instruct"
aflow_executor_model: "gpt-oss-120b"  # vLLM服务

# 数据集
train_dataset: "data/mixed/train_mixed.jsonl"
val_dataset: "data/mixed/val_mixed.jsonl"

# GPU
physical_gpus: [2]
`,
      'config/aflow_llm.yaml': `models:
  "gpt-oss-120b":
    api_type: "openai"
    base_url: "http://localhost:8002/v1"
    api_key: "sk-dummy"
    model_name: "/path/to/gpt-oss-120b"
    temperature: 0
    top_p: 1
    no_proxy: "localhost,127.0.0.1"
`,
    })
    const args = ['train', '--config', 'config/training.yaml', '--dry-run', '--print-config']
    await refused(folder, args, 2, /data\.train: data\/mixed\/train_mixed\.jsonl does not exist/)
    mkdirSync(join(folder, 'data/mixed'), { recursive: true })
    writeFileSync(join(folder, 'data/mixed/train_mixed.jsonl'), rows(0, 8).join('\n'))
    writeFileSync(join(folder, 'data/mixed/val_mixed.jsonl'), rows(8, 12).join('\n'))
    const { code, stdout, stderr } = await commands.run(folder, args)
    assert.equal(code, 0, stderr)
    for (const key of ['strategy_model', 'physical_gpus', 'train_dataset', 'no_proxy']) {
      assert.match(stderr, new RegExp(`note: .*${key}`))
    }
    assert.match(stdout, /baseUrl: http:\/\/localhost:8002\/v1/)
    assert.match(stdout, /^problems .*\n[\s\S]*nothing was trained[\s\S]*\nseed: 1\n/)
    assert.equal(stdout.match(/^executor /gm)?.length, 1)
    assert.deepEqual(runsIn(folder), [])
  })
})

describe('data', () => {
  const data = (train: string): string[] => setting(`data.train=${train}`, 'data.validation=held-out.jsonl')
  const heldOut = rows(100, 104).join('\n')

  test('a malformed row: its line; left out and counted with --skip-bad-rows', async () => {
    const lines = [
      ...rows(0, 3),
      '{"question": "2 + 2?", "answer": ',
      ...rows(3, 5),
      JSON.stringify({ question: 'x?' }),
    ]
    const folder = folderWith({ 'mine.jsonl': lines.join('\n'), 'held-out.jsonl': heldOut })
    const args = ['train', '--preset', 'tiny', ...data('mine.jsonl'), '--dry-run']
    await refused(folder, args, 2, /mine\.jsonl line 4: is not JSON/, /--skip-bad-rows/)
    const { code, stdout, stderr } = await commands.run(folder, [...args, '--skip-bad-rows'])
    assert.equal(code, 0, stderr)
    assert.match(stderr, /mine\.jsonl: 2 bad rows left out/)
    assert.match(stdout, /5 train/)
  })

  test('an empty file, a folder, a binary file, an unknown format', async () => {
    const files = { 'empty.jsonl': '', 'binary.jsonl': '\u0000\u0001\u0002', 'other.jsonl': '{"colour": "red"}\n' }
    const folder = folderWith({ ...files, 'held-out.jsonl': heldOut })
    const train = (file: string): string[] => ['train', '--preset', 'tiny', ...data(file), '--dry-run']
    await refused(folder, train('empty.jsonl'), 2, /empty\.jsonl holds no rows/)
    await refused(folder, train('.'), 2, /is a folder/)
    await refused(folder, train('binary.jsonl'), 2, /line 1: is not JSON/)
    await refused(folder, train('other.jsonl'), 2, /no known format: its rows have the keys colour/)
  })
})

describe('servers', () => {
  const executor = (baseUrl: string, model: string): string[] => [
    ...['train', '--preset', 'tiny'],
    ...setting(`llm.executor.baseUrl=${baseUrl}`, `llm.executor.model=${model}`),
  ]

  test('a server that is not there', async () => {
    const gone = await startQuirkServer({})
    await gone.close()
    const fix = [/cannot be reached: connection refused/, /Start the server, or set llm\.executor\.baseUrl/]
    await refused(folderWith(), executor(gone.baseUrl, 'm'), 2, ...fix)
  })

  test('a server that answers nothing is found before the first step', async () => {
    const fix = [/gave 3 empty answers/, /reasoningEffort: low/]
    await refused(folderWith(), executor(server.baseUrl, 'mute'), 2, ...fix)
  })

  test('a judge that answers nothing, too', async () => {
    const judge = setting(`llm.judge.baseUrl=${server.baseUrl}`, 'llm.judge.model=mute')
    await refused(folderWith(), ['train', '--preset', 'tiny', ...judge], 2, /the judge at .* gave 3 empty answers/)
  })

  test('a model that the server does not list: the nearest it has', async () => {
    const found = [/model list has no "gpt-oss-120b"/, /Set llm\.executor\.model: openai\/gpt-oss-120b\./]
    await refused(folderWith(), executor(server.baseUrl, 'gpt-oss-120b'), 2, ...found)
  })
})

/** How the runs made in a folder stand. */
function statesIn(folder: string): string[] {
  return listRuns(join(folder, 'runs')).map(({ state }) => runStateText(state))
}

describe('policy and runs', () => {
  const model = join(import.meta.dirname, '..', 'models', 'conductor')

  test('weights of another layout: which tensors, and what share of the parameters', async () => {
    const folder = folderWith()
    cpSync(model, join(folder, 'taller'), { recursive: true })
    const path = join(folder, 'taller', 'config.json')
    const config = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...config, num_hidden_layers: config.num_hidden_layers + 1 }))
    const args = ['train', '--preset', 'tiny', ...setting('policy.model=taller')]
    await refused(folder, args, 2, /model\.layers\.\d+\.\S+/, /\d+\.\d ?% /)
  })

  test('a folder that is no model, weights cut short', async () => {
    const folder = folderWith({ 'nothing/readme.txt': 'no model' })
    await refused(folder, ['train', '--preset', 'tiny', ...setting('policy.model=nothing')], 2, /config\.json/)
    cpSync(model, join(folder, 'short'), { recursive: true })
    const weights = join(folder, 'short', 'model.safetensors')
    writeFileSync(weights, readFileSync(weights).subarray(0, 100_000))
    await refused(folder, ['train', '--preset', 'tiny', ...setting('policy.model=short')], 2, /model\.safetensors/)
  })

  test('a folder that is no run', async () => {
    const folder = folderWith()
    const fix = /is not a run: it has no manifest\.json|there is no run x/
    for (const command of [
      ['train', '--resume', '.'],
      ['eval', '.'],
      ['report', '.'],
      ['report', 'x', '--best', '1'],
    ]) {
      await refused(folder, command, 2, fix)
    }
    writeFileSync(join(folder, 'file'), 'text')
    await refused(folder, ['runs', 'file'], 2, /file is a file/)
    await refused(folder, ['train', '--preset', 'tiny', ...setting('run.folder=file')], 2, /run\.folder=/)
    for (const name of ['manifest.json', 'config.yaml', 'journal.sqlite']) writeFileSync(join(folder, name), '{')
    await refused(folder, ['report', '.'], 2, /manifest\.json cannot be read as JSON/)
    await refused(folder, ['train', '--resume', 'x', '--preset', 'tiny'], 2, /--resume takes its configuration from/)
  })

  test('a run whose data have changed, and one that is being written', async () => {
    const folder = folderWith({ 'mine.jsonl': rows(0, 4).join('\n'), 'held-out.jsonl': rows(4, 8).join('\n') })
    const keys = ['data.train=mine.jsonl', 'data.validation=held-out.jsonl']
    const { stdout } = await commands.run(folder, ['train', '--preset', 'tiny', ...setting(...keys), '--print-config'])
    const before = { path: 'mine.jsonl', fingerprint: 'another', rows: 5 }
    const store = createRun({
      root: join(folder, 'runs'),
      name: 'mine',
      resolvedYaml: stdout,
      origin: { configHash: '', seed: 1, datasets: { train: before }, argv: [] },
    })
    const locked = await baton(folder, ['train', '--resume', 'runs/mine'])
    assertRefused(locked, 2, [/is being written by process \d+/])
    store.close()
    const config = readFileSync(join(store.folder, 'config.yaml'), 'utf8')
    writeFileSync(join(store.folder, 'config.yaml'), 'x: [')
    assertRefused(await commands.run(folder, ['report', 'runs/mine']), 2, [/config\.yaml cannot be read/])
    writeFileSync(join(store.folder, 'config.yaml'), config)
    const changed = await commands.run(folder, ['train', '--resume', 'runs/mine'])
    assertRefused(changed, 2, [/train \(mine\.jsonl\) has 4 rows and another fingerprint than the 5 rows/, /--force/])
  })

  test('no signal in the data: the forecast stops the run before training, which can go on with --accept-low-signal', async () => {
    const folder = folderWith()
    const wrong = [`llm.executor.baseUrl=${server.baseUrl}`, 'llm.executor.model=wrong', 'judge.trial.problems=0']
    const keys = [...wrong, 'training.groupSize=2', 'evaluation.problems=64']
    const result = await commands.run(folder, [
      'train',
      '--preset',
      'tiny',
      ...setting(...keys, 'training.concurrency=16'),
    ])
    const fix = [
      /groups are expected to carry no signal, .* \(right: 0\.0 %/,
      /--accept-low-signal/,
      /--resume runs\/tiny-\S+ --accept-low-signal/,
    ]
    assertRefused(result, 4, fix)
    assert.doesNotMatch(result.stdout, /step +1\//)
    assert.deepEqual(statesIn(folder), ['stopped: low-signal'])
  })

  test('a budget that would be passed stops the run, which can go on', async () => {
    const folder = folderWith()
    const prices = ['llm.executor.inputPerMillionUsd=1000', 'llm.executor.outputPerMillionUsd=1000']
    const args = ['train', '--preset', 'tiny', ...setting(...prices, 'training.maxCostUsd=0.6')]
    assertRefused(await commands.run(folder, args), 4, [
      /budget of \$0\.6 (?:would be passed|is used up)/,
      /--resume runs\/tiny-\S+ --set training\.maxCostUsd=\d/,
    ])
    assert.deepEqual(statesIn(folder), ['stopped: budget'])
  })
})
