import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { scratchFolder, someTokens, tinyModelFolder } from '../../engines/embedded/testing/tiny-model.ts'
import { type ImitatedBehaviour, imitatedBehaviours, ownBehaviour } from './imitated-behaviours.ts'
import { startImitatingServer } from './imitating-server.ts'
import { adam, datum, learningBody, type PlainClient, plainClient } from './plain-client.ts'

const data = [datum(someTokens(12), 4), datum(someTokens(12), 8)]

async function imitated(t: TestContext, changes: Partial<ImitatedBehaviour>): Promise<PlainClient> {
  const options = {
    folder: join(scratchFolder(t), 'serve'),
    models: [{ name: 'tiny', folder: tinyModelFolder(t) }],
    threads: 1,
    holdMs: 200,
  }
  const server = await startImitatingServer(options, { ...ownBehaviour, ...changes })
  t.after(() => server.close())
  return plainClient(server.baseUrl)
}

async function newModel(client: PlainClient, rank = 8): Promise<string> {
  const body = { session_id: client.session, model_seq_id: 0, base_model: 'tiny', lora_config: { rank } }
  return (await client.result('/create_model', body)).model_id
}

test('a strict server refuses a gap and a repetition', async (t) => {
  const client = await imitated(t, { isStrictSequence: true })
  const model = await newModel(client)
  assert.equal((await client.post('/optim_step', { model_id: model, seq_id: 2, adam_params: adam })).status, 409)
  const body = learningBody(model, 1, data)
  assert.equal((await client.post('/forward_backward', body)).status, 200)
  assert.equal((await client.post('/forward_backward', body)).status, 409)
})

test('a server of one form refuses the other, one with a largest rank a larger one', async (t) => {
  const client = await imitated(t, imitatedBehaviours.tuft)
  const model = await newModel(client)
  assert.equal((await client.post('/forward_backward', learningBody(model, 1, data))).status, 415)
  const large = { session_id: client.session, model_seq_id: 1, base_model: 'tiny', lora_config: { rank: 32 } }
  assert.equal((await client.post('/create_model', large)).status, 400)
})

test('means over sequences, fixed settings of Adam, metric names and statuses are the other server’s', async (t) => {
  const own = await imitated(t, {})
  const other = await imitated(t, {
    reduction: 'sequence-mean',
    readsAdam: 'learning-rate',
    hasMetricSuffixes: false,
    failedStatus: 400,
    losses: ['cross_entropy'],
  })
  const lossOf = async (client: PlainClient): Promise<{ sum: number; mean: number; model: string }> => {
    const model = await newModel(client)
    const one = await client.result('/forward_backward', learningBody(model, 1, data.slice(0, 1)))
    const both = await client.result('/forward_backward', learningBody(model, 2, data))
    const name = client === own ? 'loss:sum' : 'loss'
    return { sum: one.metrics[name], mean: both.metrics[name], model }
  }
  const [plain, averaged] = [await lossOf(own), await lossOf(other)]
  // 8 tokens of the first datum are learned from, 4 of the second.
  assert.ok(Math.abs(averaged.sum - plain.sum / 8) < 1e-5 * plain.sum)
  assert.ok(Math.abs(averaged.mean - (plain.sum / 8 + (plain.mean - plain.sum) / 4) / 2) < 1e-5 * plain.mean)
  const failed = await other.result('/forward_backward', learningBody(averaged.model, 3, data, 'ppo'))
  assert.equal(failed.status, 400)
})
