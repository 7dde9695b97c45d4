import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { type LoadedConfig, loadConfig } from '../load.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-seeds-'))
after(() => rmSync(folder, { recursive: true }))

const training = `# 模型
strategy_model: "Qwen/Qwen2.5-7B-Instruct"
aflow_executor_model: "gpt-oss-120b"  # vLLM服务

# 数据集
train_dataset: "data/mixed/train_mixed.jsonl"
val_dataset: "data/mixed/val_mixed.jsonl"

# GPU
physical_gpus: [2]
`

const models = `models:
  "gpt-oss-120b":
    api_type: "openai"
    base_url: "http://localhost:8002/v1"
    api_key: "sk-dummy"
    model_name: "/path/to/gpt-oss-120b"
    temperature: 0
    top_p: 1
    no_proxy: "localhost,127.0.0.1"
`

function write(name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

function load(name: string, text: string, list: string | null = models): LoadedConfig {
  if (list !== null) write(`${name}/aflow_llm.yaml`, list)
  return loadConfig({ file: write(`${name}/training.yaml`, text) })
}

test("seed 004's two files load as they stand, and every key is accounted for in the notes", () => {
  const { config, origin, notes } = load('as-is', training)
  assert.equal(config.data.train, 'data/mixed/train_mixed.jsonl')
  assert.equal(config.data.validation, 'data/mixed/val_mixed.jsonl')
  assert.equal(config.llm.executor.baseUrl, 'http://localhost:8002/v1')
  assert.equal(config.llm.executor.model, '/path/to/gpt-oss-120b')
  assert.equal(config.llm.executor.apiKeyEnvironment, null)
  assert.equal(config.llm.executor.temperature, 0)
  assert.equal(config.policy.engine, 'embedded')
  assert.equal(origin['data.train'], 'training.yaml, line 6')
  assert.equal(origin['llm.executor.model'], 'aflow_llm.yaml, line 6')
  const said = notes.join('\n')
  for (const key of [
    'strategy_model',
    'train_dataset',
    'val_dataset',
    'physical_gpus',
    'gpt-oss-120b',
    'no_proxy',
    'api_type',
  ]) {
    assert.ok(said.includes(key), key)
  }
  assert.match(said, /strategy_model is left aside: training Qwen\/Qwen2\.5-7B-Instruct needs a training server/)
})

test('the LLM file may lie elsewhere, or be the only file', () => {
  const llmFile = write('elsewhere/models.yaml', models)
  const file = write('alone/training.yaml', training)
  assert.equal(loadConfig({ file, llmFile }).config.llm.executor.model, '/path/to/gpt-oss-120b')
  assert.equal(loadConfig({ file: llmFile }).config.llm.executor.model, '/path/to/gpt-oss-120b')
  assert.equal(loadConfig({ llmFile }).config.llm.executor.model, '/path/to/gpt-oss-120b')
})

test('a real executor is never silently replaced by the simulator', () => {
  assert.throws(
    () => load('no-llm', training, null),
    /names gpt-oss-120b \(training\.yaml, line 3\).*no aflow_llm\.yaml/,
  )
  const file = write('no-llm/training.yaml', training)
  const set = ['llm.executor.baseUrl=http://h/v1', 'llm.executor.model=m']
  assert.equal(loadConfig({ file, set }).config.llm.executor.model, 'm')
})

test('the training keys of the seeds reach ours', () => {
  const { config, notes } = load(
    'all-keys',
    `exp_name: plan-b
output_dir: outputs
max_steps: 500
save_every: 50
eval_every: 10
val_samples: 50
log_every: 5
num_return_sequences_in_group: 6
rollout_batch_size: 4
ppo_epochs: 1
use_kl_loss: true
kl_loss_coef: 0.001
clip_range: 0.25
prompt_max_length: 3072
response_max_length: 5120
lora_rank: 64
lora_alpha: 64
lora_dropout: 0.05
lora_target_modules: [q_proj, k_proj]
learning_rate: 1e-5
warmup_steps: 50
domain_ratios: {math: 0.4, code: 0.3, qa: 0.3}
execution_timeout: 180
reward_weights: {correctness: 0.65}
experience_buffer: {size: 100}
prompt_optimizer: {k: 3}
generation_config: {temperature: 0.4, top_p: 0.95, top_k: 50}
physical_gpus: [2]
something_of_their_own: {a: 1}
`,
  )
  const { training: steps, loss } = { training: config.training, loss: config.training.loss }
  assert.deepEqual([config.run.name, config.run.folder], ['plan-b', 'outputs'])
  assert.deepEqual([steps.steps, steps.checkpointEvery, steps.evaluateEvery], [500, 50, 10])
  assert.deepEqual([steps.groupSize, steps.problemsPerStep, steps.iterations, steps.warmupSteps], [6, 4, 1, 50])
  assert.deepEqual([loss.klCoefficient, loss.clipLow, loss.clipHigh], [0.001, 0.25, 0.25])
  assert.equal(config.evaluation.problems, 50)
  assert.equal(config.sandbox.wallMs, 180_000)
  assert.equal(config.policy.temperature, 0.4)
  assert.deepEqual(config.data.mix, { math: 0.4, code: 0.3, qa: 0.3 })
  // What belongs to a 7B model stays as it is for the embedded one.
  assert.equal(steps.learningRate, 3e-4)
  assert.equal(config.policy.maxCompletionTokens, 160)
  const said = notes.join('\n')
  for (const key of ['learning_rate', 'lora_rank', 'prompt_max_length', 'reward_weights', 'something_of_their_own']) {
    assert.match(said, new RegExp(`${key} is left aside: `))
  }
})

test('a KL term that is switched off stays off, and ratios and temperatures have their other spellings', () => {
  const { config } = load(
    'spellings',
    'max_steps: 5\nuse_kl_loss: false\nkl_loss_coef: 0.1\ndomain_ratios: "4:3:3"\ntemperature_schedule: {initial: 0.3, final: 0.15}\n',
  )
  assert.equal(config.training.loss.klCoefficient, 0)
  assert.deepEqual(config.data.mix, { math: 4, code: 3, qa: 3 })
  assert.equal(config.policy.temperature, 0.3)
  assert.deepEqual(config.policy.temperatureSchedule, { shape: 'linear', final: 0.15 })
})

test('a value that does not fit is reported at its line in the seed file', () => {
  assert.throws(
    () => load('bad-value', 'max_steps: none\n'),
    /training\.steps must be .*got "none"; training\.yaml, line 1/,
  )
})

test('a misspelt key of the seeds is an error', () => {
  assert.throws(
    () => load('misspelt', 'train_dataset: a\nmax_stepz: 5\n'),
    /max_stepz is not a known key \(training\.yaml, line 2\)/,
  )
})

test('a dummy key means no key, a variable is named, a real key is refused without repeating it', () => {
  const withKey = (key: string): string => models.replace('sk-dummy', key)
  for (const dummy of ['EMPTY', 'none', 'sk-dummy']) {
    assert.equal(load('keys', training, withKey(dummy)).config.llm.executor.apiKeyEnvironment, null)
  }
  assert.equal(load('keys', training, withKey('$OPENAI_KEY')).config.llm.executor.apiKeyEnvironment, 'OPENAI_KEY')
  assert.throws(
    () => load('keys', training, withKey('sk-real-0123456789')),
    (error: Error) =>
      /holds a secret \(aflow_llm\.yaml, line 5\)/.test(error.message) && !error.message.includes('0123'),
  )
})

test('an executor that the list lacks, or a choice that nobody made, is an error that lists the models', () => {
  const second = `${models}  other:\n    base_url: http://o/v1\n`
  assert.throws(() => load('lacks', training.replace('gpt-oss-120b', 'gpt-5'), second), /is gpt-5.*has no such model/)
  assert.throws(() => loadConfig({ file: write('two/aflow_llm.yaml', second) }), /lists 2 models/)
  assert.equal(load('by-name', training, second).config.llm.executor.model, '/path/to/gpt-oss-120b')
})

test('a configuration of ours does not take an LLM file', () => {
  const file = write('ours/my.yaml', 'training: {steps: 3}\n')
  assert.throws(() => loadConfig({ file, llmFile: write('ours/llm.yaml', models) }), /names its models itself/)
  // An aflow_llm.yaml that happens to lie beside it is not looked at.
  write('ours/aflow_llm.yaml', models)
  assert.equal(loadConfig({ file }).config.llm.executor.baseUrl, 'simulator')
})
