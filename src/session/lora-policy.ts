/** A language model in this process as the policy: an adapter on a frozen base, asked in the model's own chat format. */
import type { Config } from '../config/index.ts'
import { openChatTokenizer } from '../engines/chat/index.ts'
import { createLoraEngine, type LoraEngine } from '../engines/index.ts'

export function openLoraPolicy({ policy, seed }: Config, modelFolder: string): Promise<LoraEngine> {
  const { rank, alpha, targets } = policy.lora
  const { stopTokenIds } = openChatTokenizer(modelFolder)
  return createLoraEngine({
    modelFolder,
    lora: { rank, alpha, targets },
    precision: policy.base,
    seed,
    threads: policy.threads,
    stopTokens: stopTokenIds,
  })
}
