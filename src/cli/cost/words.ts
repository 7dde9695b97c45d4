import { inLanguages } from '../language.ts'

const english = {
  total: (usd: string) => `${usd} in all`,
  atLeast: (usd: string) => `cost unknown: a model has no known price (${usd} for the rest)`,
  noCalls: 'the run has made no calls',
  unpriced: (role: string, model: string, section: string) =>
    `${role}: the price of ${model} is not known; set ${section}.inputPerMillionUsd and ${section}.outputPerMillionUsd`,
  given: (role: string, model: string, each: string) =>
    `${role}: ${model}, ${each} per million tokens in + out, as configured`,
  listed: (role: string, model: string, each: string, asOf: string) =>
    `${role}: ${model}, ${each} per million tokens in + out, list price of ${asOf}`,
  unknown: 'unknown',
  roles: { executor: 'executor', judge: 'judge', policy: 'policy', other: 'other' } as Readonly<Record<string, string>>,
  byRole: 'role',
  byOperator: 'operator',
  byStep: 'step or evaluation',
  byProblem: (shown: number, all: number) => (shown < all ? `problem (${shown} dearest of ${all})` : 'problem'),
  columns: {
    calls: 'calls',
    failed: 'failed',
    attempts: 'attempts',
    input: 'tokens in',
    output: 'tokens out',
    rollouts: 'rollouts',
  },
}

export const costWords = inLanguages(english, {
  total: (usd) => `合计 ${usd}`,
  atLeast: (usd) => `费用未知：有模型的价格未知（其余 ${usd}）`,
  noCalls: '该运行没有任何调用',
  unpriced: (role, model, section) =>
    `${role}：${model} 的价格未知；请设置 ${section}.inputPerMillionUsd 与 ${section}.outputPerMillionUsd`,
  given: (role, model, each) => `${role}：${model}，每百万 token 输入 + 输出 ${each}（按配置）`,
  listed: (role, model, each, asOf) => `${role}：${model}，每百万 token 输入 + 输出 ${each}（${asOf} 的标价）`,
  unknown: '未知',
  roles: { executor: '执行模型', judge: '裁判模型', policy: '策略', other: '其他' },
  byRole: '角色',
  byOperator: '算子',
  byStep: '步或评估',
  byProblem: (shown, all) => (shown < all ? `题目（${all} 道中最贵的 ${shown} 道）` : '题目'),
  columns: {
    calls: '调用',
    failed: '失败',
    attempts: '尝试',
    input: '输入 token',
    output: '输出 token',
    rollouts: '轨迹',
  },
})
