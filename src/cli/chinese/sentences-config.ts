/** Sentences about the configuration. */
export const configSentences: Readonly<Record<string, string>> = {
  '{count} things in the configuration are wrong:\n{list~}': '配置中有 {count} 处错误：\n{list~}',
  'Fix them and start again.': '请改正后重新开始。',
  '- {problem~}': '- {problem~}',
  '{key} is not a known key ({where~}).': '未知的键 {key}（{where~}）。',
  'docs/config.md lists every key.': '全部的键见 docs/config.md。',
  'Did you mean {other}, a key of other trainers? Here it is {meant}.':
    '是不是 {other}（其他训练器的键）？这里叫 {meant}。',
  '{file}, line {line}': '{file} 第 {line} 行',
  '--set': '--set',
  default: '默认值',
  'preset {name}': '预设 {name}',
  '{key} must be {what~} ({place~}): {why~}.': '{key} 必须是{what~}（{place~}）：{why~}。',
  '{key} must be {what~} ({place~}).': '{key} 必须是{what~}（{place~}）。',
  '{key} must be {what~} ({place~}). {doc}.': '{key} 必须是{what~}（{place~}）。',
  'got {value}': '实为 {value}',
  'got {value}; {where~}': '实为 {value}；{where~}',
  'Set {key!}: {setting}.': '请设 {key}: {setting}。',
  "Write --set '{setting}' for a text.": "文本请写成 --set '{setting}'。",
  'Write its keys below it.': '请在其下写它的键。',
  '{page} lists the keys and what they take.': '各键及其取值见 {page}。',
  'something else': '其他值',
  'a section with keys of its own': '含有自己的键的一节',
  'one of {choices}': '其中之一：{choices}',
  'a whole number': '整数',
  'a whole number from {least} to {most}': '{least} 到 {most} 之间的整数',
  'a whole number >= {least}': '不小于 {least} 的整数',
  'a whole number > {least}': '大于 {least} 的整数',
  'a whole number <= {most}': '不大于 {most} 的整数',
  'a whole number {range} and {rest}': '满足 {range} 且 {rest} 的整数',
  'a number': '数',
  'a number from {least} to {most}': '{least} 到 {most} 之间的数',
  'a number >= {least}': '不小于 {least} 的数',
  'a number > {least}': '大于 {least} 的数',
  'a number <= {most}': '不大于 {most} 的数',
  'a number < {most}': '小于 {most} 的数',
  'a number {range} and {rest}': '满足 {range} 且 {rest} 的数',
  '`true` or `false`': '`true` 或 `false`',
  '{first~} or `null`': '{first~}或 `null`',
  '{first~} or null': '{first~}或 null',
  '`{word}` or an address': '`{word}` 或地址',
  '`{word}`, `{other}` or an address': '`{word}`、`{other}` 或地址',
  '`{word}` or a variable name': '`{word}` 或环境变量名',
  '`{word}`, a variable name or `null`': '`{word}`、环境变量名或 `null`',
  'a variable name': '环境变量名',
  'a path': '路径',
  text: '文本',
  'a list of {count} numbers': '{count} 个数的列表',
  'one file is read': '只读取一个文件',

  // Files.
  '{name}, line {line}: {what}.': '{name} 第 {line} 行：{what}。',
  'Fix the YAML: keys and values are written `key: value`, nested by indentation.':
    '请改正 YAML：键与值写作 `key: value`，以缩进表示层级。',
  '{name} holds no keys: a configuration is a YAML mapping.': '{name} 中没有键：配置是一个 YAML 映射。',
  'Write keys and values, such as `training: {steps: 60}`.': '请写出键与值，例如 `training: {steps: 60}`。',
  'Put a text that begins with "*" or "&" into quotes.': '以 "*" 或 "&" 开头的文本请加引号。',
  '--set {setting} is not of the form key=value.': '--set {setting} 不是 key=value 的形式。',
  'Write it as --set training.groupSize=8.': '请写成 --set training.groupSize=8。',
  'there is no preset "{name}".': '没有预设 "{name}"。',
  'Take one of: {names}.': '可选：{names}。',
  '{file} is a configuration of Baton, which names its models itself.': '{file} 是 Baton 的配置，其中自己指定模型。',
  'Leave --llm-config out, and set llm.executor.baseUrl and llm.executor.model.':
    '请去掉 --llm-config，并设置 llm.executor.baseUrl 与 llm.executor.model。',
  "{keys~} given, so the preset's data.test ({test}) is left out: the result is measured on data.validation. Set data.test to measure it on a third file.":
    '给出了 {keys~}，因此不使用预设的 data.test（{test}）：结果在 data.validation 上评估。要在第三个文件上评估，请设置 data.test。',
  'data.train': 'data.train',
  'data.validation': 'data.validation',
  'data.train and data.validation': 'data.train 与 data.validation',
  '{path} holds a secret ({where~}): it would be saved with the run.':
    '{path} 含有密钥（{where~}）：它会随运行一起保存。',
  '{path} must name an environment variable, not be the key ({where~}): it would be saved with the run.':
    '{path} 应为环境变量名，而不是密钥本身（{where~}）：它会随运行一起保存。',
  '{path}: {why~} ({where~}): it would be saved with the run.': '{path}：{why~}（{where~}）：它会随运行一起保存。',
  'Put the key into an environment variable and name that: {server}.apiKeyEnvironment: MY_API_KEY.':
    '请把密钥放入环境变量，并写出变量名：{server}.apiKeyEnvironment: MY_API_KEY。',

  // Rules.
  'training.minibatchSize ({size}) is more than the {rollouts} rollouts of a step ({problems} problems x {group}).':
    'training.minibatchSize（{size}）大于每步的 {rollouts} 条轨迹（{problems} 道题 × {group}）。',
  'Set training.minibatchSize: {rollouts} or less, or null for all.':
    '请设 training.minibatchSize 为 {rollouts} 或更小，或设为 null 表示全部。',
  'data.train and data.{split} are the same file ({path}): the policy would be measured on what it learned from.':
    'data.train 与 data.{split} 是同一个文件（{path}）：策略会在它学过的题目上被评估。',
  'Give data.{split} another file.': '请为 data.{split} 换一个文件。',
  'data.validation and data.test are the same file ({path}): what is reported would have been used to choose.':
    'data.validation 与 data.test 是同一个文件（{path}）：报告所用的题目会先被用来做选择。',
  'Give data.test another file, or null to report on data.validation.':
    '请为 data.test 换一个文件，或设为 null，以 data.validation 作报告。',
  'evaluation.split is test, but data.test is not set.': 'evaluation.split 为 test，但 data.test 未设置。',
  'Set data.test to a file of problems, or evaluation.split: validation.':
    '请把 data.test 设为题目文件，或设 evaluation.split: validation。',
  'data.mix gives every problem type a share of 0.': 'data.mix 中每个题目类型的占比都是 0。',
  'Set data.mix: {math: 4, code: 3, qa: 3}, or null.': '请设 data.mix: {math: 4, code: 3, qa: 3}，或设为 null。',
  'llm.executor.baseUrl is {url}, but llm.executor.model is not set.':
    'llm.executor.baseUrl 为 {url}，但 llm.executor.model 未设置。',
  'Set llm.executor.model to a name that the server lists ({url}).':
    '请把 llm.executor.model 设为服务器列出的名称（{url}）。',
  'llm.executor.model is {model}, but llm.executor.baseUrl is the simulator.':
    'llm.executor.model 为 {model}，但 llm.executor.baseUrl 是模拟器。',
  'Set llm.executor.baseUrl to the server that has this model, e.g. http://localhost:8000/v1.':
    '请把 llm.executor.baseUrl 设为有此模型的服务器，例如 http://localhost:8000/v1。',
  'policy.engine is tinker, but policy.tinker.baseModel is not set.':
    'policy.engine 为 tinker，但 policy.tinker.baseModel 未设置。',
  'Set it to a name that {url} lists (npx baton doctor --server {server}).':
    '请设为 {url} 列出的名称（npx baton doctor --server {server}）。',
  '{name}.attemptTimeoutMs ({attempt}) is more than {section}.totalTimeoutMs ({total}): no call could use its first try.':
    '{name}.attemptTimeoutMs（{attempt}）大于 {section}.totalTimeoutMs（{total}）：没有哪次调用能用完第一次尝试。',
  'llm.simulator.faults add up to {sum}, above 1.': 'llm.simulator.faults 之和为 {sum}，超过 1。',
  'Lower the rates until they add up to 1 at most.': '请调低各比率，使其和不超过 1。',
  'rewards.range [{low}, {high}] is empty.': 'rewards.range [{low}, {high}] 是空区间。',
  'Set rewards.range: [-10, 10], lowest first.': '请设 rewards.range: [-10, 10]，小的在前。',
  'rewards.wrong ({wrong}) is not below rewards.correct ({correct}): nothing would speak for right answers.':
    'rewards.wrong（{wrong}）不小于 rewards.correct（{correct}）：答对就没有任何好处了。',
  'Set rewards.correct: 10 and rewards.wrong: -5.': '请设 rewards.correct: 10 与 rewards.wrong: -5。',
  'rewards.callPrice ({price}) takes {taken} for {calls} calls, and a right answer is worth {worth} more than a wrong one: a right answer with {count} calls would not beat a wrong one without any.':
    'rewards.callPrice（{price}）对 {calls} 次调用扣 {taken}，而答对只比答错多 {worth}：用 {count} 次调用答对，反而不如不调用而答错。',
  'rewards.weights is set, but rewards.preset {preset} has amounts instead of weights.':
    '已设 rewards.weights，但 rewards.preset {preset} 用的是分值而不是权重。',
  'Set rewards.correct, rewards.wrong, ..., or another rewards.preset.':
    '请改设 rewards.correct、rewards.wrong 等，或换一个 rewards.preset。',
  '{owner~} has amounts of its own: {list} have no effect.': '{owner~} 自带分值：{list} 不起作用。',
  'rewards.preset {preset}': 'rewards.preset {preset}',
  'rewards.module': 'rewards.module',
  'The judge {model} {what~}: of answers to the problems of this run it called {falseTrue} of {wrong} wrong answers true (limit {most} %) and {falseFalse} of {right} right answers false (limit {limit} %).':
    '裁判 {model} {what~}：对本次运行自己的题目，{wrong} 个错误答案中有 {falseTrue} 个判为对（上限 {most} %），{right} 个正确答案中有 {falseFalse} 个判为错（上限 {limit} %）。',
  'says the same to right and to wrong answers': '对正确与错误的答案说法一样',
  'is wrong too often': '出错太多',
  'Set llm.judge.model to a better model, or the limits of judge.trial; npx baton judge calibrate measures a judge.':
    '请把 llm.judge.model 设为更好的模型，或调整 judge.trial 的上限；npx baton judge calibrate 可测量裁判。',
  'judge.calibration {file} is not the calibration of a judge.': 'judge.calibration {file} 不是裁判的校准结果。',
  'Make it with npx baton judge calibrate --out, with the judge server of this run.':
    '请用 npx baton judge calibrate --out 并以本次运行的裁判服务器生成它。',
  'the file of labelled pairs': '已标注答案的文件',
  'The rewards of {composition} are refused ({type}, step {step}): {what~}.':
    '{composition} 的奖励被拒绝（{type}，第 {step} 步）：{what~}。',
  '{who~} earns {reward}, a wrong answer {wrong}': '{who~}得 {reward}，答错得 {wrong}',
  'an empty answer': '空答案',
  'the answer of the fallback workflow': '降级工作流的答案',
  'a right answer earns {right}, a wrong one {wrong}': '答对得 {right}，答错得 {wrong}',
  'it fails in the situation {situation}: {message}': '它在情形 {situation} 下失败：{message}',
  'Pay for a verdict of true only where outcome is answered and usedFallback is false.':
    '只有 outcome 为 answered 且 usedFallback 为 false 时，才为判对给奖励。',
  'Raise what the part correctness pays for a verdict of true.': '请提高 correctness 部分在判对时的奖励。',
  'Make it give a value for every rollout.': '请让它对每条轨迹都给出值。',
  'rewards.weights names {part}, which {name} does not have. Its parts are {list}.':
    'rewards.weights 中的 {part} 不是 {name} 的组成部分。它的组成部分是 {list}。',
  'the weight of {part} must be 0 or more (got {weight}).': '{part} 的权重不能小于 0（实为 {weight}）。',
  '{name} needs a part correctness with a weight above 0: right answers would earn nothing.':
    '{name} 需要一个权重大于 0 的 correctness 部分：否则答对一无所得。',
  'docs/rewards.md lists the parts of each preset.': '各预设的组成部分见 docs/rewards.md。',
  'rewards.module {path} cannot be used: {why~}.': 'rewards.module {path} 无法使用：{why~}。',
  'it exports no function `reward`': '它没有导出函数 `reward`',
  'it exports no `parts`, an object with a range and a weight for each part':
    '它没有导出 `parts`（为每个部分给出 range 与 weight 的对象）',
  'parts.{name}.range must be two numbers, the lowest first': 'parts.{name}.range 必须是两个数，小的在前',
  'parts.{name}.weight must be a number': 'parts.{name}.weight 必须是数',
  'it cannot be read ({code})': '无法读取（{code}）',
  'docs/rewards.md begins with a module that works.': 'docs/rewards.md 开头就是一个可用的模块。',
  'Set rewards.callPrice below {most}, e.g. {example}.': '请把 rewards.callPrice 设到 {most} 以下，例如 {example}。',
  'training.loss.type cispo reads training.loss.clipHigh as the largest probability ratio (got {got}).':
    'training.loss.type 为 cispo 时，training.loss.clipHigh 是概率比的上限（实为 {got}）。',
  'Set training.loss.clipHigh: 5, or training.loss.type: cispo_verl, whose clipHigh is a distance from 1.':
    '请设 training.loss.clipHigh: 5，或设 training.loss.type: cispo_verl，其 clipHigh 是与 1 的距离。',
  'training.loss.twoSidedDelta ({delta}) must be above 1 + clipHigh ({edge}).':
    'training.loss.twoSidedDelta（{delta}）必须大于 1 + clipHigh（{edge}）。',
  'training.loss.importanceFloor ({floor}) is above importanceCap ({cap}).':
    'training.loss.importanceFloor（{floor}）大于 importanceCap（{cap}）。',
  'Set training.loss.importanceFloor: 0, or a weight below importanceCap.':
    '请设 training.loss.importanceFloor: 0，或设为不大于 importanceCap 的权重。',
  'Set training.loss.twoSidedDelta: 4, or null.': '请设 training.loss.twoSidedDelta: 4，或设为 null。',
  'policy.engine is frozen, but policy.frozen.model is not set.':
    'policy.engine 为 frozen，但 policy.frozen.model 未设置。',
  'Set policy.frozen.model to a name that the server lists ({url}).':
    '请把 policy.frozen.model 设为服务器列出的名称（{url}）。',
  'policy.topP is {topP}: below 1 the importance ratios of the training are biased.':
    'policy.topP 为 {topP}：小于 1 时训练的重要性比率有偏。',
  'training.warmupSteps ({warmup}) is not below training.steps ({steps}): the learning rate never stays at its full value.':
    'training.warmupSteps（{warmup}）不小于 training.steps（{steps}）：学习率不会保持在最大值。',
  'training.maxCostUsd is {limit}, but the price of the {role} {model} is not known.':
    'training.maxCostUsd 为 {limit}，但 {role} {model} 的价格未知。',
  'Set {section}.inputPerMillionUsd and {section}.outputPerMillionUsd (0 for a server of your own), or training.maxCostUsd to null.':
    '请设置 {section}.inputPerMillionUsd 与 {section}.outputPerMillionUsd（自有服务器设为 0），或将 training.maxCostUsd 设为 null。',
  'training.maxCostUsd has nothing to limit: the simulator costs nothing.':
    'training.maxCostUsd 不起作用：模拟器不产生费用。',
  '{server}.apiKeyEnvironment names {name}, which is not set in the environment.':
    '{server}.apiKeyEnvironment 所指的环境变量 {name} 未设置。',
  'Set it (export {name}=...), or set {server}.apiKeyEnvironment: null for a server that wants no key.':
    '请设置它（export {name}=...）；服务器不需要密钥时，请设 {server}.apiKeyEnvironment: null。',
  '{key} is {from} in this run and cannot become {to} when it is resumed: the steps before and after would not be comparable.':
    '{key} 在该次运行中为 {from}，续训时不能改为 {to}：前后各步将不可比较。',
  'If the same model answers there, continue with --force, which records the change.':
    '如果那里仍由同一个模型回答，请用 --force 继续，更改会被记录。',
  'Leave it as it was, start a new run, or continue with --force, which records the change.':
    '请保持原值，或开始新的运行，或用 --force 继续（更改会被记录）。',

  // Configuration of older trainers.
  "{file~} is a seed's training.yaml; read as {keys}.": '{file~} 是旧版训练器的 training.yaml；读作 {keys}。',
  '{where~}: {name} is left aside: this trainer has no such setting.': '{where~}：忽略 {name}：本训练器没有这个设置。',
  'Give the file with --llm-config, or the server with --set llm.executor.baseUrl=http://localhost:8002/v1 --set llm.executor.model=NAME.':
    '请用 --llm-config 给出，或用 --set llm.executor.baseUrl=http://localhost:8002/v1 --set llm.executor.model=NAME 指定服务器。',
  '{path}: {count} bad rows left out': '{path}：跳过了 {count} 个有误的行',
}
