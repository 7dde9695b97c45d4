/** `baton serve` killed with -9 in the middle of a step: its client goes on with the ids it has, to the same weights. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { scratchFolder, someTokens, tinyModelFolder } from '../src/engines/embedded/testing/tiny-model.ts'
import {
  adam,
  type Body,
  datum,
  learningBody,
  type PlainClient,
  plainClient,
} from '../src/tinker-server/testing/plain-client.ts'

const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')
const running = new Set<ChildProcess>()
after(() => {
  for (const child of running) child.kill('SIGKILL')
})

async function serve(folder: string, model: string): Promise<{ baseUrl: string; kill(): Promise<void> }> {
  const args = ['serve', '--port', '0', '--threads', '1', '--folder', folder, '--model', `tiny=${model}`]
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  let text = ''
  const baseUrl = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part
      const found = /at (http:\S+)/.exec(text)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  return {
    baseUrl,
    kill: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit')
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
        running.delete(child)
      }),
  }
}

const data = (step: number) => [0, 1, 2].map((i) => datum(someTokens(20, 3 * step + i), 4))

async function start(client: PlainClient): Promise<string> {
  const body = { session_id: client.session, model_seq_id: 0, base_model: 'tiny', lora_config: { rank: 8 } }
  return (await client.result('/create_model', body)).model_id
}

const sample = (client: PlainClient, session: string): Promise<Body> =>
  client.result('/asample', {
    sampling_session_id: session,
    seq_id: 0,
    num_samples: 3,
    prompt: { chunks: [{ type: 'encoded_text', tokens: someTokens(6) }] },
    sampling_params: { max_tokens: 8, seed: 5 },
  })

test('killed between gradient and step, and again with operations promised: the same results as undisturbed', async (t: TestContext) => {
  const model = tinyModelFolder(t)
  const train = async (folder: string, disturb: boolean) => {
    let server = await serve(folder, model)
    let client = await plainClient(server.baseUrl)
    const restart = async (): Promise<void> => {
      if (!disturb) return
      await server.kill()
      server = await serve(folder, model)
      client = await plainClient(server.baseUrl, client.session)
    }
    const id = await start(client)
    await client.result('/forward_backward', learningBody(id, 1, data(0)))
    await restart()
    await client.result('/forward_backward', learningBody(id, 2, data(1)))
    const first = await client.result('/optim_step', { model_id: id, seq_id: 3, adam_params: adam })
    const { sampling_session_id: session } = await client.result('/save_weights_for_sampler', {
      model_id: id,
      seq_id: 4,
      sampling_session_seq_id: 0,
    })
    // Promised, perhaps not begun: the results are asked of the server that comes after.
    await client.post('/forward_backward', learningBody(id, 5, data(2)))
    const step = await client.post('/optim_step', { model_id: id, seq_id: 6, adam_params: adam })
    await restart()
    const second = await client.poll(step.body.request_id)
    const drawn = await sample(client, session)
    const scored = await client.result('/forward_backward', learningBody(id, 7, data(3)))
    await server.kill()
    return { first, second, drawn, scored }
  }
  const folder = scratchFolder(t)
  const undisturbed = await train(join(folder, 'a'), false)
  assert.deepEqual(await train(join(folder, 'b'), true), undisturbed)
})
