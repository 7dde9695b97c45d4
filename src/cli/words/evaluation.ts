/** Words of evaluations on the terminal. */
import { inLanguages } from '../language.ts'

const english = {
  /** An evaluation by its name, which is what `--label` takes. */
  evaluation: (name: string) => name,
  decodings: { greedy: 'greedy', sampled: 'sampled' },
  accuracy: (rate: string) => `accuracy ${rate}`,
  calls: (count: string) => `${count} calls`,
  tokens: (count: string) => `${count} tokens`,
  perProblem: (list: string) => `${list} a problem`,
  example: {
    best: (place: number, of: number, title: string) => `best ${place} of ${of}: ${title}`,
    worst: (place: number, of: number, title: string) => `worst ${place} of ${of}: ${title}`,
  },
  limited: (count: string, all: string, plain: number) =>
    `${count} of ${all} problems (evaluation.problems of the run); --problems ${plain} for all`,
  trainedOn: (shared: string, measured: string) =>
    `${shared} of ${measured} problems were trained on: the accuracy will be too high.`,
  trainedOnHint: (train: string, measured: string) =>
    `Measure on others; \`npx baton data audit ${train} ${measured}\` lists those that are in both files.`,
  atStep: (name: string, step: number) => `${name} at step ${step}`,
  title: (name: string, decoding: string | null, took: string) =>
    `${name}${decoding === null ? '' : `, ${decoding}`}${took === '' ? '' : `: ${took}`}`,
}

const names: Readonly<Record<string, string>> = {
  before: '训练前',
  after: '训练后',
  'best-fixed': '最佳固定',
  'fixed:overall': '通用固定',
  'fixed:oracle': '理想选择',
}

export const evaluationWords = inLanguages(english, {
  evaluation: (name) => names[name] ?? name.replace(/^step-(\d+)$/, '第 $1 步'),
  decodings: { greedy: '贪心', sampled: '采样' },
  accuracy: (rate) => `准确率 ${rate}`,
  calls: (count) => `${count} 次调用`,
  tokens: (count) => `${count} token`,
  perProblem: (list) => `每题 ${list}`,
  example: {
    best: (place, of, title) => `最好 ${place}/${of}：${title}`,
    worst: (place, of, title) => `最差 ${place}/${of}：${title}`,
  },
  limited: (count, all, plain) =>
    `${all} 道题中取 ${count} 道（该次运行的 evaluation.problems）；要评估全部，请用 --problems ${plain}`,
  trainedOn: (shared, measured) => `${measured} 道题中有 ${shared} 道训练过：准确率会偏高。`,
  trainedOnHint: (train, measured) =>
    `请换用其他题目评估；\`npx baton data audit ${train} ${measured}\` 会列出两个文件共有的题目。`,
  atStep: (name, step) => `${name}（第 ${step} 步）`,
  title: (name, decoding, took) =>
    `${name}${decoding === null ? '' : `，${decoding}`}${took === '' ? '' : `：${took}`}`,
})
