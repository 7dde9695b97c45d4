/** Texts of `--help` in Chinese, by their English. Paragraphs are one line here. */
import { demosHelpTexts } from './help-texts-demos.ts'
import { imitateHelpTexts } from './help-texts-imitate.ts'
import { modelHelpTexts } from './help-texts-model.ts'
import { workflowHelpTexts } from './help-texts-workflow.ts'

export const helpTexts: Readonly<Record<string, string>> = {
  // Headings and what commander adds.
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Commands:': '命令：',
  'Examples:': '例子：',
  'display help for command': '显示命令的帮助',
  'output the version number': '显示版本号',
  none: '无',
  'Trains a small policy to conduct large models: GRPO against real executions and an LLM judge.':
    '训练一个小策略来指挥大模型：用真实执行结果与 LLM 裁判做 GRPO。',

  // Shared by several commands.
  'run folder': '运行目录',
  'folder of runs': '存放各次运行的目录',
  'configuration file (YAML)': '配置文件（YAML）',
  'set one key; may be repeated': '设置一个键；可重复',
  'continue a run from its newest valid checkpoint': '从最新的有效检查点续训',
  'continue a run although its data have changed': '即使数据已更改也继续',
  'at most this many problems': '最多这么多道题',
  'write over existing files': '覆盖已有文件',
  'write over an existing file': '覆盖已有文件',
  'print the same for programs': '以 JSON 输出同样的内容，供程序读取',
  'print numbers for programs': '以 JSON 输出数值，供程序读取',
  'print the list for programs': '以 JSON 输出列表，供程序读取',
  'Exit codes: 0 done, 2 wrong input, 3 a service failed for good (resumable), 4 stopped by a rule or budget (resumable), 130 interrupted (checkpointed).':
    '退出码：0 完成，2 输入有误，3 服务彻底失败（可续训），4 因规则或预算而停止（可续训），130 被中断（已存检查点）。',

  // train
  'configuration file (YAML); the training.yaml of older trainers is accepted too':
    '配置文件（YAML）；旧版训练器的 training.yaml 可直接读取',
  'built-in configuration to start from: quickstart, tiny (default: quickstart without --config)':
    '以哪个内置配置为起点：quickstart、tiny（默认：quickstart，未给出 --config 时）',
  'set one key, e.g. --set training.steps=200; may be repeated': '设置一个键，例如 --set training.steps=200；可重复',
  'servers of an older trainer (aflow_llm.yaml)': '旧版训练器的服务器配置（aflow_llm.yaml），可直接读取',
  'skip and count malformed data rows instead of stopping': '跳过格式有误的数据行并计数，而不是停止',
  'train a policy; ends with a report': '训练策略，结束时生成报告',
  'check everything and show what would be done; train nothing': '检查一切并说明会做什么，不训练',
  'print every setting as YAML, to save as a file; train nothing': '以 YAML 输出全部设置，可存为文件，不训练',
  'train even when hardly any group is expected to carry signal': '即使预计几乎没有哪组带有信号，也照样训练',
  'the embedded policy against the offline simulator': '内置策略，配离线模拟器',
  'your own problems': '自己的题目',
  'what would be done with this file': '用这个文件会做什么',
  'continue where it stopped': '从停下的地方继续',

  // The program itself.
  'all runs, with their state': '现有的各次运行及其状态',
  'what its policy wrote': '它的策略写了什么',
  'Each command has examples of its own: npx baton train --help': '每个命令都有各自的例子：npx baton train --help',

  // eval
  "measure a run's policy on problems it was not trained on": '在策略没有训练过的题目上评估它',
  'problems to measure on (default: those that the run reports on)': '用于评估的题目（默认：该次运行的报告所用的题目）',
  'completions for each problem where the policy is sampled': '采样时每道题的生成数',
  'set a key that may change, such as the address of a server; may be repeated':
    '设置允许更改的键，例如服务器地址；可重复',
  'only greedy: the likeliest token each time, once a problem': '只用贪心解码：每次取概率最高的 token，每题一次',
  'only sampled: as the policy writes in training': '只用采样：与训练时的生成方式相同',
  'The measurement is stored in the run as eval-<name of the file>: npx baton compare takes it with --label.':
    '评估结果以 eval-<文件名> 保存在运行中，可用 npx baton compare 的 --label 指定。',

  // judge
  'measure the judge: on labelled answers, and under attack': '测量裁判：用已标注的答案，以及在攻击之下',
  'measure judge and scorers on pairs whose truth is known: error rates, kappa, agreement with itself':
    '用已知真假的答案测量裁判与评分器：错误率、kappa、与自身的一致性',
  'JSONL with question, reference, prediction, label (default: the 455 shipped pairs)':
    '含 question、reference、prediction、label 的 JSONL（默认：随附的 455 对）',
  'only the exact scorers, also where a judge server is configured': '只测精确评分器，即使已配置裁判服务器',
  'pairs asked again for each of: another seed, other order, long answer': '换种子、换顺序、加长答案各再问多少对',
  'write the result here, for judge.calibration': '把结果写到这里，供 judge.calibration 使用',
  'answers that are no answers, tried on the judge: what each reward pays for them':
    '用不是答案的答案试探裁判：各种奖励为它们付多少',
  'Without a judge server the scorers are measured.': '没有裁判服务器时，测量的是评分器。',

  // rewards
  'what rewards are made of, and what they pay': '奖励由哪些部分组成，各给多少',
  'what the configured rewards pay in typical situations; refuses those that pay for no answer':
    '所配置的奖励在各种典型情形下给多少；会奖励无答案轨迹的设置将被拒绝',
  'Training does this before its first step. Exit code 2: the rewards are refused.':
    '训练会在第一步之前做这项检查。退出码 2：奖励被拒绝。',

  // score
  'score a prediction against a reference, or a file of such pairs: true, false, or left to the judge, and why':
    '对照参考答案为一个回答（或文件中的多对）评分：对、错，或交给裁判，并说明理由',
  'problem type: math, qa, vqa or code': '题目类型：math、qa、vqa 或 code',
  'the right answer': '正确答案',
  'what the model wrote, including its final answer': '模型写的文本，会从中找出最终答案',
  'the question: it may name a unit or list choices': '题目：其中可能给出单位或列出选项',
  'a test of code; may be repeated': '代码的一个测试；可重复',
  'the function that the tests of code call': '代码测试所调用的函数',
  'JSONL with type, reference, prediction, and where they matter question, choices, tests, entryPoint':
    'JSONL 文件，含 type、reference、prediction，需要时含 question、choices、tests、entryPoint',
  'let the configured judge decide what the scorers cannot': '评分器无法判定的，交给配置的裁判',
  'print one JSON object a pair, for programs': '每对输出一个 JSON 对象，供程序读取',

  // rescore
  "score a run's recorded answers again with today's scorers, or another judge, and show what changes":
    '用当前的评分器或另一个裁判重新评定一次运行所记录的答案，并显示变化',
  'ask the configured judge where only a judge can say (without it recorded judgements stand)':
    '只有裁判能判定的，询问所配置的裁判（不加时沿用已记录的裁判结果）',
  'only rollouts that could not be scored': '只处理无法评分的轨迹',
  'the judge: llm.judge.baseUrl, llm.judge.model, ...; may be repeated':
    '裁判的设置：llm.judge.baseUrl、llm.judge.model 等；可重复',
  'show that many changed verdicts': '显示这么多个有变化的判定',
  'keep the new verdicts in rescored-<label>.json of the run; its own records stay as they are':
    '把新判定保存为运行目录中的 rescored-<label>.json；原有记录不变',
  'label of what is written (default: the next number)': '所写内容的标签（默认：下一个编号）',

  // cost
  "what a run's calls cost: by role, operator, step and problem; prices that are not known are named":
    '一次运行的调用费用：按角色、算子、步和题目；价格未知时会指出',
  'list that many problems, dearest first': '列出这么多道题，最贵的在前',
  'print everything as JSON, for programs': '以 JSON 输出全部内容，供程序读取',

  // report, show, compare, runs
  'write report.html and report.md of a run again, or print its best or worst workflows with their traces':
    '重新生成 report.html 与 report.md，或输出最好、最差的工作流及其执行过程',
  'print the workflows with the highest rewards': '输出奖励最高的工作流',
  'print the workflows with the lowest rewards': '输出奖励最低的工作流',
  'only rollouts of an evaluation: before, best-fixed, step-20, after (without it: of the training)':
    '只看某次评估的轨迹：before、best-fixed、step-20、after（不给出时：训练的轨迹）',
  'only rollouts of one training step': '只看某一训练步的轨迹',
  'only rollouts of one problem': '只看某道题的轨迹',
  'write the report there instead of into the run': '把报告写到该目录，而不是写入运行目录',
  'write over files of --out': '覆盖 --out 中的文件',
  'inspect a run: its steps, the groups of a step, one group with its rollouts side by side, failures':
    '查看一次运行：各步、某步的各组、一组中并列的轨迹、失败',
  'the groups of a training step (without it: all steps)': '某一训练步的各组（不给出时：全部步）',
  'the problems of an evaluation: before, best-fixed, step-20, after':
    '某次评估的题目：before、best-fixed、step-20、after',
  'with --problem: only this rollout, with its full answer': '与 --problem 同用：只看这条轨迹，完整显示其答案',
  'with --problem: requests and replies of operators and judge': '与 --problem 同用：算子与裁判模型的提问及其回答',
  'rollouts with a failure: generation, execution, timeout, judge, or policy/no-class':
    '有某种失败的轨迹：generation、execution、timeout、judge，或 policy/no-class',
  'only problems of a type: math, code or qa': '只看某一类型的题目：math、code 或 qa',
  'what happened in the run, in order, as the terminal showed it': '运行中依次发生的事，与终端当时显示的相同',
  'with --events: only what came after the event of this number': '与 --events 同用：只看此编号的事件之后发生的事',
  'at most so many lines': '最多这么多行',
  'one whole group: question, reference answer, programs, rewards, advantages':
    '完整的一组：问题、参考答案、程序、奖励、优势',
  'compare two runs on the same questions or problems: paired, with intervals and tests':
    '在相同的问题或题目上比较两次运行：配对，附区间与检验',
  'demonstrations: the method to compare, in both (default: the one each run is about)':
    '示例：两次运行中要比较的方法（默认：各自的主要方法）',
  'demonstrations: the method of run B, if different': '示例：运行 B 的方法，与 A 不同时给出',
  'workflows: the evaluation to compare, in both (default: after)': '工作流：两次运行中要比较的评估（默认：after）',
  'workflows: the evaluation of run B, if different': '工作流：运行 B 的评估，与 A 不同时给出',
  'workflows: the policies as they write in training, at a temperature (default: greedy)':
    '工作流：按训练时的温度采样（默认：贪心解码）',
  'Runs whose questions, evaluation profile, pool or model differ are refused: these would affect the difference.':
    '问题、评估配置档、候选池或模型不同的运行不予比较：差异也可能来自这些。',
  'list the runs in a folder: state, kind, step, accuracy, cost, size; newest first':
    '列出目录中的各次运行：状态、种类、步、准确率、成本、大小；最新的在前',
  'when, name, state, kind, step, accuracy, cost or size': 'when、name、state、kind、step、accuracy、cost 或 size',

  // ui
  'open the live page: runs, charts, rollouts with their traces, comparisons':
    '打开实时页面：各次运行、曲线、轨迹及其调用过程、比较',
  'folder of runs, or one run': '存放各次运行的目录，或单个运行',
  'port to listen on (default: 4600, or a free one where that is taken)':
    '监听的端口（默认：4600；若被占用则用空闲端口）',
  'address to listen at': '监听的地址',
  'all runs, also those that are being trained now': '所有运行，包括正在训练的',
  'one run': '单个运行',
  'train and show it while it trains': '训练，并在训练时显示',
  'The page reads runs and changes nothing.': '页面只读取运行，不作任何更改。',
  'without the live page': '不启动实时页面',
  'show it on the live page while it trains': '训练时在实时页面上显示',

  // doctor, serve, simulate
  'probe a training server: what it supports, whether it sums or averages the loss, what it ignores; or an executor or judge server: whether it answers, its context length':
    '探测训练服务器：支持什么、对损失求和还是取平均、忽略什么；或探测执行模型、裁判模型的服务器：能否应答、上下文多长',
  'what to probe: tinker (a training server) or openai (executor, judge)':
    '探测什么：tinker（训练服务器）或 openai（执行模型、裁判模型）',
  'address of the server (default: TINKER_BASE_URL)': '服务器地址（默认：TINKER_BASE_URL）',
  "model by the server's name (tinker: the base model; default: the only one it lists)":
    '模型，用服务器上的名称（tinker：基座模型；默认：它列出的唯一一个）',
  'LoRA rank of the temporary model; 0 trains every weight if the server supports it':
    '临时模型的 LoRA 秩；0 表示训练全部权重（若服务器支持）',
  'environment variable that holds the key (default: TINKER_API_KEY)': '存放密钥的环境变量（默认：TINKER_API_KEY）',
  'longest wait for one operation': '单个操作的最长等待时间',
  'write the profile here, for policy.tinker.profile': '把配置档写到这里，供 policy.tinker.profile 使用',
  'print findings and profile for programs': '以 JSON 输出探测结果与配置档，供程序读取',
  'The probes of a training server train their own model and change no other; executor and judge are asked one short question. Exit code 3: a probe failed, training would go wrong.':
    '对训练服务器的探测只训练一个临时模型，不改动其他模型；对执行模型和裁判模型只问一个简短的问题。退出码 3：有探测失败，训练会出错。',
  'serve the embedded engine over the Tinker protocol, to train it from another program':
    '以 Tinker 协议提供内置引擎，供其他程序训练',
  'address to listen at; other than loopback needs BATON_SERVE_KEY': '监听地址；非本机地址需要 BATON_SERVE_KEY',
  '0 takes a free one': '0 表示任选空闲端口',
  'folder for models, checkpoints and pending requests': '存放模型、检查点与未完成请求的目录',
  'a model to serve (default: models/conductor); may be repeated': '要提供的模型（默认：models/conductor）；可重复',
  'run requests but lose their replies': '执行请求但丢弃其回复（比例）',
  'pause before each reply': '每次回复前等待的毫秒数',
  'refuse requests: 429=0.1, 503=0.05; may be repeated': '拒绝请求：429=0.1、503=0.05；可重复',
  'of the faults': '故障的随机种子',
  'processor threads of an engine; 0 is automatic': '引擎的处理器线程数；0 表示自动',
  'how long a poll waits for a result': '一次轮询等待结果的时间',
  'inject faults to test a client': '注入故障以测试客户端',
  'With the official Python SDK:': '用官方 Python SDK：',
  'serve the offline model simulator over an OpenAI-compatible API': '以兼容 OpenAI 的接口提供离线模型模拟器',
  'port to listen on': '监听端口',
  'address to bind to': '绑定地址',
  'loopback only': '仅本机',
  'accuracy factor: 1 is the documented table': '能力系数：1 即文档中的能力表',
  'pause before each answer': '每次回答前停顿的毫秒数',
  'inject a fault, e.g. --fault emptyContent=0.13; may be repeated': '注入故障，例如 --fault emptyContent=0.13；可重复',
  'seed of errors and faults': '错误与故障的随机种子',

  // data, contract
  'make and check problem files': '生成并检查题目文件',
  'make problems like the shipped ones from a seed': '由随机种子生成与随附题目同类的题目',
  'problem families, separated by commas, or all (default: the twelve shipped ones)':
    '题族，以逗号分隔，或 all（默认：随附的十二个题族）',
  seed: '随机种子',
  'folder for train.jsonl, validation.jsonl and test.jsonl': '存放 train.jsonl、validation.jsonl 与 test.jsonl 的目录',
  'training problems': '训练题目数',
  'validation problems': '验证题目数',
  'test problems': '测试题目数',
  'check problem files: overlaps between splits, leaked tests, empty answers, missing contexts':
    '检查题目文件：划分之间的重叠、泄露的测试、空答案、缺少的上下文',
  'problem files, one a split': '题目文件，每个划分一个',
  'skip and count malformed rows instead of stopping': '跳过格式有误的行并计数，而不是停止',
  'the contract by which a policy writes workflows': '策略据以编写工作流的契约',
  'print the contract in one notation': '以一种写法输出契约',
  'problem type: math, code or qa': '题目类型：math、code 或 qa',
  'full or simple': 'full 或 simple',
  'prompt, plan-prompt, operators (operator.json), gbnf, regex, schema, vllm, vllm-plan, llamacpp':
    'prompt、plan-prompt、operators（operator.json）、gbnf、regex、schema、vllm、vllm-plan、llamacpp',
  'the prompt for math problems': '数学题的提示词',
  'a grammar for llama.cpp': 'llama.cpp 的语法',
  "request fields for vLLM's structured outputs": 'vLLM 结构化输出的请求字段',
  'write every notation to files, a folder for each problem type': '把各种写法写成文件，每个题目类型一个目录',
  'folder to write to': '写入的目录',
  'hold every prompt against the validator, and run its examples': '用校验器核对每个提示词，并运行其中的例子',
  'a prompt of your own instead of the built-in ones': '检查自己的提示词，而不是内置的',
  'problem type of that prompt': '该提示词的题目类型',
  'contract of that prompt: full or simple': '该提示词的契约：full 或 simple',
  'Exit codes: 0 no contradictions, 2 wrong input, 4 contradictions found.':
    '退出码：0 没有矛盾，2 输入有误，4 发现矛盾。',

  ...workflowHelpTexts,
  ...demosHelpTexts,
  ...imitateHelpTexts,
  ...modelHelpTexts,
}
