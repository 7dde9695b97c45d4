/** The audit of a run's rewards: before the run is made, and by command. */
import type { Config } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import type { HealthFinding } from '../core/health/findings.ts'
import type { JudgeCalibrationRecord, RewardsRecord } from '../core/run-events.ts'
import { auditRewards, openRewards, type RewardAudit } from '../rewards/index.ts'
import { configuredCalibration } from './judge-calibration.ts'

export interface AuditedRewards {
  readonly audit: RewardAudit
  readonly record: RewardsRecord
}

export interface CheckedRewards extends AuditedRewards {
  /** Of the judge; null without one. */
  readonly calibration: JudgeCalibrationRecord | null
}

/** @throws BatonError where the composition cannot be opened; one that the audit refuses is returned. */
export async function auditConfiguredRewards(config: Config): Promise<AuditedRewards> {
  const composition = await openRewards(config.rewards)
  try {
    const { name, parts, range, sha256 } = composition
    // Rewards may change as training goes on.
    const { signal } = new AbortController()
    const audit = await auditRewards(composition, { steps: [1, Math.max(1, config.training.steps)], signal })
    const { gap, ratio } = audit
    return {
      audit,
      record: { composition: name, parts, range, sha256, gap, ratio: Number.isFinite(ratio) ? ratio : 0 },
    }
  } finally {
    await composition.close()
  }
}

/**
 * @returns null where there are no workflows to reward.
 * @throws BatonError for rewards that must not be trained with.
 */
export async function checkRewards(config: Config): Promise<CheckedRewards | null> {
  if (config.environment !== 'workflows') return null
  const checked = await auditConfiguredRewards(config)
  refuseRewards(checked.audit)
  return { ...checked, calibration: configuredCalibration(config) }
}

/** @throws BatonError for a composition that must not be trained with. */
export function refuseRewards({ composition, type, step, refusals }: RewardAudit): void {
  const [first] = refusals
  if (first === undefined) return
  const [what, hint] = reasonOf(first)
  throw new BatonError(`The rewards of ${composition} are refused (${type}, step ${step}): ${what}.`, {
    boundary: 'config',
    code: `rewards-${first.kind}`,
    hint,
  })
}

function reasonOf(refusal: RewardAudit['refusals'][number]): readonly [what: string, hint: string] {
  switch (refusal.kind) {
    case 'fallback-earns':
    case 'empty-earns': {
      const who = refusal.kind === 'empty-earns' ? 'an empty answer' : 'the answer of the fallback workflow'
      return [
        `${who} earns ${amount(refusal.reward)}, a wrong answer ${amount(refusal.wrong)}`,
        'Pay for a verdict of true only where outcome is answered and usedFallback is false.',
      ]
    }
    case 'right-earns-nothing':
      return [
        `a right answer earns ${amount(refusal.right)}, a wrong one ${amount(refusal.wrong)}`,
        'Raise what the part correctness pays for a verdict of true.',
      ]
    case 'reward-fails':
      return [
        `it fails in the situation ${refusal.situation}: ${refusal.message}`,
        'Make it give a value for every rollout.',
      ]
    default:
      throw refusal satisfies never
  }
}

export function rewardFindings({ composition, warnings, ...audit }: RewardAudit): HealthFinding[] {
  return warnings.map((warning): HealthFinding => {
    if (warning.kind === 'form-beats-right') {
      const { right, wrong } = warning
      return { code: 'form-beats-correctness', level: 'warning', facts: { composition, right, wrong } }
    }
    const { finedBy, fine, gap, gapDeviations } = audit
    const facts = { composition, situation: finedBy, fine, gap, gapDeviations }
    return { code: 'fines-drown-correctness', level: 'warning', facts }
  })
}

function amount(value: number): string {
  return String(Number(value.toFixed(3)))
}
