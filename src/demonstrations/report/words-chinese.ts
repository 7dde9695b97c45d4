/** Words of the evaluation report in Chinese. */
import { equalMargin } from '../../core/difference-reading.ts'
import { grouped } from '../../core/grouped.ts'
import type { EvaluationWords } from './words-english.ts'

const methods: Readonly<Record<string, string>> = {
  'zero-shot': '无示例',
  random: '随机',
  fixed: '固定示例',
  similar: '最相似（检索）',
  oracle: '已收集序列中的最佳者（理想选择）',
  untrained: '未训练的选择器',
  learned: '学到的选择器',
  rce: '模仿（RCE）之后的选择器',
  grpo: 'RCE 与 GRPO 之后的选择器',
}

export const evaluationChinese: EvaluationWords = {
  title: '示例选择评估',
  questionText: (method) => `使用“${method}”选出的示例，回答模型答对的问题是否多于各基线？`,
  setUp: '设置',
  setUpText: (questions, model, profile) =>
    `${questions} 个留出问题，由 ${model} 在评估配置档“${profile}”下作答。各方法回答同样的问题；每个问题有一个不含自身的候选池，除在整个索引上检索外，各方法都从该池中挑选。`,
  settings: '全部设置',
  more: (a, b, points, interval, shots) => `${shots} 个示例时，“${a}”高于“${b}”：${points} 个百分点 [${interval}]。`,
  less: (a, b, points, interval, shots) => `${shots} 个示例时，“${a}”低于“${b}”：${points} 个百分点 [${interval}]。`,
  equal: (a, b, points, interval, shots) =>
    `${shots} 个示例时，“${a}”与“${b}”相当：${points} 个百分点，整个区间 [${interval}] 都在 0 的 ${equalMargin * 100} 个百分点以内。`,
  cannotTell: (a, b, points, interval, shots) =>
    `${shots} 个示例时，无法判断“${a}”与“${b}”孰高孰低：${points} 个百分点，区间 [${interval}] 包含 0。`,
  power: (n, detectable, difference, needed) =>
    `${grouped(n)} 个问题${detectable === null ? '太少，检出不了任何差异' : `可检出 ${detectable} 个百分点的差异`}${needed === null ? '' : `；检出 ${difference} 个百分点需要 ${needed} 个问题`}。`,
  nothing: '只有一种方法，没有可比较的对象。',
  accuracy: '全部问题上的准确率',
  accuracyNote:
    'VQA 准确率及其 95 % 区间（同一图像的问题视为一簇），单位为百分点。理想选择在事后取已收集序列中的最佳者，其中一部分是运气，因此不能视为可提升空间。',
  who: '示例',
  shots: (count) => `${count} 个示例`,
  failed: (count) => `${count} 次失败`,
  byShots: '准确率与示例数',
  shotsAxis: '示例数',
  differences: '差值（按问题配对）',
  differencesNote:
    '单位为百分点，附 95 % Bonett-Price 区间（同一图像的问题视为一簇）。p：对答对（大于 0）与答错的精确 McNemar 检验 / 对得分的符号翻转检验，均按示例数作 Holm 校正。“可检出”指五次此类比较中有四次能发现的差值。',
  difference: '差值',
  onlyOne: '仅一方答对',
  tests: 'p McNemar / 符号翻转',
  detectable: '可检出',
  otherBaselines: '其余基线',
  against: (baseline) => `相对于${baseline}`,
  worlds: '随机种子与世界',
  worldsAccuracy: '各种子与世界的准确率',
  worldsNote:
    '学到的选择器的差值（百分点，按问题配对，附 95 % 区间）。每个种子都重新抽取一切。在零效应世界中选哪些示例毫无区别：若那里出现增益，便是假象。',
  separator: '，',
  worldNames: { simulated: '模拟世界', 'null world': '零效应世界' },
  seedNames: { all: '全部' },
  world: '世界',
  seed: '种子',
  minus: (a, b) => `${a} − ${b}`,
  segments: '前缀与分段',
  segmentsText: '已发表的表格给出前 N 个问题；这些集合相互嵌套，因此各行不是独立证据。互不相交的分段才是。',
  prefixes: '前 N 个问题（嵌套）',
  disjoint: '互不相交的分段',
  first: (count) => `前 ${count} 个`,
  range: (from, to) => `${from} 至 ${to}`,
  curves: '训练',
  metrics: {
    accuracy: '留出问题上的准确率',
    reward: '每轮平均奖励',
    loss: '损失',
    kl: '与起始检查点的散度（KL）',
    signal: '对错混合的组（信号）',
    entropy: '策略熵（纳特）',
  },
  axes: { imitation: '步（模仿）', grpo: '步' },
  picked: '为谁选了什么',
  pickedText:
    '每行是一类问题，每列是一类示例；方格是该行所选示例中的占比。学会了哪些示例有用的选择器会呈现对角线；随机选择呈现竖列。',
  pickedTitle: (method, rate, picks) => `${method}：${picks} 次挑选中 ${rate} 与问题同类`,
  questions: '问题',
  demonstrations: '示例',
  galleryTitle: '样例',
  galleryNote: '提示词从左到右，问题在最后。按固定规则选取：结果有差异的问题，否则取最前面的问题。',
  asked: '提问',
  answer: '答案',
  says: '回答',
  noAnswer: '没有回答（失败）',
  example: (number) => `样例 ${number}`,
  collapse: '它看问题了吗？',
  collapseNote: (entropy) =>
    `首选示例在各问题上的熵，单位为纳特（最大 ${entropy}）。只偏爱一两个示例的选择器也可能有看似合理的准确率，在这里就会显露。`,
  distinct: '不同序列',
  entropy: '首选的熵',
  top: '最常见的首选',
  repeats: '含重复',
  warnings: '警告',
  warning: { 'few-sequences': '不同序列过少', 'one-favourite': '偏爱单一示例', repeats: '同一提示词中示例重复' },
  none: '无',
  further: '进一步查看',
  furtherText:
    '每一行都在运行的 `questions.jsonl` 中：问题、示例、回答与得分。问题、评估配置档、候选池和模型都相同的两次运行可这样比较：',
  method: (name) => methods[name] ?? name,
}
