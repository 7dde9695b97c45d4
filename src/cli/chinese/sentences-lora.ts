/** Sentences about the training of an adapter on a language model. */
export const loraSentences: Readonly<Record<string, string>> = {
  'policy.lora.rank is {rank}, but policy.engine {engine} does not train that adapter.':
    'policy.lora.rank 为 {rank}，但 policy.engine {engine} 不训练这个适配器。',
  'Set policy.tinker.loraRank, and policy.lora.rank: 0.': '请设 policy.tinker.loraRank，并设 policy.lora.rank: 0。',
  'Set policy.engine: embedded, or policy.lora.rank: 0.': '请设 policy.engine: embedded，或设 policy.lora.rank: 0。',
  'Use a Llama model such as SmolLM2 or Llama 3.2, or train an adapter on this one: --set policy.lora.rank=16.':
    '请换用 Llama 模型，例如 SmolLM2 或 Llama 3.2，或在这个模型上训练适配器：--set policy.lora.rank=16。',
  '{path!} has lora_alpha {found}; the policy has policy.lora.alpha {alpha}':
    '{path} 的 lora_alpha 为 {found}，而本策略的 policy.lora.alpha 为 {alpha}',
  '{path!} has {key}: true, which this engine does not compute': '{path} 设有 {key}: true，本引擎不支持这种计算',
  'Use the adapter with the model, policy.lora.rank, alpha and targets that it was trained with.':
    '请让适配器与训练它时的模型以及 policy.lora 的 rank、alpha 和 targets 配套使用。',
  '{path!} names {base} as its base, which is no model folder here':
    '{path} 把 {base} 记为基础模型，而它不是本机上的模型目录',
  'Put the path of the model folder under "base_model_name_or_path".':
    '请在 "base_model_name_or_path" 下填写模型目录的路径。',
}
