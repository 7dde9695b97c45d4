/**
 * The client against TuFT, an independent server, in its CPU test mode (arithmetic of its own, the real HTTP layer).
 * Needs `pip install --no-deps tuft` with what it imports; BATON_TUFT names the `tuft` command. Skipped, visibly, without.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { defaultPolicyLoss } from '../../src/core/fixtures/policy-loss.ts'
import { createTinkerEngine, knownProfiles, type ServerProfile } from '../../src/engines/tinker/index.ts'
import { probeTrainingServer } from '../../src/session/doctor/probe-training-server.ts'
import { engineOptions } from './served-engine.ts'
import { tinyFolders } from './tiny-folders.ts'

const tuft = process.env['BATON_TUFT']
const skip = tuft === undefined ? 'BATON_TUFT does not name a tuft command' : false

test('the client trains, samples, saves and resumes against TuFT', { skip }, async (t) => {
  const folders = tinyFolders()
  t.after(() => folders.remove())
  // TuFT knows a model's layers by the family in its name.
  const model = join(folders.root, 'Qwen2.5-tiny')
  renameSync(folders.model, model)
  const config = join(folders.root, 'tuft.yaml')
  const lines = [
    'supported_models:',
    `  - {model_name: tiny, model_path: ${model}, max_model_len: 96, max_lora_rank: 16, max_loras: 8}`,
    'authorized_users: {tml-test: tester}',
    `checkpoint_dir: ${join(folders.root, 'checkpoints')}`,
  ]
  writeFileSync(config, lines.join('\n'))
  const port = await freePort()
  const server = spawn(tuft as string, ['launch', '--port', String(port), '-c', config], {
    env: { ...process.env, TUFT_CPU_TEST: '1', HF_HUB_OFFLINE: '1', TUFT_HOME: folders.root },
    stdio: 'ignore',
  })
  t.after(async () => {
    server.kill()
    if (server.exitCode === null) await once(server, 'exit')
  })
  const baseUrl = `http://127.0.0.1:${port}`
  await healthy(baseUrl)

  const probed = await probeTrainingServer({ baseUrl, apiKey: 'tml-test', loraRank: 8, timeouts: { backOffMs: 20 } })
  assert.partialDeepStrictEqual(probed.profile, {
    requestFormat: 'protobuf',
    isStrictSequence: true,
    keepsSavedOfUnloaded: false,
  })

  // Its test arithmetic is none of a model, so that of the real server is taken from what is known of it.
  const profile = knownProfiles['tuft'] as ServerProfile
  const engine = await createTinkerEngine(engineOptions(baseUrl, { apiKey: 'tml-test', profile, loraRank: 8 }))
  try {
    const requests = [{ prompt: [5, 6, 7], count: 3, key: ['tuft'] }]
    const [group = []] = await engine.sample(requests, { maxTokens: 6, temperature: 1, topP: 1 })
    assert.equal(group.length, 3)
    const data = group.map(({ tokens, logprobs }, i) => {
      return { prompt: [5, 6, 7], completion: tokens, oldLogprobs: logprobs, advantage: i - 1 }
    })
    for (const klCoefficient of [0, 0.1]) {
      const options = { ...defaultPolicyLoss, klCoefficient }
      const reference = data.map((datum) => ({ ...datum, referenceLogprobs: datum.oldLogprobs }))
      const result = await engine.forwardBackward(reference, { kind: 'policy', options })
      assert.deepEqual(
        result.logprobs.map(({ length }) => length),
        group.map(({ tokens }) => tokens.length),
      )
      assert.equal((await engine.optimStep(adam)).isApplied, true)
    }
    const folder = join(folders.root, 'saved')
    mkdirSync(folder)
    await engine.save(folder)
    const before = await engine.logprobs(data)
    await engine.load(folder)
    assert.deepEqual(await engine.logprobs(data), before)
    const snapshot = await engine.snapshot()
    assert.equal(snapshot.version, 2)
    assert.equal((await snapshot.sample(requests, { maxTokens: 2, temperature: 1, topP: 1 }))[0]?.length, 3)
  } finally {
    await engine.close()
  }
})

const adam = { learningRate: 1e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 }

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function healthy(baseUrl: string): Promise<void> {
  for (let attempt = 0; attempt < 240; attempt++) {
    const response = await fetch(`${baseUrl}/api/v1/healthz`).catch(() => null)
    if (response?.ok === true) return
    await wait(500)
  }
  throw new Error('TuFT did not start within two minutes')
}
