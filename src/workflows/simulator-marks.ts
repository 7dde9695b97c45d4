/** Counts, for one rollout, how often the simulator as executor knew the problem and how often it guessed. */
import type { SimulatorMarks } from '../core/rollout-outcome.ts'
import { type ChatModel, simulatorKnows } from '../llm/index.ts'

/** The executor, and what its replies said; null where none of them said anything, as of a real server. */
export function listenForMarks(executor: ChatModel): { executor: ChatModel; marks: () => SimulatorMarks | null } {
  let [known, guessed] = [0, 0]
  return {
    executor: {
      ...executor,
      generate: async (messages, options, signal) => {
        const reply = await executor.generate(messages, options, signal)
        const knows = simulatorKnows(reply.raw)
        if (knows === true) known += 1
        if (knows === false) guessed += 1
        return reply
      },
    },
    marks: () => (known + guessed === 0 ? null : { known, guessed }),
  }
}
