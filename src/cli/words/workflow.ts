/** Words of `baton workflow`, `data` and `contract`. */
import { inLanguages } from '../language.ts'

interface RoundFigures {
  readonly round: string
  readonly score: string | null
  readonly runs: number
  readonly cost: string | null
  readonly failures: number
  readonly change: string
}

const english = {
  source: (file: string, dialect: string, files: readonly string[]) =>
    `${file} (${dialect})${files.length === 0 ? '' : ` with ${files.join(', ')}`}`,
  checked: (dialect: string, type: string) => `(${dialect}, ${type})`,
  dialects: {} as Readonly<Record<string, string>>,
  executor: (description: string) => `executor: ${description}`,
  calls: (count: number, cost: string) => `${count} ${count === 1 ? 'call' : 'calls'}${cost}`,
  outcomes: {} as Readonly<Record<string, string>>,
  ruleBroken: 'rule broken',
  callsFailed: (failed: number, all: number) => `${failed} of ${all} operator calls failed`,
  cost: (cost: string) => `cost ${cost}`,
  answer: 'answer',
  noOperators: 'no operator calls',
  severities: {} as Readonly<Record<string, string>>,
  line: (line: number, message: string) => `line ${line}: ${message}`,
  nothingFound: 'nothing found',
  roundsWritten: (count: number, path: string) => `${count} rounds written to ${path}`,
  roundsExported: (count: number, path: string) => `${count} ${count === 1 ? 'round' : 'rounds'} written to ${path}`,
  round: ({ round, score, runs, cost, failures, change }: RoundFigures) => {
    const scored = score === null ? 'not scored' : `${score} in ${runs} ${runs === 1 ? 'run' : 'runs'}`
    return `round ${round}  ${scored}${cost === null ? '' : `  ${cost} a problem`}  ${failures} failures${change}`
  },
  /** `baton data`. */
  problemsIn: (split: string, count: string, path: string) =>
    `${split.padEnd(10)} ${count.padStart(6)} problems  ${path}`,
  badRows: (name: string, count: number) => `${name}: ${count} bad rows left out`,
  problems: (name: string, count: string) => `${name}: ${count} problems`,
  findings: (count: number) => `${count} findings`,
  /** `baton contract`. */
  contradiction: 'contradiction',
  saidBy: (prompt: string, what: string) => `${prompt}: it ${what}`,
  linted: (prompts: number, rules: number, examples: number, found: number) =>
    `${prompts} prompts, ${rules} rules, ${examples} examples run: ${found === 0 ? 'no contradictions' : `${found} contradictions`}`,
}

export const workflowWords = inLanguages(english, {
  source: (file, dialect, files) => `${file}（${dialect}）${files.length === 0 ? '' : `，附 ${files.join('、')}`}`,
  checked: (dialect, type) => `（${dialect}，${type}）`,
  dialects: { contract: '契约程序', arrow: '箭头语言' },
  executor: (description) => `执行模型：${description}`,
  calls: (count, cost) => `${count} 次调用${cost}`,
  outcomes: { failed: '失败', raised: '抛出异常', refused: '被拒绝' },
  ruleBroken: '违反规则',
  callsFailed: (failed, all) => `${all} 次算子调用中有 ${failed} 次失败`,
  cost: (cost) => `成本 ${cost}`,
  answer: '答案',
  noOperators: '没有调用算子',
  severities: { error: '错误', violation: '违规', warning: '警告', repair: '修复', note: '提示' },
  line: (line, message) => `第 ${line} 行：${message}`,
  nothingFound: '没有发现问题',
  roundsWritten: (count, path) => `${count} 轮已写入 ${path}`,
  roundsExported: (count, path) => `${count} 轮已写入 ${path}`,
  round: ({ round, score, runs, cost, failures, change }) => {
    const scored = score === null ? '未评分' : `${score}（${runs} 次运行）`
    return `第 ${round} 轮  ${scored}${cost === null ? '' : `  每题 ${cost}`}  ${failures} 次失败${change}`
  },
  problemsIn: (split, count, path) => `${split.padEnd(10)} ${count.padStart(6)} 道题  ${path}`,
  badRows: (name, count) => `${name}：跳过了 ${count} 个有误的行`,
  problems: (name, count) => `${name}：${count} 道题`,
  findings: (count) => `发现 ${count} 处问题`,
  contradiction: '矛盾',
  saidBy: (prompt, what) => `${prompt}：${what}`,
  linted: (prompts, rules, examples, found) =>
    `${prompts} 个提示词，${rules} 条规则，运行了 ${examples} 个例子：${found === 0 ? '没有矛盾' : `${found} 处矛盾`}`,
})
