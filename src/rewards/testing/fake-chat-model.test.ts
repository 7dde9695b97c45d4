import { chatModelContract } from '../../llm/chat-model-suite.ts'
import { createFakeChatModel } from './fake-chat-model.ts'

const atOnce = 'it answers at once'

chatModelContract({
  name: 'fake of the tests',
  skips: { 'abort under way': atOnce, close: `${atOnce} and holds nothing open` },
  create: async () => ({
    model: createFakeChatModel(() => 'True'),
    emptyModel: createFakeChatModel(() => ''),
    messages: [{ role: 'user', content: 'x' }],
  }),
})
