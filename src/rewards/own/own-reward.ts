/** What a module of one's own exports: `rewards.module`. A page with a working file: docs/rewards.md. */
import type { PartValues, RewardInput, RewardPartRules } from '../compositions/reward-composition.ts'

export interface OwnReward {
  /** Every part with its range and weight; one is called `correctness`. */
  readonly parts: RewardPartRules
  /** The parts' own values for one rollout. Called for rollouts that have a verdict or did not run, never for `unscorable` ones. */
  reward(input: RewardInput): PartValues | Promise<PartValues>
}

export type RewardReply =
  | { readonly kind: 'ready'; readonly parts: unknown }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'values'; readonly id: number; readonly values: unknown }
  | { readonly kind: 'threw'; readonly id: number; readonly message: string }

export interface RewardRequest {
  readonly id: number
  readonly input: RewardInput
}
