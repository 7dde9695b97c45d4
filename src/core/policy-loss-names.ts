/** Names of the policy losses, each as the library that coined it means it. Formulas and measured values: docs/losses.md. */
export const policyLossNames = [
  'grpo',
  'bnpo',
  'dapo',
  'dr_grpo',
  'gspo',
  'cispo',
  'cispo_verl',
  'rloo',
  'seq_mean_token_sum',
  'seq_mean_token_sum_norm',
  'sapo',
  'gmpo',
  'luspo',
  'vespo',
] as const

export type PolicyLossName = (typeof policyLossNames)[number]
