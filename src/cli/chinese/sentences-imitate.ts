/** Sentences about imitation before reinforcement, and about completions that are held to a grammar. */
export const imitateSentences: Readonly<Record<string, string>> = {
  '--resume takes what is imitated from the run.': '--resume 时，模仿什么由运行决定。',
  'training.rollouts is collected, but environment {environment} has no attempts that were judged before.':
    'training.rollouts 为 collected，但环境 {environment} 没有事先评判的尝试。',
  'Set training.rollouts: sampled. Rollouts of an earlier run can be imitated: training.imitation.from.':
    '请设 training.rollouts: sampled。要模仿以前运行的轨迹，请用 training.imitation.from。',
  'training.imitation.steps is above 0, but training.imitation.from names nothing to imitate.':
    'training.imitation.steps 大于 0，但 training.imitation.from 没有给出要模仿的内容。',
  'Set training.imitation.from to a run folder, a JSONL file or experts, or training.imitation.steps: 0.':
    '请把 training.imitation.from 设为运行目录、JSONL 文件或 experts，或设 training.imitation.steps: 0。',
  'training.imitation.from is given, but environment demonstrations imitates its judged sequences.':
    '给出了 training.imitation.from，但环境 demonstrations 模仿的是它评判过的序列。',
  'Set training.imitation.from: [], and demonstrations.collection or demonstrations.sequences.':
    '请设 training.imitation.from: []，并设 demonstrations.collection 或 demonstrations.sequences。',
  'policy.engine is frozen, which learns nothing, but training.imitation.steps is above 0.':
    'policy.engine 为 frozen，它不学习，但 training.imitation.steps 大于 0。',
  'Set policy.engine: embedded or tinker, or training.imitation.steps: 0.':
    '请设 policy.engine: embedded 或 tinker，或设 training.imitation.steps: 0。',
  'training.imitation.patience is {patience}, but the loss on held-out problems is not measured in the course of imitation.':
    'training.imitation.patience 为 {patience}，但模仿过程中不评估留出题上的损失。',
  'Set training.imitation.evaluateEvery: 10 and training.imitation.heldOut: 0.1, or training.imitation.patience: null.':
    '请设 training.imitation.evaluateEvery: 10 和 training.imitation.heldOut: 0.1，或设 training.imitation.patience: null。',
  'training.imitation.from: {folder} has no training rollout that answered right.':
    'training.imitation.from：{folder} 没有答对的训练轨迹可供模仿。',
  'training.imitation.from: {folder} has no training rollout with a reward of {reward} or more.':
    'training.imitation.from：{folder} 没有奖励达到 {reward} 的训练轨迹可供模仿。',
  'Name another run, or set training.imitation.leastReward lower.':
    '请换一个运行，或调低 training.imitation.leastReward。',
  'training.imitation.from: all {count} attempts are longer than the policy may write (policy.maxCompletionTokens {most}, context {context}).':
    'training.imitation.from：全部 {count} 次尝试都超过策略可写的长度（policy.maxCompletionTokens 为 {most}，上下文为 {context}）。',
  'Raise policy.maxCompletionTokens, or imitate shorter completions.':
    '请调高 policy.maxCompletionTokens，或模仿较短的内容。',
  '{count} attempts are not imitated: they are longer than the policy may write (policy.maxCompletionTokens {most})':
    '有 {count} 次尝试不被模仿：超过策略可写的长度（policy.maxCompletionTokens 为 {most}）',
  'imitation ended at step {end}: the loss on held-out problems was lowest at step {best}':
    '模仿在第 {end} 步结束：留出题上的损失在第 {best} 步最低',
  'the policy of step {best}, with the lowest loss on held-out problems, is lost: the last one is kept':
    '第 {best} 步的策略（留出题损失最低）已丢失：保留最后一个',
  '{source}: {count} problems are left out, the policy is measured on them':
    '{source}：略去 {count} 道题，因为要用这些题评估策略',
  '{folder} has no chat template: rows of messages cannot be made into its prompts.':
    '{folder} 没有对话模板：无法由消息得到它的提示词。',
  'Give rows of {"prompt": "text", "completion": ...} or {"problemId": ..., "completion": ...}, or a model with a chat template.':
    '请给出 {"prompt": "文本", "completion": ...} 或 {"problemId": ..., "completion": ...} 形式的行，或换一个带对话模板的模型。',
  '{path} line {line!}: data.train has no problem {id}.': '{path} 第 {line} 行：data.train 中没有题目 {id}。',
  'Set data.train to the file with this problem, or give the row a prompt of its own.':
    '请把 data.train 设为含有该题的文件，或给这一行写上自己的 prompt。',
  '{path} gives no completions.': '{path} 中没有可学习的内容。',
  'Check the file; docs/imitation.md has its forms.': '请检查该文件；各种写法见 docs/imitation.md。',
  'policy.constrain is {constrain}, which policy.engine {engine} cannot hold its completions to.':
    'policy.constrain 为 {constrain}，但 policy.engine {engine} 无法让生成内容遵守它。',
  'Set policy.constrain: none, or policy.engine: embedded or frozen.':
    '请设 policy.constrain: none，或设 policy.engine: embedded 或 frozen。',
  'policy.constrain is {constrain}, but the policy is asked for a {form} (workflows.form).':
    'policy.constrain 为 {constrain}，但向策略要的是 {form}（workflows.form）。',
  'Set workflows.form: {form}, or policy.constrain: {constrain}.':
    '请设 workflows.form: {form}，或设 policy.constrain: {constrain}。',
  'policy.constrain is {constrain}, but the vocabulary of this policy cannot write a workflow so.':
    'policy.constrain 为 {constrain}，但该策略的词表写不出这样的工作流。',
  'Set policy.constrain: none.': '请设 policy.constrain: none。',
  'policy.constrain is {constrain}, but a short workflow takes {needed} tokens of this policy, and policy.maxCompletionTokens is {most}.':
    'policy.constrain 为 {constrain}，但该策略写一个短的工作流也要 {needed} 个 token，而 policy.maxCompletionTokens 为 {most}。',
  'Set policy.maxCompletionTokens: {needed}, or policy.constrain: none.':
    '请设 policy.maxCompletionTokens: {needed}，或设 policy.constrain: none。',
  'policy.constrain is {constrain}, but {address} holds no answer to a grammar: it was tried with {ways}.':
    'policy.constrain 为 {constrain}，但 {address} 不按语法作答：已试过 {ways}。',
  'Serve the model with vLLM or llama.cpp, or set policy.constrain: none.':
    '请用 vLLM 或 llama.cpp 提供该模型，或设 policy.constrain: none。',
}
