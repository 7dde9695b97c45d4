/** Where a report on choosing demonstrations has other words than one on writing workflows, by language. */
import { equalMargin } from '../core/difference-reading.ts'
import type { Language } from './language.ts'
import type { Words } from './words-english.ts'

type Overrides = Partial<Words>

const paired = (n: number): string => `paired by problem, n = ${n}`

const english = (words: Words): Overrides => ({
  questionText: (isTrainedOn) =>
    `Does training teach the selector to pick demonstrations with which more of the ${isTrainedOn ? 'training' : 'held-out'} questions are answered right?`,
  yes: (points, interval, n) => `Yes: ${points} points against the untrained selector [${interval}], ${paired(n)}.`,
  no: (points, interval, n) =>
    `No, it got worse: ${points} points against the untrained selector [${interval}], ${paired(n)}.`,
  equal: (points, interval, n) =>
    `Equal: ${points} points against the untrained selector, and the whole interval [${interval}] lies within ${equalMargin * 100} point of 0; ${paired(n)}.`,
  cannotTell: (points, interval, n) =>
    `Cannot tell: ${points} points against the untrained selector, and the interval [${interval}] includes 0; ${paired(n)}.`,
  soFar: (label, points, interval, n) =>
    `So far (\`${label}\`): ${points} points against the untrained selector [${interval}], ${paired(n)}.`,
  comparisonSource: (rows) =>
    `Source: evaluations ${rows} of this run. All asked the same questions. Calls are those to the answering model, tokens theirs, in and out. A dash: not measured.`,
  who: 'selector',
  kl: 'KL to the selector that imitation left (nats a pick)',
  entropy: 'Entropy (nats a pick)',
  length: 'Picks',
  callsPerWorkflow: 'Calls to the answering model',
  best: 'Best sequences',
  worst: 'Worst sequences',
  labels: { ...words.labels, before: 'untrained selector', after: 'trained selector' },
  settings: { ...words.settings, executor: 'answering model', problems: 'files (fingerprint)' },
  example: { ...words.example, program: 'What the selector picked, in pick order' },
})

const chinese = (words: Words): Overrides => ({
  questionText: (isTrainedOn) => `训练能否教会选择器挑选示例，使更多${isTrainedOn ? '训练' : '留出'}问题得到正确回答？`,
  yes: (points, interval, n) => `能：与未训练的选择器相比 ${points} 个百分点 [${interval}]，按题目配对，n = ${n}。`,
  no: (points, interval, n) =>
    `不能，反而变差：与未训练的选择器相比 ${points} 个百分点 [${interval}]，按题目配对，n = ${n}。`,
  equal: (points, interval, n) =>
    `相当：与未训练的选择器相比 ${points} 个百分点，整个区间 [${interval}] 都在 0 的 ${equalMargin * 100} 个百分点以内；按题目配对，n = ${n}。`,
  cannotTell: (points, interval, n) =>
    `无法判断：与未训练的选择器相比 ${points} 个百分点，区间 [${interval}] 包含 0；按题目配对，n = ${n}。`,
  soFar: (label, points, interval, n) =>
    `目前（\`${label}\`）：与未训练的选择器相比 ${points} 个百分点 [${interval}]，按题目配对，n = ${n}。`,
  comparisonSource: (rows) =>
    `来源：本次运行的评估 ${rows}。各行使用相同的问题。调用指对回答模型的调用，token 数为其输入与输出之和。横线：未测量。`,
  who: '选择器',
  kl: '与模仿阶段所得选择器的 KL（nat / 次挑选）',
  entropy: '熵（nat / 次挑选）',
  length: '挑选个数',
  callsPerWorkflow: '对回答模型的调用',
  best: '最好的序列',
  worst: '最差的序列',
  labels: { ...words.labels, before: '未训练的选择器', after: '训练后的选择器' },
  settings: { ...words.settings, executor: '回答模型', problems: '文件（指纹）' },
  example: { ...words.example, program: '选择器所挑选的示例（按挑选顺序）' },
})

const overrides: Readonly<Record<Language, (words: Words) => Overrides>> = { en: english, zh: chinese }

export function demonstrationWords(words: Words): Words {
  return { ...words, ...overrides[words.language](words) }
}
