import { inLanguages } from '../language.ts'

const english = {
  counts: (all: string, changed: string) => `${all} rollouts scored again, ${changed} verdicts change`,
  leftOut: (count: string, reason: string) => `${count} left out: ${reason}`,
  reasons: {
    'no answer of its own': 'their own program gave no answer',
    'problem not found': 'their problem could not be read again',
    'verdict stands': 'they have a verdict',
  } as Readonly<Record<string, string>>,
  asked: (model: string, calls: string, costUsd: number) => `judge ${model}: ${calls} calls, $${costUsd.toFixed(4)}`,
  verdicts: { true: 'true', false: 'false', unscorable: 'unscorable', judge: 'needs a judge' },
  was: (scorer: string, verdict: string) => `${scorer}: ${verdict}`,
  before: 'before',
  now: (verdict: string) => `now ${verdict}`,
  right: 'right',
  earlier: 'before',
  today: 'now',
  training: 'training',
  step: (step: number) => `step ${step}`,
  answer: 'answer: ',
  reference: 'reference: ',
  notWritten: 'Nothing was written; --write keeps the new verdicts beside the old ones.',
  written: (path: string) => `written to ${path}`,
}

export const rescoreWords = inLanguages(english, {
  counts: (all, changed) => `重新评分 ${all} 条轨迹，${changed} 个判定有变化`,
  leftOut: (count, reason) => `略过 ${count} 条：${reason}`,
  reasons: {
    'no answer of its own': '其程序没有给出答案',
    'problem not found': '无法再读到其题目',
    'verdict stands': '已有判定',
  },
  asked: (model, calls, costUsd) => `裁判模型 ${model}：${calls} 次调用，$${costUsd.toFixed(4)}`,
  verdicts: { true: '对', false: '错', unscorable: '无法评分', judge: '需要裁判' },
  was: (scorer, verdict) => `${scorer}：${verdict}`,
  before: '之前',
  now: (verdict) => `现在${verdict}`,
  right: '正确率',
  earlier: '之前',
  today: '现在',
  training: '训练',
  step: (step) => `第 ${step} 步`,
  answer: '答案：',
  reference: '参考答案：',
  notWritten: '没有写入任何内容；加 --write 会把新判定保存在旧判定旁边。',
  written: (path) => `已写入 ${path}`,
})
