/** The compositions that `rewards.preset` names. */
import type { RewardAmounts } from '../composition.ts'
import { aflowWeighted } from './aflow-weighted.ts'
import { flowsteer } from './flowsteer.ts'
import { planB } from './plan-b.ts'
import { progressive } from './progressive.ts'
import { fromParts, type PartsPreset, type RewardComposition } from './reward-composition.ts'
import { seedsJudge } from './seeds-judge.ts'
import { standardComposition } from './standard.ts'
import { tiers } from './tiers.ts'

export type { RewardComposition, RewardInput, RewardPartRule } from './reward-composition.ts'

const partsPresets: Readonly<Record<string, PartsPreset>> = Object.fromEntries(
  [seedsJudge, planB, tiers, progressive, aflowWeighted, flowsteer].map((preset) => [preset.name, preset]),
)

export const rewardPresetNames: readonly string[] = ['standard', 'judge-only', ...Object.keys(partsPresets)]

export interface RewardSettings extends RewardAmounts {
  readonly preset: string
  /** By part, in place of the preset's own; null for those. */
  readonly weights: Readonly<Record<string, number>> | null
}

/** @throws RangeError for weights that the preset cannot have. */
export function presetComposition(settings: RewardSettings): RewardComposition {
  const { preset, weights } = settings
  const own = Object.hasOwn(partsPresets, preset) ? partsPresets[preset] : undefined
  if (own !== undefined) return fromParts(own, weights ?? {})
  return standardComposition(settings, { name: preset, decidedBy: preset === 'judge-only' ? 'judge' : 'scorer' })
}
