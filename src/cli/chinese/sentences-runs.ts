/** Sentences about runs, and what a training says on its way. */
export const runSentences: Readonly<Record<string, string>> = {
  '{folder} is {kind~}, not {needed~}.': '{folder} 是{kind~}，不是{needed~}。',
  'a training run': '训练运行',
  'a training of demonstrations by an older version': '旧版本的示例选择器训练',
  'a collection of demonstrations': '示例收集',
  'an evaluation of demonstrations': '示例评估',
  'the folder of a server': '服务器的目录',
  'What fits: {file} is its report; baton compare {folder} <another evaluation>.':
    '可用的有：其报告 {file}；baton compare {folder} <另一次评估>。',
  'What fits: baton demos eval --selector {file}, baton demos train --start {path}.':
    '适用的命令：baton demos eval --selector {file}，baton demos train --start {path}。',
  'What fits: {commands}.': '适用的命令：{commands}。',
  '{folder} is a folder of runs.': '{folder} 是存放各次运行的目录。',
  'Give one of them: {names}.': '请给出其中之一：{names}。',
  '{folder} is not a run: it has no {files}.': '{folder} 不是一次运行：其中没有 {files}。',
  'there is no run {folder}.': '没有运行 {folder}。',
  'There are no runs in {folders~}; npm start makes one.': '{folders~} 中没有任何运行；可用 npm start 开始一次。',
  '{folder} or {other}': '{folder} 与 {other}',
  runs: 'runs',
  'The newest are {names}; "baton runs" lists them all.': '最新的是 {names}；"baton runs" 列出全部。',
  'Did you mean {meant}? The newest are {names}; "baton runs" lists them all.':
    '是不是 {meant}？最新的是 {names}；"baton runs" 列出全部。',
  'Give the folder of a run, such as runs/quickstart-7f3a; `baton runs` lists them.':
    '请给出运行目录，例如 runs/quickstart-7f3a；`baton runs` 会列出它们。',
  'the run {folder} is being written by {who~}.': '运行 {folder} 正由{who~}写入。',
  'another process': '另一个进程',
  'process {pid}, since {time}': '进程 {pid}（自 {time} 起）',
  'Wait for it, or stop it; to start beside it, give the new run another name.':
    '请等待或停止它；要同时开始另一次运行，请给新运行换一个名称。',
  'the run {folder} exists already.': '运行 {folder} 已存在。',
  'Continue it with --resume {folder}, or set run.name to another name.':
    '请用 --resume {folder} 继续，或把 run.name 设为其他名称。',
  'the data are not those of the run: {details~}.': '数据与该次运行的不同：{details~}。',
  '{detail~}; {rest~}': '{detail~}；{rest~}',
  '{name} ({path}) was not part of the run': '{name}（{path}）不属于该次运行',
  '{name} ({path}) is no longer given': '{name}（{path}）不再给出',
  '{name} ({path}) has {rows} rows and another fingerprint than the {before} rows that the run began with':
    '{name}（{path}）有 {rows} 行，其指纹与运行开始时的 {before} 行不同',
  'Bring the old data back, start a new run, or continue on the new data with --force.':
    '请恢复原来的数据，或开始新的运行，或用 --force 在新数据上继续。',
  '{folder} was written by another version of Baton.': '{folder} 由其他版本的 Baton 写成。',
  '{folder} was written by a newer Baton.': '{folder} 由更新的 Baton 写成。',
  'Open it with that version.': '请用那个版本打开。',
  '{path} cannot be read as JSON.': '{path} 不是可读的 JSON。',
  'Restore it from a copy: without it the settings of the run are unknown.':
    '请从备份恢复：没有它就无从知道该次运行是用什么做的。',
  'Repair it, or restore it from a copy.': '请修复，或从备份恢复。',
  'Is this the folder of a run?': '这是运行目录吗？',
  '{root} is a file.': '{root} 是一个文件。',
  'Give the folder that holds the runs, such as runs.': '请给出存放各次运行的目录，例如 runs。',
  'Choose a folder that you may write to: {setting}.': '请选择可以写入的目录：{setting}。',
  'Become its owner, or copy the run to a folder of yours: cp -r {folder} <folder>':
    '请取得其所有权，或把运行复制到自己的目录：cp -r {folder} <folder>',
  'Write the report elsewhere: baton report {folder} --out <folder>':
    '请把报告写到别处：baton report {folder} --out <folder>',
  '{folder} has no checkpoint yet.': '{folder} 还没有检查点。',
  'Go on with: {command}': '继续运行：{command}',
  'training.steps is {steps}, but {folder} has {done} steps already.':
    'training.steps 为 {steps}，但 {folder} 已有 {done} 步。',
  'Steps are not taken back: set training.steps to {done} or more, or start a new run.':
    '已做的步不会撤回：请把 training.steps 设为 {done} 或更大，或开始新的运行。',
  '{what} could not be written: {reason}.': '{what} 无法写入：{reason}。',
  'Make room on the disk, or check its permissions, then resume: what was recorded before is safe.':
    '请腾出磁盘空间或检查权限，然后继续：此前记录的内容是完好的。',
  'continue with: {command}': '继续运行：{command}',

  // Evaluations, steps, problems that a run does not have.
  '{folder} has no evaluation "{label}".': '{folder} 没有评估 "{label}"。',
  '{folder} has no evaluation yet.': '{folder} 还没有评估。',
  '{folder} has no {decoding} evaluation "{label}", only {other}.':
    '{folder} 没有 {decoding} 评估 "{label}"，只有 {other} 评估。',
  '{folder} has no {decoding} evaluation, only {other}.': '{folder} 没有 {decoding} 评估，只有 {other} 评估。',
  'It has: {labels}.': '它有：{labels}。',
  'Compare sampled ones with --sampled.': '请用 --sampled 比较采样评估。',
  'Leave --sampled out.': '请去掉 --sampled。',
  'Train it further, or choose with --label.': '请继续训练，或用 --label 选择。',
  '{folder} ({label}, step {step}) and {other} ({name}, step {last}) cannot be compared: they differ in {reasons~}.':
    '{folder}（{label}，第 {step} 步）与 {other}（{name}，第 {last} 步）无法比较：不同之处是{reasons~}。',
  'problems ({count} and {others}, of which {shared} are the same)':
    '题目（{count} 与 {others} 道，其中 {shared} 道相同）',
  'the content of the problem file': '题目文件的内容',
  'executor ({name} against {other})': '执行模型（{name} 与 {other}）',
  'decoding ({name} against {other})': '解码方式（{name} 与 {other}）',
  'temperature ({name} against {other})': '温度（{name} 与 {other}）',
  'Evaluate both on the same problems with the same executor: `npx baton eval <run> --data <file>`, then choose it with --label.':
    '请用同一执行模型在相同题目上评估两者：`npx baton eval <run> --data <file>`，再用 --label 选择。',
  'Choose --other-label {label}.': '请用 --other-label {label}。',
  'Choose --other-label {label}, or compare sampled ones: {options}.':
    '请用 --other-label {label}，或比较采样评估：{options}。',
  'Compare sampled ones: {options}.': '请比较采样评估：{options}。',
  'Compare greedy ones: {options}.': '请比较贪心评估：{options}。',
  'Measure it {decoding} too: {command}, then choose it with --other-label.':
    '请另作 {decoding} 评估：{command}，再用 --other-label 选择。',
  'It has no evaluations yet.': '它还没有评估。',
  'Its evaluations are {labels~}.': '它的评估有 {labels~}。',
  'none yet': '（尚无）',
  '{folder} has no step {step}.': '{folder} 没有第 {step} 步。',
  'It has no step yet.': '它还没有任何一步。',
  'Its steps are 1 to {last}.': '它的步为 1 到 {last}。',
  '{folder} has no such rollouts.': '{folder} 没有这样的轨迹。',
  '{folder} has no problem "{id}".': '{folder} 没有题目 "{id}"。',
  '{folder} has no rollouts of {problem} in {place~}.': '{folder} 在{place~}中没有 {problem} 的轨迹。',
  'the training': '训练',
  'step {step}': '第 {step} 步',
  'the evaluation {label}': '评估 {label}',
  'It is {places~}.': '它{places~}。',
  'in step {steps} of the training and in the evaluation {label} (--label {name})':
    '在训练的第 {steps} 步，也在评估 {label} 中（--label {name}）',
  'in step {steps} of the training': '在训练的第 {steps} 步中',
  'in the evaluation {label} (--label {name})': '在评估 {label} 中（--label {name}）',
  '{path} is gone.': '{path} 已不存在。',
  '{path} has changed since the run.': '{path} 在运行之后被更改过。',
  '{path} has no problem {id}.': '{path} 中没有题目 {id}。',
  'The run names no data.': '该运行没有记录数据文件。',
  '{path} is damaged: {reason}.': '{path} 已损坏：{reason}。',
  'Bring it back from a copy, or save what is whole: {command}': '请从备份恢复，或取出其中完好的部分：{command}',
  '{folder} has no evaluation "{label}" at step {step}.': '{folder} 在第 {step} 步没有评估 "{label}"。',
  'It was made at step {steps}.': '它是在第 {steps} 步做的。',
  '{folder} has no {type} problems among those asked for.': '{folder} 的这些题目中没有 {type} 题目。',
  'Their types: {types}.': '其类型有 {types}。',
  '--kind {kind} is not known.': '--kind 的值 {kind} 未知。',
  'No rollout of it failed; wider names: {names}.': '没有失败的轨迹；较宽的名称：{names}。',
  'Its kinds: {kinds}; wider names: {names}.': '其中的种类有 {kinds}；较宽的名称：{names}。',
  '{problem!} is in steps {steps} of {folder}: one of them is needed.':
    '{problem} 出现在 {folder} 的第 {steps} 步：请指定其中一步。',
  '{problem!} has no rollout {rollout} there.': '{problem} 在那里没有轨迹 {rollout}。',
  'Its rollouts: {numbers}.': '它的轨迹有 {numbers}。',
  '{name} needs --problem: it is about one group.': '{name} 需要与 --problem 同用：它只针对一个组。',
  '--since needs --events.': '--since 需要与 --events 同用。',
  'Its number is that of an event.': '它的值是某个事件的编号。',
  '--events does not go with --{name}.': '--events 不能与 --{name} 同用。',
  'Leave one of them out: events are those of the whole run.': '请去掉其中一个：事件属于整次运行。',
  '"{command}" lists the problems.': '"{command}" 会列出题目。',
  'no problem "{id}" in step {step}; its problems: {ids}.': '第 {step} 步中没有题目 "{id}"；其中的题目有：{ids}。',
  'Take one of them.': '请取其中之一。',
  'policy.frozen.examples.run: {folder} has no training workflow that answered right.':
    'policy.frozen.examples.run：{folder} 中没有答对的训练工作流。',
  'Name another run, or set policy.frozen.examples.run: null.':
    '请指定另一次运行，或设 policy.frozen.examples.run: null。',
  '{folder} was made by npm run demos, which cannot be resumed.': '{folder} 由 npm run demos 生成，不能继续。',
  'Its report is {file}; npm run demos makes another run.': '它的报告是 {file}；npm run demos 会做另一次运行。',

  // A training on its way.
  'no checkpoint of the run is whole: its {lost} steps are made again; rollouts in the journal are not bought again':
    '该次运行没有完整的检查点：其 {lost} 步将重做；日志中的轨迹不会重复付费',
  'checkpoint {folder} was passed over: {reason~}': '跳过了检查点 {folder}：{reason~}',
  'its save was interrupted': '其保存被中断',
  '{file} is missing: it was not finished': '缺少 {file}：它没有写完',
  '{file} is damaged': '{file} 已损坏',
  '{file} is damaged: its sha256 differs': '{file} 已损坏：sha256 不符',
  '{file} is missing': '缺少 {file}',
  '{file} has {size} bytes instead of {expected}': '{file} 有 {size} 字节，应为 {expected} 字节',
  'the budget of {budget} is used up: {spent} is spent.': '{budget} 的预算已用完：已花费 {spent}。',
  'the budget of {budget} would be passed: {spent} spent + {mean} for one more = {sum}.':
    '将超出 {budget} 的预算：已花费 {spent}，再加一条轨迹 {mean}，共 {sum}。',
  'the budget of {budget} would be passed: {spent} spent + {reserved} reserved for {rollouts} under way + {mean} for one more = {sum}.':
    '将超出 {budget} 的预算：已花费 {spent}，在途的 {rollouts} 预留 {reserved}，再加一条轨迹 {mean}，共 {sum}。',
  'Nothing is lost. Resume with a higher training.maxCostUsd.': '没有任何丢失。请调高 training.maxCostUsd 后续训。',
  '{none} of groups are expected to carry no signal, right and wrong answers mixed (right: {right} problems; G = {group}): training would spend about {cost} to learn from {learned} of {groups} groups.':
    '预计 {none} 的组不带信号，即组内没有对错之分（正确：{right} 道题；G = {group}）：训练将花费约 {cost}，而 {groups} 组中只有 {learned} 组可学。',
  'Try --set training.groupSize={size}. Continue with --accept-low-signal.':
    '可试 --set training.groupSize={size}。仍要继续请加 --accept-low-signal。',
  'Try --set data.maxDifficulty=2, or --set training.groupSize={size}. Continue with --accept-low-signal.':
    '可试 --set data.maxDifficulty=2，或 --set training.groupSize={size}。仍要继续请加 --accept-low-signal。',
  'no oracle: {path} is not a table of best workflows ({reason}); npm run best-workflows makes it':
    '没有理想选择：{path} 不是最佳工作流表（{reason}）；可用 npm run best-workflows 生成',
  'no oracle: {path} belongs to other training problems; npm run best-workflows makes it':
    '没有理想选择：{path} 属于其他训练题目；可用 npm run best-workflows 生成',
  'no oracle: {path} was made with rewards.callPrice {price}, and this run has {own}':
    '没有理想选择：{path} 以 rewards.callPrice {price} 生成，而本次运行为 {own}',
  'no oracle: {path} has no workflow for {source}, difficulty {difficulty}':
    '没有理想选择：{path} 中没有 {source}（难度 {difficulty}）的工作流',
}
