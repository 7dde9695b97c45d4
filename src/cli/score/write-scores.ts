import { inLanguages, said } from '../language.ts'
import { paint } from '../paint.ts'
import type { PairScore } from './pair-score.ts'

const english = {
  verdicts: { true: 'true', false: 'false', judge: 'judge', unscorable: 'unscorable' } as Readonly<
    Record<PairScore['verdict'], string>
  >,
  by: (scorer: string) => `by the ${scorer} scorer`,
  judgeOnly: 'only a judge can say: --judge asks it',
  byJudge: 'by the judge',
  answer: 'answer',
  reference: 'reference',
  why: 'why',
  none: '(none)',
  colon: ': ',
  counts: (all: number, right: number, wrong: number, open: number) =>
    `${all} ${all === 1 ? 'pair' : 'pairs'}: ${right} true, ${wrong} false, ${open} for the judge`,
}

const words = inLanguages(english, {
  verdicts: { true: '对', false: '错', judge: '待裁判', unscorable: '无法评分' },
  by: (scorer) => `由 ${scorer} 评分器判定`,
  judgeOnly: '只有裁判能判定：加 --judge 询问裁判',
  byJudge: '由裁判模型判定',
  answer: '答案',
  reference: '参考答案',
  why: '理由',
  none: '（无）',
  colon: '：',
  counts: (all, right, wrong, open) => `${all} 对：${right} 对，${wrong} 错，${open} 待裁判`,
})

/** For programs one JSON object a line. */
export function writeScores(
  scores: readonly PairScore[],
  { isJson, isFile }: { isJson: boolean; isFile: boolean },
): void {
  if (isJson) {
    process.stdout.write(scores.map((score) => `${JSON.stringify(score)}\n`).join(''))
    return
  }
  process.stdout.write(scores.map((score) => textOf(score)).join(isFile ? '\n' : ''))
  if (!isFile) return
  const count = (verdict: PairScore['verdict']): number => scores.filter((score) => score.verdict === verdict).length
  process.stdout.write(
    `\n${words().counts(scores.length, count('true'), count('false'), count('judge') + count('unscorable'))}\n`,
  )
}

function textOf({ verdict, scorer, read, reason }: PairScore): string {
  const colour = paint(process.stdout)
  const text = words()
  const shade = verdict === 'true' ? colour.green : verdict === 'false' ? colour.red : colour.yellow
  const by = verdict === 'judge' ? text.judgeOnly : scorer === 'judge' ? text.byJudge : text.by(scorer)
  const line = (name: string, value: string): string => `  ${name}${text.colon}${value}\n`
  return (
    `${shade(text.verdicts[verdict])} ${by}\n` +
    line(text.answer, read.prediction ?? text.none) +
    line(text.reference, read.reference ?? text.none) +
    line(text.why, said(reason))
  )
}
