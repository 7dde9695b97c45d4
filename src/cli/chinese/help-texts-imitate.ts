/** Texts of `baton imitate --help` in Chinese, by their English. */
export const imitateHelpTexts: Readonly<Record<string, string>> = {
  'teach a policy by example: the best rollouts of runs, JSONL files or experts (baton train with the preset imitate)':
    '用范例教策略：运行中最好的轨迹、JSONL 文件或专家（以 imitate 为预设的训练）',
  'what is imitated: a run folder, a JSONL file, or experts; may be repeated':
    '模仿什么：运行目录、JSONL 文件或 experts；可重复',
  'attempts of a problem that are kept, no text twice (default: 4)': '每道题保留几次尝试，文本不重复（默认：4）',
  'rollouts of runs with at least this reward (default: those that answered right)':
    '只取奖励不低于此值的轨迹（默认：答对的轨迹）',
  'policy to start from (default: models/conductor)': '从哪个策略开始（默认：models/conductor）',
  'steps of imitation at most (default: 200)': '模仿的步数上限（默认：200）',
  'set one key, e.g. --set training.steps=60; may be repeated': '设置一个键，例如 --set training.steps=60；可重复',
  'its best rollouts: rejection sampling': '其最好的轨迹：拒绝采样',
  'sensible workflows, without any run': '合理的工作流，不需要任何运行',
  'rows of {"messages": [...]}': '每行为 {"messages": [...]}',
  'imitation, then GRPO': '先模仿，再 GRPO',
  'docs/imitation.md describes the files; docs/config.md lists the keys. Exit codes: 0 done, 2 wrong input, 3 a service failed for good (resumable), 4 stopped by a rule or budget (resumable), 130 interrupted (checkpointed).':
    '文件内容见 docs/imitation.md，全部键见 docs/config.md。退出码：0 完成，2 输入有误，3 服务彻底失败（可续训），4 因规则或预算而停止（可续训），130 被中断（已存检查点）。',
}
