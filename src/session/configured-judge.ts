/** The judge as the configuration has it: how it is asked follows from its server. */
import { type Config, judgeServer } from '../config/index.ts'
import type { ChatModel } from '../llm/index.ts'
import { consensusJudge, createJudge, type Judge } from '../rewards/index.ts'

const attempts = 3

/**
 * A judge at temperature 0 is asked once about equal answers. The simulator errs by chance whatever the temperature: it
 * is asked for each rollout, so that its errors are independent.
 * @param isEachAsked equal answers are asked about each with a seed of its own.
 */
export function configuredJudge(
  { llm, judge: { votes } }: Config,
  model: ChatModel,
  { isEachAsked = false }: { readonly isEachAsked?: boolean } = {},
): Judge {
  const { baseUrl, temperature, maxTokens } = judgeServer(llm)
  const isSimulator = baseUrl === 'simulator'
  const judge = createJudge({
    model,
    attempts,
    maxTokens,
    seedBy: isEachAsked || votes > 1 || isSimulator || temperature > 0 ? 'rollout' : 'content',
    isStructured: !isSimulator,
  })
  return consensusJudge(judge, votes)
}
