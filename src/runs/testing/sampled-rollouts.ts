import type { RolloutRecord, SampledRollout } from '../../core/records.ts'
import type { RunReader } from '../run-reader.ts'

/** Every rollout of a run with its tokens. */
export function sampledRollouts(run: RunReader): SampledRollout[] {
  return run.rollouts().map((rollout) => run.findRollout(rollout) as SampledRollout)
}

/** What readers of a run get of it. */
export function withoutTokens({ prompt: _, tokens: __, logprobs: ___, ...record }: SampledRollout): RolloutRecord {
  return record
}
