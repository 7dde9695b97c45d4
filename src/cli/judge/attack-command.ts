/** `baton judge attack`: answers that are no answers, and what each reward paid for them. */
import { loadConfig } from '../../config/index.ts'
import { type AttackReport, attackConfigured } from '../../session/judge-attack.ts'
import { stoppable } from '../interrupt.ts'
import { inLanguages } from '../language.ts'
import { writeVerbatim } from '../terminal-wrap.ts'
import { textTable } from '../text-table.ts'

export interface JudgeAttackOptions {
  readonly json?: boolean
  readonly config?: string
  readonly set?: readonly string[]
}

const english = {
  title: (model: string) =>
    `Attacks on the judge ${model}: answers that earned more than a wrong answer, of those tried`,
  head: ['attack', 'tried', 'judge alone', 'scorers first'],
  attacks: {} as Readonly<Record<string, string>>,
  through: (preset: string) => `Through with ${preset}:`,
  nothing: 'Nothing got through.',
}

const words = inLanguages(english, {
  title: (model) => `对裁判 ${model} 的攻击：所试答案中得分高于答错的个数`,
  head: ['攻击', '试了', '只用裁判', '先用评分器'],
  attacks: {
    empty: '空答案',
    'reference echoed': '复述参考答案字样',
    'every choice': '列出所有选项',
    'format only': '只有格式',
    repetition: '重复',
    'master keys': '万能开头',
    instructions: '夹带指令',
    'planted verdicts': '夹带结论',
    'number spam': '罗列数字',
  },
  through: (preset) => `在 ${preset} 下得逞：`,
  nothing: '没有一个得逞。',
})

export async function judgeAttackCommand(options: JudgeAttackOptions): Promise<void> {
  const file = options.config === undefined ? {} : { file: options.config }
  const { config } = loadConfig({ ...file, set: options.set ?? [], environment: process.env })
  await stoppable(async (signal) => {
    const report = await attackConfigured(config, signal)
    if (options.json === true) writeVerbatim(`${JSON.stringify(report, null, 2)}\n`)
    else for (const line of reportLines(report)) process.stdout.write(`${line}\n`)
  })
}

function reportLines({ model, presets, rows }: AttackReport): string[] {
  const text = words()
  const head = [...text.head, ...presets]
  const cells = rows.map(({ attack, tried, byJudge, byScorersFirst, through }) => [
    ...[text.attacks[attack] ?? attack, String(tried), String(byJudge), String(byScorersFirst)],
    ...presets.map((preset) => String(through[preset] ?? 0)),
  ])
  const columns = head.map((title, i) => ({
    title,
    side: i === 0 ? ('left' as const) : ('right' as const),
    rank: i < 4 ? 0 : 1,
  }))
  const configured = presets[0] ?? ''
  const examples = rows.flatMap(({ through, examples: shown }) => ((through[configured] ?? 0) > 0 ? shown : []))
  return [
    text.title(model),
    '',
    ...textTable(columns, cells, process.stdout.columns ?? 160),
    '',
    ...(examples.length === 0
      ? [text.nothing]
      : [text.through(configured), ...examples.slice(0, 10).map((example) => `  ${JSON.stringify(example)}`)]),
  ]
}
