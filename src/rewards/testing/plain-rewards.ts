import { defaultConfig } from '../../config/testing/default-config.ts'
import { presetComposition, type RewardComposition, type RewardSettings } from '../compositions/index.ts'

/** The default composition, with other settings where a test gives them. */
export function plainRewards(changed: Partial<RewardSettings> = {}): RewardComposition {
  return presetComposition({ ...defaultConfig().rewards, ...changed })
}
