/** Sentences about the training of a selector of demonstrations. */
export const demosSentences: Readonly<Record<string, string>> = {
  'policy.engine {engine} does not learn environment {environment}.':
    'policy.engine {engine} 不能在环境 {environment} 中学习。',
  'Set environment: demonstrations, or another policy.engine.':
    '请设 environment: demonstrations，或换一个 policy.engine。',
  'Set policy.engine: pointer with environment: demonstrations, or environment: workflows.':
    '请设 policy.engine: pointer 并配 environment: demonstrations，或设 environment: workflows。',
  'demonstrations needs a collection, or sequences and embeddings.':
    'demonstrations 需要一次收集，或者序列与向量两种文件。',
  'Set demonstrations.collection to the run folder of npx baton demos collect, or give its files.':
    '请把 demonstrations.collection 设为 npx baton demos collect 的运行目录，或给出其中的文件。',
  'training.rollouts is sampled, and without a collection no answering model can judge new sequences.':
    'training.rollouts 为 sampled，但没有给出收集，无从评判新序列。',
  'Set demonstrations.collection, or training.rollouts: collected.':
    '请设 demonstrations.collection，或设 training.rollouts: collected。',
  'demonstrations.reward.mode {mode} reads {field~}, which new sequences (training.rollouts sampled) do not have.':
    'demonstrations.reward.mode {mode} 要读{field~}，而新序列（training.rollouts 为 sampled）没有它。',
  'the score of the InfoScore beam': ' InfoScore 束的得分',
  'the probability of the reference answers': '参考答案的概率',
  'Set training.rollouts: collected, or demonstrations.reward.mode: hard_plus_soft.':
    '请设 training.rollouts: collected，或设 demonstrations.reward.mode: hard_plus_soft。',
  'training.steps and training.imitation.steps are both 0: there is nothing to do.':
    'training.steps 与 training.imitation.steps 都是 0：无事可做。',
  'Set one of them to 1 or more.': '请把其中之一设为 1 或更大。',
  'there are no judged attempts to learn from: none, or all of a problem have the same reward.':
    '没有可供学习的已评判尝试：一个也没有，或同一题的奖励全都相同。',
  'Collect more sequences for each question, or set training.dropZeroSignalGroups=false.':
    '请为每个问题多收集些序列，或设 training.dropZeroSignalGroups=false。',
  '{folder} has lost the policy that its imitation left, which later steps are held against.':
    '{folder} 缺少模仿结束时的策略，而之后的训练步要以它为参照。',
  '{folder} trained a selector of demonstrations, not a policy that writes workflows.':
    '{folder} 训练的是示例选择器，不是编写工作流的策略。',
  'Measure its selector: npx baton demos eval --selector {path}':
    '评估其选择器：npx baton demos eval --selector {path}',
  'Start a new run.': '请开始新的运行。',
  '--resume takes its files from the run.': '--resume 所用的文件取自该运行。',
  'Leave the other options out, or start a new run. Single keys can be changed with --set.':
    '请去掉其他选项，或开始新的运行。个别键可用 --set 更改。',
  '{file} has {count} numbers a row, {other} has {width}.': '{file} 每行有 {count} 个数，{other} 每行有 {width} 个。',
  'Embed both with one encoder.': '两者请用同一个编码器生成向量。',
  '{file} and {other} were judged under different evaluation profiles.':
    '{file} 与 {other} 是按不同的评估配置档评判的。',
  'Train on files of one profile; collect the others again under it.':
    '请只用同一配置档的文件训练；其余的请按该配置档重新收集。',
  '{folder} is not a run: it has no config.yaml.': '{folder} 不是运行目录：其中没有 config.yaml。',
  'Give the run folder that npx baton demos collect printed.': '请给出 npx baton demos collect 显示的运行目录。',
  'the files of sequences hold no questions.': '序列文件中没有问题。',
  'Collect sequences for some.': '请先为一些问题收集序列。',
  'none of the {count} questions is left to train on: the share {share} of them is held out.':
    '{count} 个问题中没有剩下可供训练的：留出比例为 {share}。',
  'Lower demonstrations.heldOutShare, or collect for more.': '请调低 demonstrations.heldOutShare，或为更多问题收集。',
  'query {id} has no embedding.': '查询 {id} 没有向量。',
  'demonstration {shown} of query {id} has no embedding.': '查询 {id} 的示例 {shown} 没有向量。',
  'Give the embeddings that were made for these questions and this index.': '请给出为这些问题和这个索引生成的向量。',
  'a selector of kind {kind} has no {part} to freeze.': '{kind} 类的选择器没有 {part} 可以冻结。',
  'Set policy.pointer.freeze: none; backbone and attention are parts of the pointer network.':
    '请设 policy.pointer.freeze: none；backbone 和 attention 是指针网络的部分。',
  'the reward {mode} reads {field}, which a judged sequence lacks.':
    '奖励 {mode} 要读 {field}，而有的已评判序列没有它。',
  'Collect with a model that reports it, or take hard_plus_soft.': '请用能给出它的模型收集，或改用 hard_plus_soft。',
  'question {id} has another pool in each of the files: pointers mean different things.':
    '问题 {id} 在两个文件中的候选池不同：指针的含义不一致。',
  'Collect both with the same pools.': '请用相同的候选池收集两者。',
  '{shots} shots cannot be picked from a pool of {size} demonstrations.':
    '无法从 {size} 个示例的候选池中选出 {shots} 个。',
  'Ask for fewer shots, or build larger pools.': '请减少示例数，或扩大候选池。',
}
