/** Sentences about servers: of language models, of training. */
export const serviceSentences: Readonly<Record<string, string>> = {
  'the {role~} at {url} {says~}': '位于 {url} 的{role~}{says~}',
  executor: '执行模型',
  judge: '裁判模型',
  policy: '策略',
  'still answered 503 after {time}: it is loading its model, or overloaded.':
    '在 {time} 后仍回复 503：它正在加载模型，或已过载。',
  'answers 503 and asks to wait {asked}, longer than {time}: it is loading its model, or overloaded.':
    '回复 503 并要求等待 {asked}，超过 {time}：它正在加载模型，或已过载。',
  'Wait until the server has loaded its model, then start again; its log shows the progress.':
    '请等服务器加载完模型再重新开始；进度见其日志。',
  'gave {count} empty answers to a short question (model {model}).':
    '对一个简短的问题给出了 {count} 次空回答（模型 {model}）。',
  "Check the server's chat template and reasoning parser for this model, or set {section}.reasoningEffort: low.":
    '请检查服务器上该模型的对话模板与推理解析器，或设 {section}.reasoningEffort: low。',
  'refused a short question: {message}.': '拒绝了一个简短的问题：{message}。',
  'Set {section}.baseUrl: {url}.': '请设 {section}.baseUrl: {url}。',
  'Check {section}.model and {other}.baseUrl against what the server serves.':
    '请对照服务器所提供的模型，检查 {section}.model 与 {other}.baseUrl。',
  'failed at a short question ({kind}): {message}.': '未能回答一个简短的问题（{kind}）：{message}。',
  'gave no answer within {time}.': '在 {time} 内没有回答。',
  'Wait until the server has loaded its model, or look into its log for a request that it is still busy with.':
    '请等服务器加载完模型，或查看其日志中是否有仍在处理的请求。',
  'cannot be reached: {reason~}.': '无法连接：{reason~}。',
  '{network~} ({code!})': '{network~}（{code}）',
  'connection refused': '连接被拒绝',
  'no such host': '没有这台主机',
  'the host name could not be looked up': '无法解析主机名',
  'the host cannot be reached': '主机不可达',
  'the network cannot be reached': '网络不可达',
  'no connection in time': '连接超时',
  'the connection was reset': '连接被重置',
  'the server closed the connection': '服务器关闭了连接',
  'the body was cut short': '回复不完整',
  'the body is too long': '回复过长',
  'the connection failed': '连接失败',
  'too many redirects': '重定向次数过多',
  'the proxy could not be reached by TLS': '无法以 TLS 连接代理',
  'the proxy refused the connection with status {status}': '代理拒绝了连接，状态码 {status}',
  "the server's certificate {wrong~}": '服务器的证书{wrong~}',
  'TLS is not spoken there as it is here: does the address begin with the right one of http and https':
    '对方没有按预期使用 TLS：请确认地址开头该用 http 还是 https',
  'is signed by itself; name a file with the authority in NODE_EXTRA_CA_CERTS':
    '是自签名的；请用 NODE_EXTRA_CA_CERTS 指定含有其签发机构的文件',
  'is signed by an authority that Node does not know; name a file with the authority in NODE_EXTRA_CA_CERTS':
    '由 Node 不认识的机构签发；请用 NODE_EXTRA_CA_CERTS 指定含有该机构的文件',
  'has expired': '已过期',
  'is not valid yet': '尚未生效',
  'is for another host name': '属于另一个主机名',
  "the server's address is not a URL that begins with http:// or https:// (got {value}).":
    '服务器的地址不是以 http:// 或 https:// 开头的 URL（实为 {value}）。',
  "the server's address (host {host}) holds a user name, a password or a query.":
    '服务器的地址（主机 {host}）中含有用户名、密码或查询串。',
  'Give it as {example}.': '请写成 {example}。',
  'Give it as {example}, and a key in an environment variable.': '请写成 {example}，密钥放入环境变量。',
  'the environment variable {name} is not the address of a proxy.': '环境变量 {name} 不是代理的地址。',
  'Set it to an address such as http://proxy.example:3128, or unset it.':
    '请设为 http://proxy.example:3128 这样的地址，或取消该变量。',
  'Name a file with its authority in {key}.': '请在 {key} 中指定含有其签发机构的文件。',
  '{path} (caFile) cannot be read as certificates: {reason}.': '{path}（caFile）无法作为证书读取：{reason}。',
  'Give a file in PEM form: -----BEGIN CERTIFICATE----- and what follows.':
    '请给出 PEM 格式的文件：-----BEGIN CERTIFICATE----- 及其后内容。',
  'Start the server, or set {section}.baseUrl to where it runs.': '请启动服务器，或把 {section}.baseUrl 设为它的地址。',
  'refused the API key: {message}.': '拒绝了 API 密钥：{message}。',
  'refused a request without an API key: {message}.': '拒绝了没有 API 密钥的请求：{message}。',
  'Put a valid key into the environment variable that {key} names.': '请把有效的密钥放入 {key} 所指的环境变量。',
  'Put the key into an environment variable and name that in {key}.': '请把密钥放入环境变量，并在 {key} 中写出变量名。',
  'answered, but its model list has no {model} (it is empty).': '有回应，但其模型列表为空，没有 {model}。',
  'answered, but its model list has no {model} (it has: {models}).':
    '有回应，但其模型列表中没有 {model}（有：{models}）。',
  'Load a model in the server first.': '请先在服务器中加载模型。',

  // What remedies the errors of services name.
  'Check that the server runs and that {key} is its address.': '请检查服务器是否在运行，以及 {key} 是否是它的地址。',
  'The server is too slow for what it is asked: lower {concurrency} so that it queues less, raise {attempt} and {total}, or lower {tokens}.':
    '服务器跟不上请求：请调低 {concurrency} 以减少排队，调高 {attempt} 与 {total}，或调低 {tokens}。',
  'Lower {concurrency}, raise {attempts}, or wait until the limit of the account is free again.':
    '请调低 {concurrency}，调高 {attempts}，或等待账户的限额恢复。',
  'Wait until the server has loaded its model, or lower {concurrency}.': '请等服务器加载完模型，或调低 {concurrency}。',
  "Look into the server's own log.": '请查看服务器自己的日志。',
  'Check that {key} is that of an OpenAI-compatible server, with /v1.':
    '请检查 {key} 是否是兼容 OpenAI 的服务器地址（到 /v1 为止）。',
  "Look at the provider's status page, or choose another provider.": '请查看服务商的状态页，或换一家服务商。',
  'Raise {tokens} or {attempts}, or set {effort}: low.': '请调高 {tokens} 或 {attempts}，或设 {effort}: low。',
  'Raise {tokens}, or set {effort}: low.': '请调高 {tokens}，或设 {effort}: low。',
  "Check that the server's chat template is the model's own.": '请检查服务器使用的对话模板是否是该模型自己的。',
  "Take the problems that the provider's content filter refuses out of the data, or choose another provider.":
    '请从数据中去掉被服务商内容过滤拒绝的题目，或换一家服务商。',
  'Start the server with a longer context, lower {tokens}, or leave out the longest problems.':
    '请以更长的上下文启动服务器，调低 {tokens}，或去掉最长的题目。',
  'Raise the largest request that the server, or the proxy in front of it, accepts.':
    '请调高服务器（或其前面的代理）所接受的请求大小上限。',
  'Check {model} and the sampling settings against what the server accepts.':
    '请对照服务器所接受的内容，检查 {model} 与采样设置。',
  'Check {model} and {url} against what the server serves.': '请对照服务器所提供的模型，检查 {model} 与 {url}。',
  'Set the environment variable that {key} names to a valid key.': '请把 {key} 所指的环境变量设为有效的密钥。',
  'Add credit to the account, or choose another server.': '请为账户充值，或换一台服务器。',
  'Then resume: nothing is lost.': '然后续训：没有任何丢失。',
  '{count} rollouts in a row could not be scored: {kinds} ({message}).':
    '连续 {count} 条轨迹无法评分：{kinds}（{message}）。',
  '{count} rollouts could not be scored, tried twice: {kinds} ({message}).':
    '{count} 条轨迹试了两次仍无法评分：{kinds}（{message}）。',
  'step {step}: {unscorable} of {count} rollouts could not be scored: {kinds} ({message}).':
    '第 {step} 步：{count} 条轨迹中有 {unscorable} 条无法评分：{kinds}（{message}）。',
  'the evaluation {label}: {unscorable} of {count} rollouts could not be scored: {kinds} ({message}).':
    '评估 {label}：{count} 条轨迹中有 {unscorable} 条无法评分：{kinds}（{message}）。',
  'step {step}: {unscorable} of {count} rollouts could not be scored ({message}).':
    '第 {step} 步：{count} 条轨迹中有 {unscorable} 条无法评分（{message}）。',
  'the evaluation {label}: {unscorable} of {count} rollouts could not be scored ({message}).':
    '评估 {label}：{count} 条轨迹中有 {unscorable} 条无法评分（{message}）。',
  'Use a judge that says True or False, then resume; or raise training.maxUnscorableRate.':
    '请换一个会回答 True 或 False 的裁判模型，然后续训；或调高 training.maxUnscorableRate。',
  'Please report it. A resume tries these rollouts again, and pays for no answered call twice.':
    '请报告此问题。续训会重新尝试这些轨迹，已得到回答的调用不会再次付费。',
  'Is the server up? Try again, or leave --server out to use the simulator.':
    '服务器在运行吗？请重试，或去掉 --server 以使用模拟器。',

  // Training servers.
  '{url} does not answer: {reason~}.': '{url} 没有回应：{reason~}。',
  'Start the server, or give the address where it runs: --server http://127.0.0.1:10610.':
    '请启动服务器，或给出它的地址：--server http://127.0.0.1:10610。',
  '{url} failed {failed} of {count} probes.': '{url} 的 {count} 项探测中有 {failed} 项失败。',
  'What failed cannot be trained with as it is: docs/tinker.md says what each probe is for.':
    '失败的功能目前不能用于训练：各项探测的意义见 docs/tinker.md。',
  'See that the server runs and policy.tinker.baseUrl is its address, then resume.':
    '请确认服务器在运行，且 policy.tinker.baseUrl 是它的地址，然后续训。',

  // What a dry run says.
  'in this process': '在本进程中',
  'offline, not a language model': '离线，不是语言模型',
  simulator: '模拟器',
  answers: '有回答',
  '{model} at {url}': '{model}，位于 {url}',
  'context {length}, of which {needed} are used; {count} samples a step':
    '上下文 {length}，其中用到 {needed}；每步 {count} 次采样',
  '{url} does not train {model}; it has {models}.': '{url} 不训练 {model}；它有 {models}。',
  'Set policy.tinker.baseModel to one of them.': '请把 policy.tinker.baseModel 设为其中之一。',
  'policy.promptMaxTokens + policy.maxCompletionTokens is {needed}, the context of {model} {length}.':
    'policy.promptMaxTokens + policy.maxCompletionTokens 为 {needed}，而 {model} 的上下文为 {length}。',
  'Lower one of the two, or start the server with a longer context.': '请调低二者之一，或以更长的上下文启动服务器。',
  'NOT READY: {why~}': '未就绪：{why~}',
  'rollouts   {problems} problems x {group} = {rollouts} a step, {all} in {steps} steps':
    '轨迹       每步 {problems} 道题 × {group} = {rollouts} 条，{steps} 步共 {all} 条',
  'updates    none: the generator is not trained': '更新       无：生成模型不训练',
  'updates    {updates} a step of {size} rollouts at most; fewer where groups have no spread':
    '更新       每步 {updates} 次，每次至多 {size} 条轨迹；组内奖励无差异时更少',
  'updates    {updates} a step of {size} rollouts at most (the last of {rest}); fewer where groups have no spread':
    '更新       每步 {updates} 次，每次至多 {size} 条轨迹（最后一次 {rest} 条）；组内奖励无差异时更少',
  'tokens     {prompt} + {completion} = {sum} a sequence at most, {million} a step':
    'token      每个序列至多 {prompt} + {completion} = {sum}，每步 {million}',
  'answers    {tokens} tokens each at most, {count} rollouts at once':
    '回答       每次至多 {tokens} token，同时运行 {count} 条轨迹',
  'context    {verdict~}: prompts up to about {longest} tokens + {reply} of reply; {says~}':
    '上下文     {verdict~}：提示词最长约 {longest} token + 回答 {reply}；{says~}',
  'by {rate} bytes a token, {origin~}': '按每 token {rate} 字节计（{origin~}）',
  ok: '足够',
  unknown: '未知',
  'WARNING, too short': '警告：太短',
  'WARNING, too short for long answers': '警告：回答很长时太短',
  'measured here': '实测',
  assumed: '估计',
  'the server does not say its context': '服务器没有说明其上下文长度',
  "the server's context is {tokens}": '服务器的上下文为 {tokens}',
  "the server's context is {tokens} ({server})": '服务器的上下文为 {tokens}（{server}）',
  'the model takes {tokens}, the server may give a request less': '模型可用 {tokens}，服务器给单次请求的可能更少',
  'the model takes {tokens}, the server ({server}) may give a request less':
    '模型可用 {tokens}，服务器（{server}）给单次请求的可能更少',
  '{tokens} tokens with {held~} ({operator!})': '{held~}：{tokens} token（{operator}）',
  '{tokens} tokens with {held~} ({operator!}): {verdict~}': '{held~}：{tokens} token（{operator}），{verdict~}',
  'the problem alone': '仅题目',
  '{count} earlier answer of full length': '含 {count} 个最长的先前回答',
  '{count} earlier answers of full length': '含 {count} 个最长的先前回答',
  'too long for {count} of {problems} problems': '{problems} 道题中有 {count} 道放不下',
  'Start the server with {restart}, or {lower~}.': '请以 {restart} 启动服务器，或{lower~}。',
  'Choose a model with a longer context, or {lower~}.': '请换上下文更长的模型，或{lower~}。',
  'set {key}: {value}': '设 {key}: {value}',
  'leave out the longest problems': '去掉最长的题目',
}
