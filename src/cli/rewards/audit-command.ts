/** `baton rewards audit`: what the configured rewards pay in typical situations. */
import { loadConfig } from '../../config/index.ts'
import { situationName } from '../../reports/index.ts'
import { auditConfiguredRewards, refuseRewards, rewardFindings } from '../../session/check-rewards.ts'
import { inLanguages, spokenLanguage } from '../language.ts'
import { foundText } from '../progress.ts'
import { writeVerbatim } from '../terminal-wrap.ts'
import { padText, textWidth } from '../text-width.ts'

export interface RewardsAuditOptions {
  readonly config?: string
  readonly set?: readonly string[]
  readonly json?: boolean
}

const english = {
  title: (composition: string, type: string, step: number) =>
    `${composition}: what a rollout earns (${type}, step ${step})`,
  gap: (gap: string, deviations: string) =>
    `A right answer is worth ${gap} more than a wrong one: ${deviations} deviations of a group with three right, three wrong and two failed rollouts.`,
  fine: (situation: string, fine: string, ratio: string) =>
    `The dearest fine is ${situation}: ${fine}, ${ratio} times that.`,
  nothingFound: 'Nothing found.',
}

const words = inLanguages(english, {
  title: (composition, type, step) => `${composition}：一条轨迹的奖励（${type}，第 ${step} 步）`,
  gap: (gap, deviations) =>
    `答对比答错多 ${gap}：在三条答对、三条答错、两条失败的一组里相当于 ${deviations} 个标准差。`,
  fine: (situation, fine, ratio) => `扣得最多的是「${situation}」：${fine}，是上述差额的 ${ratio} 倍。`,
  nothingFound: '没有发现问题。',
})

export async function rewardsAuditCommand(options: RewardsAuditOptions): Promise<void> {
  const file = options.config === undefined ? {} : { file: options.config }
  const { config } = loadConfig({ ...file, set: options.set ?? [], environment: process.env })
  const { audit, record } = await auditConfiguredRewards(config)
  if (options.json === true)
    writeVerbatim(`${JSON.stringify({ ...audit, parts: record.parts, range: record.range }, null, 2)}\n`)
  else {
    const text = words()
    const named = (situation: string): string => situationName(situation, spokenLanguage())
    const width = Math.max(...audit.rows.map(({ situation }) => textWidth(named(situation))))
    process.stdout.write(`${text.title(audit.composition, audit.type, audit.step)}\n`)
    for (const { situation, reward } of audit.rows)
      process.stdout.write(`  ${padText(named(situation), width)}  ${signed(reward).padStart(7)}\n`)
    process.stdout.write(`\n${text.gap(amount(audit.gap), audit.gapDeviations.toFixed(2))}\n`)
    if (audit.fine > 0 && audit.gap > 0)
      process.stdout.write(`${text.fine(named(audit.finedBy), amount(audit.fine), audit.ratio.toFixed(2))}\n`)
    const findings = rewardFindings(audit)
    if (findings.length + audit.refusals.length === 0) process.stdout.write(`${text.nothingFound}\n`)
    for (const finding of findings) process.stdout.write(`\n${foundText(finding)}\n`)
  }
  refuseRewards(audit)
}

const amount = (value: number): string => String(Number(value.toFixed(3)))
const signed = (value: number): string => (value > 0 ? `+${amount(value)}` : amount(value))
