/**
 * What the keys of the seeds' `training.yaml` mean here: mapped to one of our keys, or ignored with the reason.
 * The policy of the seeds was a 7B model with LoRA on a GPU; settings that belong to that model are ignored while the
 * policy trained is the embedded one, because they would not fit it.
 */
import { isLayerObject, type LayerObject, type LayerValue } from '../yaml-layer.ts'

type Mapping =
  | { readonly kind: 'mapped'; readonly sets: Readonly<Record<string, LayerValue>> }
  | { readonly kind: 'ignored'; readonly reason: string }

type Read = (value: LayerValue, all: LayerObject) => Mapping

const to =
  (key: string): Read =>
  (value) => ({ kind: 'mapped', sets: { [key]: value } })

const ignored =
  (reason: string): Read =>
  () => ({ kind: 'ignored', reason })

const ofTheModel = ignored(
  'it belongs to the model that strategy_model names; the embedded policy keeps its own setting',
)
const ofLora = ignored('the embedded policy is trained whole, without LoRA')
const ofHardware = ignored('the embedded policy runs on the processor')
const replaced = ignored('no part of this trainer; it has its own way (docs/config.md)')

export const seedTrainingKeys: Readonly<Record<string, Read>> = {
  strategy_model: (value) => ({
    kind: 'ignored',
    reason: `training ${String(value)} needs a training server (Tinker protocol), which this version cannot use; the embedded policy is trained instead`,
  }),
  base_model: ofTheModel,
  // Read with aflow_llm.yaml, where it chooses the model.
  aflow_executor_model: () => ({ kind: 'mapped', sets: {} }),
  train_dataset: to('data.train'),
  val_dataset: to('data.validation'),
  test_dataset: ignored('training does not touch the test problems'),
  exp_name: to('run.name'),
  output_dir: to('run.folder'),
  seed: to('seed'),
  max_steps: to('training.steps'),
  save_every: to('training.checkpointEvery'),
  save_total_limit: to('training.keepCheckpoints'),
  eval_every: to('training.evaluateEvery'),
  val_samples: to('evaluation.problems'),
  log_every: ignored('every step is recorded'),
  num_return_sequences_in_group: to('training.groupSize'),
  rollout_batch_size: to('training.problemsPerStep'),
  ppo_epochs: to('training.iterations'),
  clip_range: (value) => ({
    kind: 'mapped',
    sets: { 'training.loss.clipLow': value, 'training.loss.clipHigh': value },
  }),
  use_kl_loss: (value, all) =>
    value === false || all.kl_loss_coef === undefined
      ? { kind: 'mapped', sets: value === false ? { 'training.loss.klCoefficient': 0 } : {} }
      : { kind: 'mapped', sets: { 'training.loss.klCoefficient': all.kl_loss_coef } },
  kl_loss_coef: (value, all) =>
    all.use_kl_loss === false
      ? { kind: 'ignored', reason: 'use_kl_loss is false' }
      : { kind: 'mapped', sets: { 'training.loss.klCoefficient': value } },
  weight_decay: to('training.adam.weightDecay'),
  max_grad_norm: to('training.adam.maxGradNorm'),
  warmup_steps: to('training.warmupSteps'),
  learning_rate: ofTheModel,
  prompt_max_length: ofTheModel,
  response_max_length: ofTheModel,
  gradient_accumulation_steps: ignored('training.minibatchSize says how many rollouts make an update'),
  gradient_checkpointing: ofHardware,
  bf16: ofHardware,
  fp16: ofHardware,
  device: ofHardware,
  device_mapping: ofHardware,
  physical_gpus: ofHardware,
  lora_rank: ofLora,
  lora_alpha: ofLora,
  lora_dropout: ofLora,
  lora_target_modules: ofLora,
  use_lora: ofLora,
  domain_ratios: readRatios,
  execution_timeout: (value) => ({
    kind: 'mapped',
    sets: { 'sandbox.wallMs': typeof value === 'number' ? value * 1000 : value },
  }),
  generation_config: readGeneration,
  temperature_schedule: readTemperatures,
  reward_weights: ignored('rewards are made of the parts in the section rewards'),
  experience_buffer: replaced,
  prompt_optimizer: replaced,
  operator_prompt_enhancer: replaced,
  wandb: ignored('metrics are written to metrics.jsonl in the run folder'),
}

/** `{math: 0.4, code: 0.3, qa: 0.3}`, or `4:3:3` in this order. */
function readRatios(value: LayerValue): Mapping {
  if (typeof value === 'string' && /^\s*[\d.]+\s*:\s*[\d.]+\s*:\s*[\d.]+\s*$/.test(value)) {
    const [math = 0, code = 0, qa = 0] = value.split(':').map(Number)
    return { kind: 'mapped', sets: { 'data.mix': { math, code, qa } } }
  }
  return { kind: 'mapped', sets: { 'data.mix': value } }
}

function readGeneration(value: LayerValue): Mapping {
  if (!isLayerObject(value) || value.temperature === undefined) {
    return { kind: 'ignored', reason: 'of it only the temperature has a use here' }
  }
  return { kind: 'mapped', sets: { 'policy.temperature': value.temperature } }
}

/** Start and end under any of the names that the seeds used. */
function readTemperatures(value: LayerValue): Mapping {
  if (!isLayerObject(value)) return { kind: 'ignored', reason: 'it has no start and end' }
  if (value.enabled === false) return { kind: 'ignored', reason: 'it is not enabled' }
  const find = (...names: string[]): LayerValue | undefined =>
    names.map((name) => value[name]).find((candidate) => candidate !== undefined)
  const first = find('initial', 'start', 'initial_temperature', 'start_temperature', 'initial_temp', 'start_temp')
  const last = find('final', 'end', 'final_temperature', 'end_temperature', 'final_temp', 'end_temp')
  if (first === undefined || last === undefined) return { kind: 'ignored', reason: 'it has no start and end' }
  return {
    kind: 'mapped',
    sets: { 'policy.temperature': first, 'policy.temperatureSchedule': { shape: 'linear', final: last } },
  }
}
