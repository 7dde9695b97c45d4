/**
 * A folder that holds what examples speak of: runs, collections, workflows, files of a person. Examples run in it at tiny
 * sizes, against servers that are there in place of those they name. Those that cannot run here are listed with the reason.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type CommandLine, startCommandLine } from '../src/cli/testing/command-line.ts'
import { type Simulator, startSimulator } from '../src/simulation/index.ts'
import { type ExampleLine, words } from './example-lines.ts'

const clone = join(import.meta.dirname, '..')
const main = join(clone, 'src', 'cli', 'main.ts')

/** What cannot run here, and why. */
export const notRun: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/OpenEnded_|val_questions\.json|labels-val\.json/, 'needs the files of a published data set with its pictures'],
  [/collect -q questions\.jsonl/, 'needs a model that knows the questions: the simulator knows those it made'],
  [/rce_epoch5|selector\.safetensors old/, 'needs a checkpoint of an older layout; demos-train.test.ts converts one'],
  [
    /-?-e(?:mbeddings)? (?:clip|index)\.safetensors/,
    'the same command as on a collection, which is run, with files of a person',
  ],
  [
    /smollm2|SmolLM2|Qwen2\.5-0\.5B|Llama-3\.2|file\.gguf|real-7f3a/,
    'needs published weights, or a run that trained them; cli/model has tests of its own',
  ],
  [/gpu-box|Qwen2\.5-7B|qwen2\.5-7b/, 'needs a graphics card and the weights of a 7B model'],
  [/apiKeyEnvironment=MY_API_KEY|our-authority\.pem/, 'needs an account'],
  [/chats\.jsonl/, "needs a person's conversations and model; imitate.test.ts imitates a file"],
  [/runs\/frozen-91bc/, 'needs a run with many right rollouts; imitate.test.ts imitates runs'],
]

const tinyTraining = [
  ...[
    'training.steps=1',
    'training.minibatchSize=null',
    'training.problemsPerStep=2',
    'training.groupSize=2',
    'evaluation.problems=1',
    'evaluation.during.problems=1',
  ],
  ...['evaluation.samplesPerProblem=1', 'evaluation.baselines.searchProblems=0', 'data.limit=8'],
  ...['sandbox.processes=1', 'sandbox.interpretersPerProcess=1'],
].flatMap((setting) => ['--set', setting])

/** By the words that a command begins with: what keeps it small. */
const small: readonly (readonly [command: string, more: readonly string[]])[] = [
  ['train', [...tinyTraining, '--accept-low-signal']],
  [
    'imitate',
    [
      ...tinyTraining,
      ...['training.imitation.steps=1', 'training.imitation.evaluateEvery=1', 'training.acceptLowSignal=true'].flatMap(
        (key) => ['--set', key],
      ),
    ],
  ],
  ['eval', ['--problems', '1']],
  ['demos collect', ['--generated', '40', '--queries', '8', '--pool-size', '8', '--sequences', '4', '--similar', '1']],
  [
    'demos train',
    [
      ...[
        'policy.pointer.hiddenWidth=8',
        'training.imitation.steps=2',
        'training.steps=1',
        'training.problemsPerStep=2',
      ],
      ...['training.groupSize=2', 'evaluation.problems=2', 'evaluation.during.problems=2'],
      'training.acceptLowSignal=true',
    ].flatMap((key) => ['--set', key]),
  ],
  ['demos eval', ['--generated', '40', '--limit', '6', '--shots', '1', '--pool-size', '8']],
  ['data synth', ['--train', '30', '--validation', '6', '--test', '6']],
]

const sizeOf = (command: string): string => small.find(([name]) => name === command)?.[1].join(' ') ?? ''

let shownGroups = ''
let root = ''
let folder = ''
let commands: CommandLine
const simulators = new Map<string, Simulator>()
const servers: ChildProcess[] = []

async function prepare(): Promise<void> {
  root = mkdtempSync(join(tmpdir(), 'baton-examples-'))
  folder = join(root, 'clone')
  mkdirSync(folder)
  commands = startCommandLine()
  for (const name of ['data', 'docs', 'models', 'recipes']) symlinkSync(join(clone, name), join(folder, name))
  const rows = (file: string, from: number): string =>
    readFileSync(join(clone, 'data', 'problems', file), 'utf8')
      .split('\n')
      .slice(from, from + 12)
      .join('\n')
  const files: Readonly<Record<string, string>> = {
    'mine.jsonl': rows('train.jsonl', 0),
    'mine-held-out.jsonl': rows('validation.jsonl', 0),
    'my.yaml': 'seed: 2\n',
    'training.yaml': 'training:\n  steps: 3\n',
    'question.txt': 'What is 6 * 7?\n',
    'my-prompt.md': 'Write a workflow.\n',
    'labelled.jsonl': '{"question": "How many?", "reference": "8", "prediction": "8x", "label": false}\n',
    'pairs.jsonl': '{"type": "qa", "reference": "Ann", "prediction": "It was Ann", "question": "Who won?"}\n',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  await prepared('workflow export "AnswerGenerate -> Review ? Revise : done" --to python --out graph.py')
  await prepared('workflow export "AnswerGenerate * 3 -> ScEnsemble" --to aflow --out . --type math')
  const rounds = join(folder, 'workspace', 'MATH', 'workflows')
  cpSync(join(rounds, 'round_1'), join(rounds, 'round_3'), { recursive: true })
  await prepared(
    `train --preset tiny --set run.name=quickstart-7f3a --accept-low-signal ${tinyTraining.join(' ')} --set training.steps=3`,
  )
  await prepared('eval runs/quickstart-7f3a --data mine.jsonl --problems 4')
  shownGroups = await prepared('show runs/quickstart-7f3a --step 1')
  for (const name of ['quickstart', 'quickstart-91bc', 'first', 'second']) copied('quickstart-7f3a', name)
  await prepared(`imitate --from experts --set run.name=imitate-7f3a ${sizeOf('imitate')}`)
  copied('imitate-7f3a', 'imitate-91bc')
  await prepared(`demos collect ${sizeOf('demos collect')}`)
  renamed('demos-collect-', 'demos-collect-7f3a')
  await prepared(`demos train --collection runs/demos-collect-7f3a ${sizeOf('demos train')}`)
  renamed('demonstrations-', 'demonstrations-7f3a')
  const evaluated = `demos eval --selector runs/demonstrations-7f3a/selector.safetensors ${sizeOf('demos eval')}`
  for (const name of ['demos-7f3a', 'demos-91bc']) await prepared(`${evaluated} --name ${name}`)
}

async function close(): Promise<void> {
  commands.close()
  for (const child of servers) child.kill('SIGKILL')
  for (const simulator of simulators.values()) await simulator.close()
  rmSync(root, { recursive: true, force: true })
}

/** @returns what was printed. */
async function prepared(line: string): Promise<string> {
  const { code, stdout, stderr } = await commands.run(folder, words(line))
  assert.equal(code, 0, `${line}\n${stdout}\n${stderr}`)
  return stdout
}

function copied(run: string, name: string): void {
  cpSync(join(folder, 'runs', run), join(folder, 'runs', name), { recursive: true })
}

function renamed(prefix: string, name: string): void {
  const made = readdirSync(join(folder, 'runs')).find((one) => one.startsWith(prefix) && one !== name)
  renameSync(join(folder, 'runs', made ?? ''), join(folder, 'runs', name))
}

/** The words of an example, small, with servers that are there in place of those it names. */
async function runnable(text: string): Promise<{ argv: string[]; environment: Record<string, string> }> {
  const all = words(text)
  const start = all.findIndex((word) => !/^[A-Z_]+=/.test(word))
  const environment = Object.fromEntries(all.slice(0, start).map((word) => word.split('=') as [string, string]))
  let argv = all.slice(start + (all[start] === 'npx' ? 2 : 1))
  if (argv.includes('--help')) return { argv, environment }
  const model = /(?:--model|llm\.(?:executor|judge)\.model=)\s*"?(\S+?)"?(?:\s|$)/.exec(text)?.[1] ?? 'simulator'
  if (!isServer(argv)) {
    const modelServer = /http:\/\/(?:localhost|127\.0\.0\.1):(?:8000|8002|8080|8090)\/v1/g
    if (modelServer.test(text)) argv = await replaced(argv, modelServer, () => simulatorFor(model))
    argv = await replaced(argv, /http:\/\/127\.0\.0\.1:10610/g, trainingServer)
  }
  argv = argv.map((word, i) => shownPlace(word, argv[i - 1]))
  const problem = argv.indexOf('--problem') + 1
  if (problem > 0 && argv[0] !== 'workflow') argv[problem] = problemOfStepOne()
  const name = small.find(([command]) => `${argv.join(' ')} `.startsWith(`${command} `))
  const isWhole = argv.includes('--resume') || /--budget|maxCostUsd/.test(text)
  const more = isWhole ? [] : (name?.[1] ?? [])
  const tinker = text.includes('policy.engine=tinker') ? ['--set', 'policy.tinker.profile=baton'] : []
  const sizes = /maxCostUsd/.test(text) && !argv.includes('--resume') ? tinyTraining : more
  return { argv: [...argv, ...(argv[0] === 'demos' && argv.includes('--resume') ? [] : sizes), ...tinker], environment }
}

async function replaced(argv: readonly string[], pattern: RegExp, by: () => Promise<string>): Promise<string[]> {
  if (!argv.some((word) => new RegExp(pattern.source).test(word))) return [...argv]
  const address = await by()
  return argv.map((word) => word.replaceAll(pattern, address))
}

/** Steps, problems and folders that examples name, as they are in the prepared folder. */
function shownPlace(word: string, before = ''): string {
  if (before === '--step') return '1'
  return word
    .replace('/var/lib/baton', 'served-too')
    .replace('/data/runs', 'runs')
    .replace(/^runs\/demos-(?!91bc)\w{4}$/, 'runs/demos-7f3a')
    .replace(/^run\.name=first$/, 'run.name=first-too')
}

function problemOfStepOne(): string {
  return /^(synth-\S+)/m.exec(shownGroups)?.[1] ?? ''
}
async function simulatorFor(model: string): Promise<string> {
  const known = simulators.get(model) ?? (await startSimulator({ seed: 1, model }))
  simulators.set(model, known)
  return known.baseUrl
}

let training: Promise<string> | undefined
function trainingServer(): Promise<string> {
  training ??= addressOf(started(['serve', '--port', '0', '--folder', join(root, 'served')], {}))
  return training
}

function started(argv: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', ...environment }
  const child = spawn(process.execPath, [main, ...argv], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  servers.push(child)
  return child
}

/** The first address that a server prints. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (part: string) => {
        text += part
        const address = /at (http:\/\/[\w.:[\]]+?:\d+)/.exec(text)?.[1]
        if (address !== undefined) resolve(address)
      })
    }
    child.once('exit', (code) => reject(new Error(`exit code ${code}\n${text}`)))
  })
}

function isServer([command = '']: readonly string[]): boolean {
  return ['serve', 'simulate', 'ui'].includes(command)
}

async function startsAndStops(argv: readonly string[], environment: Readonly<Record<string, string>>): Promise<void> {
  const isPort = argv.indexOf('--port')
  const free = isPort < 0 ? [...argv, '--port', '0'] : argv.map((word, i) => (i === isPort + 1 ? '0' : word))
  const child = started(
    argv[0] === 'serve' && !argv.includes('--folder') ? [...free, '--folder', `served-${servers.length}`] : free,
    environment,
  )
  await addressOf(child)
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.kill('SIGINT')
  assert.equal(await ended, 0)
}

/** A test for each line that can run. */
export function testExamples(lines: readonly ExampleLine[]): void {
  before(prepare)
  after(close)
  for (const { from, text } of lines.filter((line) => !notRun.some(([pattern]) => pattern.test(line.text)))) {
    test(`${from}: ${text}`, async () => {
      const { argv, environment } = await runnable(text)
      if (isServer(argv)) return startsAndStops(argv, environment)
      const { code, stdout, stderr } = await commands.run(folder, argv)
      assert.ok(endings(text).includes(code ?? -1), `exit code ${code}\n${stdout}\n${stderr}`)
      assert.doesNotMatch(stdout + stderr, /\n\s+at |mistake in Baton/)
    })
  }
}

/** A budget may end a run, a prompt that is no contract contradicts the validator, and one example shows a refusal. */
function endings(text: string): readonly number[] {
  if (/report runs\/demos-/.test(text)) return [2]
  return /maxCostUsd=0\.02|contract lint --prompt/.test(text) ? [0, 4] : [0]
}
