/** A limit in dollars means nothing for a model whose price is not known: such a configuration is refused before it runs. */
import { type Config, judgeServer } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import { pricingOf } from '../llm/index.ts'

/** @throws BatonError naming the first model without a price, where `training.maxCostUsd` is set. */
export function requirePrices({ training, llm, policy }: Config): void {
  if (training.maxCostUsd === null) return
  const servers = [
    { role: 'executor', section: 'llm.executor', server: llm.executor },
    { role: 'judge', section: 'llm.judge', server: judgeServer(llm) },
    ...(policy.engine === 'frozen' ? [{ role: 'policy', section: 'policy.frozen', server: policy.frozen }] : []),
  ]
  for (const { role, section, server } of servers) {
    if (server.baseUrl === 'simulator' || pricingOf(server.model, server).source !== 'unpriced') continue
    throw new BatonError(
      `training.maxCostUsd is ${training.maxCostUsd}, but the price of the ${role} ${server.model} is not known.`,
      {
        boundary: 'config',
        code: 'unpriced',
        exitCode: 2,
        hint: `Set ${section}.inputPerMillionUsd and ${section}.outputPerMillionUsd (0 for a server of your own), or training.maxCostUsd to null.`,
      },
    )
  }
}
