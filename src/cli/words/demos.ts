/** Words of `baton demos`. */
import { inLanguages } from '../language.ts'

const english = {
  simulated: (model: string) => `${model} (offline, not a language model; see docs/demonstrations-data.md)`,
  labels: {
    collected: 'collected',
    judged: 'judged',
    queries: 'queries',
    failed: 'failed',
    calls: 'calls',
    sequences: 'sequences',
    embeddings: 'embeddings',
    train: 'train',
    answers: 'answers',
  },
  /** What a collection is busy with, by its own word for it. */
  activity: (name: string) => name,
  collected: (sequences: string, queries: string, sources: string) =>
    `${sequences} sequences for ${queries} queries: ${sources}`,
  judged: (rate: string) => `${rate} queries right`,
  queries: (positive: string, informative: string) =>
    `${positive} have a right sequence; ${informative} differ among theirs`,
  failed: (count: string) => `${count} sequences have no verdict and count as nothing`,
  calls: (calls: string, tokensIn: string, tokensOut: string, cost: string) =>
    `${calls} in all runs of it, ${tokensIn} tokens in, ${tokensOut} out, ${cost}`,
  onlyGenerated: 'the simulator knows generated questions only; give --server for those of a file.',
  textAlone: 'without --pictures the questions are asked as text alone.',
  noPrediction: (count: number) => `${count} questions have no prediction and score 0.`,
  unknownQuestion: (count: number) => `${count} predictions are for no question and are left out.`,
  methods: {} as Readonly<Record<string, string>>,
  method: (name: string, shots: number) => (shots === 0 ? name : `${name}, ${shots} shot${shots === 1 ? '' : 's'}`),
  converted: (from: string, to: string, parameters: string, shown: string) =>
    `${from} -> ${to}: ${parameters} parameters, every tensor accounted for\n  ${shown}`,
  written: (path: string) => `written to ${path}`,
}

const activities: Readonly<Record<string, string>> = {
  preparing: '准备',
  judging: '评判',
  'judging again': '重新评判',
  proposing: '提出序列',
}

export const demosWords = inLanguages(english, {
  simulated: (model) => `${model}（离线，不是语言模型；见 docs/demonstrations-data.md）`,
  labels: {
    collected: '收集',
    judged: '评判',
    queries: '查询',
    failed: '失败',
    calls: '调用',
    sequences: '序列',
    embeddings: '向量',
    train: '训练',
    answers: '回答',
  },
  activity: (name) => activities[name] ?? name.replace(/^mining /, '追加 '),
  collected: (sequences, queries, sources) => `为 ${queries} 个查询收集了 ${sequences} 个序列：${sources}`,
  judged: (rate) => `查询答对 ${rate}`,
  queries: (positive, informative) => `有正确序列的 ${positive}；其序列有对有错的 ${informative}`,
  failed: (count) => `${count} 个序列没有判定，不计入`,
  calls: (calls, tokensIn, tokensOut, cost) =>
    `其全部运行共 ${calls} 次，输入 ${tokensIn} token，输出 ${tokensOut}，${cost}`,
  onlyGenerated: '模拟器只认识自动生成的问题；文件中的问题请给出 --server。',
  textAlone: '没有 --pictures 时，只以文本提问。',
  noPrediction: (count) => `${count} 个问题没有预测，计 0 分。`,
  unknownQuestion: (count) => `${count} 个预测不属于任何问题，不计入。`,
  methods: {
    'zero-shot': '无示例',
    random: '随机',
    fixed: '固定示例',
    similar: '最相似',
    oracle: '最佳序列',
    untrained: '未训练的选择器',
    learned: '学到的选择器',
    predictions: '预测',
  },
  method: (name, shots) => (shots === 0 ? name : `${name}，${shots} 个示例`),
  converted: (from, to, parameters, shown) => `${from} -> ${to}：${parameters} 个参数，所有张量均已对应\n  ${shown}`,
  written: (path) => `已写入 ${path}`,
})
