import { chatModelContract } from './chat-model-suite.ts'
import { createChatModel } from './create-chat-model.ts'
import { createMemoryCache } from './testing/memory-cache.ts'
import { completion, json, says, startQuirkServer } from './testing/quirk-server.ts'

for (const cached of [true, false]) {
  chatModelContract({
    name: cached ? 'client with a cache' : 'client',
    create: async (cleanup) => {
      const { promise: called, resolve: call } = Promise.withResolvers<void>()
      const server = await startQuirkServer({
        good: says('ok'),
        empty: (response) => json(response, 200, completion({ content: '' })),
        slow: () => call(),
      })
      const open = (model: string) => {
        const cache = cached ? { cache: createMemoryCache() } : {}
        const made = createChatModel({ baseUrl: server.baseUrl, model, attempts: 2, sleep: async () => {}, ...cache })
        cleanup.after(() => made.close())
        return made
      }
      cleanup.after(() => server.close())
      const slow = open('slow')
      return {
        model: open('good'),
        emptyModel: open('empty'),
        slow: { model: slow, underWay: () => called },
        close: () => slow.close(),
        messages: [{ role: 'user', content: 'x' }],
      }
    },
  })
}
