import { createChatModel } from '../../llm/index.ts'
import { completion, json, type Quirk, startQuirkServer } from '../../llm/testing/quirk-server.ts'
import { policyEngineContract } from '../policy-engine-suite.ts'
import { createFrozenEngine } from './index.ts'

const notTrained = 'an API that is not trained and gives no log-probs'

/** An answer of at most `max_tokens` letters that depends on the seed. */
const answers: Quirk = (response, { body }) => {
  const { seed, temperature, top_p } = body
  const isGreedy = temperature === 0 || Number(top_p) < 0.01
  json(response, 200, completion({ content: isGreedy ? 'greedy' : `s${seed}` }))
}

policyEngineContract({
  name: 'frozen',
  skips: {
    truncation: 'the API takes no top_k',
    'log-probs': notTrained,
    context: 'its prompts are text: the server counts its tokens',
    training: notTrained,
    'save and load': notTrained,
    'foreign layout': notTrained,
  },
  create: async (t) => {
    const server = await startQuirkServer({ model: answers })
    const model = createChatModel({ baseUrl: server.baseUrl, model: 'model' })
    const engine = createFrozenEngine({ model, close: () => model.close() })
    t.after(async () => {
      await engine.close()
      await server.close()
    })
    return { engine }
  },
})
