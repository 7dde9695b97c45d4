/** Attacks on the configured judge, under the configured rewards and every preset. */
import { type Config, judgeServer } from '../config/index.ts'
import { type AttackRow, attackJudge, openRewards, rewardPresetNames } from '../rewards/index.ts'
import { mapConcurrently } from '../training/index.ts'
import { configuredJudge } from './configured-judge.ts'
import { openModelServers } from './model-servers.ts'
import { withPurpose } from './try-judge.ts'

export interface AttackReport {
  readonly model: string
  /** The configured composition first. */
  readonly presets: readonly string[]
  readonly rows: readonly AttackRow[]
}

export async function attackConfigured(config: Config, signal: AbortSignal): Promise<AttackReport> {
  const server = judgeServer(config.llm)
  const servers = await openModelServers(config, undefined, { environment: process.env, signal })
  const configured = await openRewards(config.rewards)
  const others = rewardPresetNames.filter((preset) => preset !== configured.name)
  const compositions = [
    configured,
    ...(await Promise.all(
      others.map((preset) => openRewards({ ...config.rewards, preset, module: null, weights: null })),
    )),
  ]
  try {
    const rows = await attackJudge(configuredJudge(config, withPurpose(servers.judge, 'judge-attack')), {
      compositions,
      seed: config.seed,
      signal,
      each: (items, work) => mapConcurrently(items, Math.max(1, server.concurrency), work),
    })
    return { model: server.model, presets: compositions.map(({ name }) => name), rows }
  } finally {
    for (const composition of compositions) await composition.close()
    await servers.close()
  }
}
