import { chatModelContract } from '../../llm/chat-model-suite.ts'
import { createSimulatedModel } from './simulated-model.ts'

const atOnce = 'it answers at once'

chatModelContract({
  name: 'simulator in this process',
  skips: {
    keys: 'nothing of it is kept in a journal',
    usage: 'it costs nothing and counts no tokens',
    'empty answers': 'it always has an answer',
    'abort under way': atOnce,
    close: `${atOnce} and holds nothing open`,
  },
  create: async () => ({
    model: createSimulatedModel(),
    messages: [{ role: 'user', content: 'What is 6 * 7?' }],
  }),
})
