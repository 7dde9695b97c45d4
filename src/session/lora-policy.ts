/** A language model in this process as the policy: an adapter on a frozen base, asked in the model's own chat format. */
import type { Config } from '../config/index.ts'
import { openChatTokenizer } from '../engines/chat/index.ts'
import { createLoraEngine, type LoraEngine, type LoraEngineOptions } from '../engines/index.ts'

/** @param held the grammars that its completions are held to, where they are. */
export function openLoraPolicy(
  { policy, seed }: Config,
  modelFolder: string,
  held: Pick<LoraEngineOptions, 'grammars'>,
): Promise<LoraEngine> {
  const { rank, alpha, targets } = policy.lora
  const { stopTokenIds } = openChatTokenizer(modelFolder)
  return createLoraEngine({
    modelFolder,
    lora: { rank, alpha, targets },
    precision: policy.base,
    seed,
    threads: policy.threads,
    stopTokens: stopTokenIds,
    ...held,
  })
}
