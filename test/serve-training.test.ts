/**
 * Training through `baton serve` is training in process: same seed, same arithmetic, the same bits, although every
 * sample, gradient and step crosses a socket.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadConfig } from '../src/config/index.ts'
import type { SampledRollout } from '../src/core/records.ts'
import type { PolicyEngine } from '../src/engines/index.ts'
import { createTinkerEngine, knownProfiles, type ServerProfile } from '../src/engines/tinker/index.ts'
import { createRun } from '../src/runs/index.ts'
import { sampledRollouts } from '../src/runs/testing/sampled-rollouts.ts'
import { openSession, type Session } from '../src/session/open-session.ts'
import { policyFolder } from '../src/session/policy-kinds.ts'
import { loadRunProblems } from '../src/session/run-problems.ts'
import { startServe } from '../src/tinker-server/index.ts'
import { type TrainingResult, train } from '../src/training/index.ts'
import { timelessMetrics } from './whole-run.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-serve-training-'))
/** The sandbox and the servers are one for both trainings; the engine in process is trained by the first. */
let opened: Promise<Session> | undefined
after(async () => {
  await (await opened)?.close()
  rmSync(root, { recursive: true, force: true })
})

interface Trained {
  readonly folder: string
  readonly result: TrainingResult
  readonly rollouts: readonly SampledRollout[]
}

/** The preset `tiny`, its policy held by the engine that `through` makes of the one in process. */
async function trainTiny(name: string, through: (engine: PolicyEngine) => Promise<PolicyEngine>): Promise<Trained> {
  const set = [
    `run.folder=${root}`,
    `run.name=${name}`,
    'training.acceptLowSignal=true',
    'training.steps=2',
    'evaluation.problems=4',
  ]
  const { config, resolvedYaml, hash } = loadConfig({ preset: 'tiny', set })
  const problems = await loadRunProblems(config)
  const origin = { configHash: hash, seed: config.seed, datasets: problems.manifest, argv: [] }
  const store = createRun({ root, name, resolvedYaml, origin })
  const { signal } = new AbortController()
  opened ??= openSession(config, undefined, await policyFolder(config, process.env), signal)
  const session = await opened
  const engine = await through(session.engine)
  try {
    const { environment } = session
    const result = await train({
      config,
      engine,
      environment,
      store,
      problems: problems.train,
      reported: problems.reported,
      during: problems.during,
      shouldStop: () => false,
      signal,
      now: Date.now,
    })
    return { folder: store.folder, result, rollouts: sampledRollouts(store) }
  } finally {
    if (engine !== session.engine) await engine.close()
    store.close()
  }
}

/** The bytes of the `model.safetensors` below a folder that was written last. */
function newestWeights(folder: string): Buffer {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('model.safetensors'))
    .map((path) => join(folder, path))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
  return readFileSync(paths[0] as string)
}

test('through the server: the same completions, metrics, accuracy and weights as in process, to the bit', async () => {
  const direct = await trainTiny('direct', async (engine) => engine)
  const folder = join(root, 'served')
  const server = await startServe({ folder, models: [{ name: 'conductor', folder: 'models/conductor' }], threads: 1 })
  try {
    const served = await trainTiny('through-the-server', ({ tokenizer, contextLength }) =>
      createTinkerEngine({
        baseUrl: server.baseUrl,
        baseModel: 'conductor',
        tokenizer,
        contextLength,
        profile: knownProfiles['baton'] as ServerProfile,
        loraRank: 0,
        seed: 1,
        choice: { losses: 'custom', kl: 'loss' },
      }),
    )
    assert.deepEqual(
      served.rollouts.map(({ tokens, logprobs }) => ({ tokens, logprobs })),
      direct.rollouts.map(({ tokens, logprobs }) => ({ tokens, logprobs })),
    )
    assert.equal(timelessMetrics(served.folder), timelessMetrics(direct.folder))
    const outcomes = ({ result }: typeof served) => result.after.map((evaluation) => evaluation.outcomes)
    assert.equal(direct.result.after.length, 2)
    assert.deepEqual(outcomes(served), outcomes(direct))
    assert.ok(newestWeights(folder).equals(newestWeights(join(direct.folder, 'checkpoints'))))
  } finally {
    await server.close()
  }
})
