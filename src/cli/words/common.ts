/**
 * Words that several commands share. One Chinese term for one thing, here and in the reports:
 *
 *   policy 策略 · reference 参考策略 · executor 执行模型 · judge 裁判模型 · workflow 工作流 · operator 算子 · problem 题目
 *   rollout 轨迹 · group 组 · reward 奖励 · advantage 优势 · step 步 · run 运行 · resume 续训 (a training), 继续 (the rest)
 *   checkpoint 检查点 · completion 生成 · prompt 提示词 · evaluation 评估 · accuracy 准确率 · interval 区间 · fallback 降级
 *   warm start 预热策略 · fixed workflow 固定工作流 · oracle 理想选择 · signal 信号 · greedy 贪心 · sampled 采样 · call 调用
 *   demonstration 示例 · sequence 序列 · pool 候选池 · selector 选择器 · shot 示例数 · embedding 向量 · profile 配置档
 *   contract 契约 · simulator 模拟器 · sandbox 沙箱 · seed 随机种子 · token token · family 题族 · split 划分
 */
import { inLanguages } from '../language.ts'

const english = {
  levels: { note: 'note: ', warning: 'warning: ', error: 'error: ' } as Readonly<Record<string, string>>,
  ownMistake: 'a mistake in Baton itself, please report it:',
  goOnWith: (command: string) => `continue with: ${command}`,
  stopped: (goOn: string) => `stopped; ${goOn}`,
  interrupted: 'interrupted',
  finishing: 'finishing this step, then saving (Ctrl-C again stops now, nothing saved is lost)',
  nothingTrained: 'nothing was trained (--dry-run)',
  notScored: 'not scored',
  clock: {
    hours: (hours: number, minutes: number) => `${hours}h ${minutes}m`,
    minutes: (minutes: number, seconds: number) => `${minutes}m ${seconds}s`,
    seconds: (seconds: number) => `${seconds}s`,
  },
  types: {} as Readonly<Record<string, string>>,
  splits: {} as Readonly<Record<string, string>>,
  report: 'report',
  run: (folder: string, seed: number) => `${folder}   seed ${seed}`,
  labels: {
    run: 'run',
    report: 'report',
    executor: 'executor',
    model: 'model',
    selector: 'selector',
    data: 'data',
    resume: 'resume',
  },
  at: (model: string, address: string) => `${model} at ${address}`,
  listSeparator: ', ',
  sentenceSpace: ' ',
}

export const commonWords = inLanguages(english, {
  levels: { note: '提示：', warning: '警告：', error: '错误：' },
  ownMistake: '这是 Baton 自身的缺陷，请反馈：',
  goOnWith: (command) => `继续运行：${command}`,
  stopped: (goOn) => `已停止；${goOn}`,
  interrupted: '已中断',
  finishing: '正在完成当前步并保存（再按一次 Ctrl-C 立即停止，已保存的不会丢失）',
  nothingTrained: '未进行训练（--dry-run）',
  notScored: '未评分',
  clock: {
    hours: (hours, minutes) => `${hours} 小时 ${minutes} 分`,
    minutes: (minutes, seconds) => `${minutes} 分 ${seconds} 秒`,
    seconds: (seconds) => `${seconds} 秒`,
  },
  types: { math: '数学', code: '代码', qa: '问答', vqa: '看图问答', all: '全部' },
  splits: { train: '训练', validation: '验证', test: '测试' },
  report: '报告',
  run: (folder, seed) => `${folder}   随机种子 ${seed}`,
  labels: {
    run: '运行',
    report: '报告',
    executor: '执行模型',
    model: '模型',
    selector: '选择器',
    data: '数据',
    resume: '继续',
  },
  at: (model, address) => `${model}，位于 ${address}`,
  listSeparator: '，',
  sentenceSpace: '',
})

/** A type of problem as the language calls it. */
export function typeWord(type: string): string {
  return commonWords().types[type] ?? type
}

/** A split of the data as the language calls it; the path of a file stays as it is. */
export function splitWord(split: string): string {
  return commonWords().splits[split] ?? split
}
