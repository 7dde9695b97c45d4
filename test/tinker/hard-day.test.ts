/**
 * The whole training loop over HTTP on a hard day: a fifth of the replies is lost, a tenth of the requests refused with
 * 429, and the server is stopped in the middle and started again. The run ends at the weights of an undisturbed one.
 */

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { loadConfig } from '../../src/config/index.ts'
import type { Problem } from '../../src/core/problem.ts'
import { createTinkerEngine, knownProfiles, type Notice, type ServerProfile } from '../../src/engines/tinker/index.ts'
import { createRun } from '../../src/runs/index.ts'
import { sampledRollouts } from '../../src/runs/testing/sampled-rollouts.ts'
import { plainOutcome } from '../../src/testing/plain-outcome.ts'
import { noServerFaults, type ServeOptions, startServe } from '../../src/tinker-server/index.ts'
import { type ImitatedBehaviour, imitatedBehaviours } from '../../src/tinker-server/testing/imitated-behaviours.ts'
import { startImitatingServer } from '../../src/tinker-server/testing/imitating-server.ts'
import { type Environment, train } from '../../src/training/index.ts'
import { engineOptions, largestDifference, newestWeights, serveOptions } from './served-engine.ts'
import { tinyFolders } from './tiny-folders.ts'

const folders = tinyFolders()
after(() => folders.remove())

const problems = Array.from({ length: 8 }, (_, i): Problem => {
  return { id: `p${i}`, type: 'math', source: 'toy', question: `${i}`, answer: '1', difficulty: 1 }
})

const nothing = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }

/** Rewards even tokens: something to learn within a few steps, without any other service. */
const environment: Environment = {
  name: 'toy',
  prompt: ({ id }) => [2 + Number(id.slice(1)), 11, 12],
  attempt: async (_problem, _text, { tokens }) => {
    const reward = tokens.filter((token) => token % 2 === 0).length / tokens.length
    const parts = [{ name: 'even', value: reward }]
    const score = { kind: 'scored', reward, parts, isCorrect: reward > 0.5, verdict: 'true', reason: '' } as const
    return { record: plainOutcome, failures: [], score, costUsd: 0, llmCalls: 0, solving: nothing }
  },
  metrics: () => ({}),
}

interface HardDay {
  readonly name: string
  readonly serve?: Partial<ServeOptions>
  /** Of the server that is imitated; Baton's own where none is. */
  readonly behaviour?: ImitatedBehaviour
  readonly profile?: Partial<ServerProfile>
  /** Called after each rollout. */
  readonly onRollout?: (server: Restartable) => void
}

/** A server that can be stopped and started at the same port. */
interface Restartable {
  restart(): void
}

async function trainThrough({ name, serve = {}, behaviour, profile = {}, onRollout }: HardDay) {
  const folder = folders.serve()
  const options = serveOptions(folder, folders.model, serve)
  let server = behaviour === undefined ? startServe(options) : startImitatingServer(options, behaviour)
  const { baseUrl, port } = await server
  const restartable: Restartable = {
    restart() {
      server = server.then(async (running) => {
        await running.close()
        return startServe({ ...options, port })
      })
    },
  }
  const notices: Notice[] = []
  const engine = await createTinkerEngine(
    engineOptions(baseUrl, {
      profile: { ...(knownProfiles['baton'] as ServerProfile), ...profile },
      notify: (notice) => notices.push(notice),
    }),
  )
  const set = [
    'training.steps=4',
    'policy.maxCompletionTokens=10',
    'training.acceptLowSignal=true',
    'training.checkpointEvery=2',
  ]
  const { config, resolvedYaml, hash } = loadConfig({ preset: 'tiny', set: [...set, `run.folder=${folders.root}`] })
  const origin = { configHash: hash, seed: config.seed, datasets: {}, argv: [] }
  const store = createRun({ root: folders.root, name, resolvedYaml, origin })
  store.listen((event) => {
    if (event.kind === 'rollout' && event.label === 'step 2' && event.done === 5) onRollout?.(restartable)
  })
  try {
    const result = await train({
      config,
      engine,
      environment,
      store,
      problems,
      reported: { name: 'validation', problems: problems.slice(0, 2) },
      during: { name: 'validation', problems: problems.slice(0, 2) },
      shouldStop: () => false,
      signal: new AbortController().signal,
      now: Date.now,
    })
    assert.equal(result.steps, 4)
    const rollouts = sampledRollouts(store).map(({ tokens, logprobs }) => ({ tokens, logprobs }))
    return { weights: newestWeights(`${folder}/checkpoints`), rollouts, notices }
  } finally {
    await engine.close()
    store.close()
    await (await server).close()
  }
}

const faults = { ...noServerFaults, dropReplies: 0.2, rateLimit: 0.1 }
const quiet = trainThrough({ name: 'quiet' })

test('lost replies, refused requests and a restart do not change the weights', async () => {
  const undisturbed = await quiet
  const hard = await trainThrough({ name: 'hard', serve: { faults }, onRollout: (server) => server.restart() })
  assert.deepEqual(hard.rollouts, undisturbed.rollouts)
  assert.equal(largestDifference(hard.weights, undisturbed.weights), 0)
})

test('nor do lost replies on a server that takes no sequence number twice', async () => {
  const undisturbed = await quiet
  const strict = await trainThrough({
    name: 'strict',
    serve: { faults: { ...noServerFaults, dropReplies: 0.1 } },
    behaviour: { ...imitatedBehaviours.tuft, largestRank: 0 },
    profile: { isStrictSequence: true },
  })
  assert.ok(strict.notices.some(({ kind, ...rest }) => kind === 'note' && /was rebuilt/.test(JSON.stringify(rest))))
  assert.deepEqual(strict.rollouts, undisturbed.rollouts)
  assert.equal(largestDifference(strict.weights, undisturbed.weights), 0)
})
