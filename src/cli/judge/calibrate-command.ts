/** `baton judge calibrate`: how often judge and scorers are right on pairs whose truth is known. */
import { loadConfig } from '../../config/index.ts'
import type { Agreement } from '../../core/agreement.ts'
import { type CalibrationFile, calibrateConfigured } from '../../session/judge-calibration.ts'
import { stoppable } from '../interrupt.ts'
import { inLanguages } from '../language.ts'
import { wholeOption } from '../option-values.ts'
import { assertOutputs, writeOutputs } from '../output-files.ts'
import { writeVerbatim } from '../terminal-wrap.ts'
import { type TextColumn, textTable } from '../text-table.ts'

export interface JudgeCalibrateOptions {
  readonly file?: string
  readonly scorers?: boolean
  readonly probes: string
  readonly out?: string
  readonly force?: boolean
  readonly json?: boolean
  readonly config?: string
  readonly set?: readonly string[]
}

const english = {
  title: (pairs: number, file: string) => `${pairs} pairs of ${file}`,
  noJudge: 'No judge server is configured: these are the exact scorers. What they leave open is for a judge.',
  head: ['', 'accuracy', 'wrong called true', 'right called false', 'kappa', 'open'],
  rows: { scorers: 'scorers', judge: 'judge', decided: 'scorers, then judge' },
  kindHead: ['kind', 'pairs', 'wrong called true', 'right called false', 'open'],
  probeHead: ['the judge asked again', 'verdict changed', 'to true', 'to false'],
  probes: { retest: 'another seed', position: 'reference and answer exchanged', length: 'a long answer' },
  group: (size: number, left: string, signal: string, blame: string) =>
    `In a group of ${size}: ${left} of the gap between right and wrong is left; ${signal} of the groups without a right answer have one called true; ${blame} of those with right answers alone have one called false.`,
  written: (file: string) => `Written to ${file}: set judge.calibration to it.`,
}

const words = inLanguages(english, {
  title: (pairs, file) => `${file} 中的 ${pairs} 对答案`,
  noJudge: '没有配置裁判服务器：以下是精确评分器的结果。评分器无法判定的留给裁判。',
  head: ['', '准确率', '错判为对', '对判为错', 'kappa', '未判定'],
  rows: { scorers: '评分器', judge: '裁判', decided: '先评分器，后裁判' },
  kindHead: ['类别', '对数', '错判为对', '对判为错', '未判定'],
  probeHead: ['再次询问裁判', '结论改变', '改判为对', '改判为错'],
  probes: { retest: '换一个种子', position: '参考答案与答案互换', length: '加长的答案' },
  group: (size, left, signal, blame) =>
    `每组 ${size} 条：对错之间的差额剩 ${left}；没有正确答案的组中有 ${signal} 出现被判为对的答案；全部正确的组中有 ${blame} 出现被判为错的答案。`,
  written: (file) => `已写入 ${file}：请把 judge.calibration 设为它。`,
})

export async function judgeCalibrateCommand(options: JudgeCalibrateOptions): Promise<void> {
  const probes = wholeOption('--probes', options.probes, { example: 60 })
  const output = { isForced: options.force === true, setting: '--out' }
  if (options.out !== undefined) assertOutputs([options.out], output)
  const file = options.config === undefined ? {} : { file: options.config }
  const { config } = loadConfig({ ...file, set: options.set ?? [], environment: process.env })
  const request = { file: options.file ?? null, scorersOnly: options.scorers === true, probes }
  await stoppable(async (signal) => {
    const result = await calibrateConfigured(config, request, signal)
    if (options.json === true) writeVerbatim(`${JSON.stringify(result, null, 2)}\n`)
    else for (const line of calibrationLines(result)) process.stdout.write(`${line}\n`)
    if (options.out === undefined) return
    writeOutputs({ [options.out]: `${JSON.stringify(result, null, 2)}\n` }, output)
    if (options.json !== true) process.stdout.write(`\n${words().written(options.out)}\n`)
  })
}

function calibrationLines(result: CalibrationFile): string[] {
  const text = words()
  const width = process.stdout.columns ?? 120
  const own = (['scorers', 'judge', 'decided'] as const).flatMap((name) => {
    const agreement = result[name]
    return agreement === null ? [] : [agreementRow(text.rows[name], agreement)]
  })
  const kinds = result.kinds.map(({ kind, pairs, wrongCalledTrue, wrong, rightCalledFalse, right, open }) => [
    ...[kind, String(pairs), `${wrongCalledTrue}/${wrong}`, `${rightCalledFalse}/${right}`, String(open)],
  ])
  const probes = Object.entries(result.probes ?? {}).map(([name, { changed, toTrue, toFalse }]) => [
    ...[text.probes[name as keyof typeof text.probes], rate(changed), String(toTrue), String(toFalse)],
  ])
  const { gapLeft, falseSignal, falseBlame } = result.effect
  return [
    text.title(result.pairs.count, result.pairs.file),
    ...(result.model === null ? [text.noJudge] : []),
    '',
    ...textTable(columns(text.head), own, width),
    '',
    ...textTable(columns(text.kindHead), kinds, width),
    ...(probes.length === 0 ? [] : ['', ...textTable(columns(text.probeHead), probes, width)]),
    '',
    text.group(result.groupSize, percent(gapLeft), percent(falseSignal), percent(falseBlame)),
  ]
}

function columns(head: readonly string[]): TextColumn[] {
  return head.map((title, i) => ({ title, side: i === 0 ? 'left' : 'right', rank: 0 }))
}

function agreementRow(
  name: string,
  { accuracy, falseTrueRate, falseFalseRate, kappa, unscorable }: Agreement,
): string[] {
  const kappaText =
    kappa === null ? '–' : `${kappa.value.toFixed(2)} [${kappa.low.toFixed(2)}, ${kappa.high.toFixed(2)}]`
  return [name, rate(accuracy), rate(falseTrueRate), rate(falseFalseRate), kappaText, String(unscorable)]
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
function rate({ value, low, high, n }: Agreement['accuracy']): string {
  if (n === 0) return '–'
  return `${percent(value)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`
}
