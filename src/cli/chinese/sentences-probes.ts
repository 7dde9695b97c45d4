/** What the probes of `baton doctor` find. */
export const probeSentences: Readonly<Record<string, string>> = {
  'model and tokenizer: {detail~}': '模型与分词器：{detail~}',
  'sampler log-probs: {detail~}': '采样的对数概率：{detail~}',
  'wire format: {detail~}': '传输格式：{detail~}',
  'forward pass and sampler agree: {detail~}': '前向计算与采样一致：{detail~}',
  'weights and reduction: {detail~}': '权重与归约：{detail~}',
  'losses, clip defaults, custom losses: {detail~}': '损失、默认裁剪、自定义损失：{detail~}',
  'base model: {detail~}': '基座模型：{detail~}',
  'learning, snapshots, saved state: {detail~}': '学习、快照、保存的状态：{detail~}',
  'Adam settings: {detail~}': 'Adam 设置：{detail~}',
  'repeated sequence number: {detail~}': '重复的序号：{detail~}',

  'Baton serves its embedded engine: every weight is trained, whatever LoRA rank is asked for (the rank is remembered, not used).':
    'Baton 提供的是其内置引擎：无论请求的 LoRA 秩是多少，都训练全部权重（秩只记录，不使用）。',
  'get_info has no answer of the protocol': 'get_info 的回复不符合协议',
  '{model!}, tokenizer {tokenizer!}, rank {rank!}': '{model}，分词器 {tokenizer}，秩 {rank}',
  'an empty completion': '生成为空',
  'given, and the same seed draws the same tokens': '有，且相同的随机种子得到相同的 token',
  'given, but seeds are not kept: runs cannot be repeated': '有，但不保留随机种子：运行无法重复',
  'neither protobuf nor JSON is taken': 'protobuf 与 JSON 都不接受',
  'protobuf (results {results!})': 'protobuf（结果 {results}）',
  'json (results {results!})': 'json（结果 {results}）',
  'protobuf (results {results!}), json (results {form!})': 'protobuf（结果 {results}），json（结果 {form}）',
  'no prompt log-probs: snapshots cannot score, a KL term has no reference':
    '没有提示词的对数概率：快照不能评分，KL 项没有参考',
  'largest difference {difference!} nats over {count!} tokens (aim {aim!})':
    '{count} 个 token 中最大相差 {difference} 纳特（目标 {aim}）',
  'can be sampled: the reference of a KL term': '可以采样：可作 KL 项的参考',
  'cannot be sampled': '不能采样',
  'the log-prob of what is learned fell by {fall!}': '所学内容的对数概率下降了 {fall}',
  'log-prob rises by {gain!}; {rest~}': '对数概率上升 {gain}；{rest~}',
  'old snapshots stay; {rest~}': '旧快照保持不变；{rest~}',
  'old snapshots sample the newest weights; {rest~}': '旧快照采样的是最新权重；{rest~}',
  'a saved state cannot be loaded': '保存的状态无法加载',
  'a model that is unloaded takes its saved states with it; {rest~}': '模型卸载时其保存的状态一并丢失；{rest~}',
  'a model that is unloaded takes its saved states with it': '模型卸载时其保存的状态一并丢失',
  'a saved state gives log-probs within {difference!}': '保存的状态的对数概率相差不超过 {difference}',
  'taken: a lost reply costs nothing': '接受：回复丢失也没有损失',
  'refused: after a lost reply the model is rebuilt from its saved state': '拒绝：回复丢失后，模型从其保存的状态重建',
  'cross-entropy gives no gradient': '交叉熵没有梯度',
  'sum ({figures~})': '求和（{figures~}）',
  'mean over sequences ({figures~})': '按序列取均值（{figures~}）',
  'neither sum nor mean ({figures~})': '既非求和也非均值（{figures~}）',
  'twice the weight {twice!}, two copies {copies!}, a datum of weight 0 {silent!}':
    '两倍权重 {twice}，两份副本 {copies}，权重为 0 的数据 {silent}',
  '{losses}; {bounds~}; {custom~}': '{losses}；{bounds~}；{custom~}',
  'clip defaults not known': '默认裁剪未知',
  'clip defaults about {low!} and {high!}': '默认裁剪约为 {low} 与 {high}',
  'custom losses work': '自定义损失可用',
  'custom losses do not work': '自定义损失不可用',
  'the learning rate is not read': '不读取学习率',
  'learning rate, epsilon (and with it betas), weight decay and clipping are read':
    '读取学习率、epsilon（及 beta）、权重衰减与裁剪',
  'not read, or not to be seen: {names}': '不读取，或看不出：{names}',

  // --engine openai
  'answers: {model!} answers a short question': '回答：{model} 能回答简短的问题',
  'tokens: counts the tokens of a prompt: {rate!} bytes of English a token':
    'token：能统计提示词的 token 数：英文每 token {rate} 字节',
  'tokens: counts no tokens: budgets go by estimates': 'token：不统计 token 数：预算按估计值',
  'tokens: counts {tokens!} tokens in {bytes!} bytes: budgets go by estimates':
    'token：{bytes} 字节计作 {tokens} 个 token：预算按估计值',
  'context: the server does not say how long its context is': '上下文：服务器没有说明其上下文长度',
  'context: {tokens!} tokens a request{more}': '上下文：每次请求 {tokens} token{more}',
  'context: the model takes {tokens!} tokens{server}; what the server gives a request it does not say':
    '上下文：模型可用 {tokens} token{server}；服务器没有说明给单次请求多少',
  'doctor --engine openai needs the name of the model.': 'doctor --engine openai 需要模型的名称。',
  'Give --model, as the server lists it.': '请给出 --model，用服务器列出的名称。',
}
