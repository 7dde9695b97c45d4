/** The composition that a configuration asks for: a preset, or a module of one's own. */
import { BatonError } from '../core/failure.ts'
import { presetComposition, type RewardComposition, type RewardSettings } from './compositions/index.ts'

export interface OpenRewardSettings extends RewardSettings {
  /** Path of an own reward function; null for the preset's. */
  readonly module: string | null
  readonly moduleTimeoutMs: number
}

export async function openRewards(settings: OpenRewardSettings): Promise<RewardComposition> {
  const { module, moduleTimeoutMs, weights } = settings
  if (module === null) return checkedPreset(settings)
  const { ownComposition } = await import('./own/own-composition.ts')
  const { decidedBy } = presetComposition({ ...settings, weights: null })
  return await ownComposition({ path: module, timeoutMs: moduleTimeoutMs, weights: weights ?? {}, decidedBy })
}

function checkedPreset(settings: RewardSettings): RewardComposition {
  try {
    return presetComposition(settings)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new BatonError(error.message.replace(/\.?$/, '.'), {
      boundary: 'config',
      code: 'reward-weights',
      hint: 'docs/rewards.md lists the parts of each preset.',
    })
  }
}
