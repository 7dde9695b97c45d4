/**
 * A training of a selector is killed (SIGKILL) at one place after the other and ends as one that was not. The file runs
 * itself as the training when started with the folder of the data, that of the run, and where to die.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { createPointerEngine, selectorFile } from '../../engines/pointer/index.ts'
import type { PolicyEngine } from '../../engines/policy-engine.ts'
import { createRun, openRun, readRun } from '../../runs/index.ts'
import { train } from '../../training/index.ts'
import { loadDemonstrations } from './demonstration-data.ts'
import { createDemonstrationEnvironment } from './demonstration-environment.ts'
import { toyAnswerer, toyConfig, toyQuestion, writeToyFiles } from './testing/toy-demonstrations.ts'

const imitationSteps = 4
const steps = 4
const [, , dataFolder, runFolder = '', rollouts = '', deadly = ''] = process.argv

function dieAt(place: string): void {
  if (place === deadly) process.kill(process.pid, 'SIGKILL')
}

async function trainUntilKilled(folder: string): Promise<void> {
  const config = toyConfig(folder, {
    demonstrations: { heldOutShare: 0.3 },
    training: {
      ...{ rollouts, steps, problemsPerStep: 4, groupSize: 4, learningRate: 3e-3, warmupSteps: 0, evaluateEvery: 3 },
      imitation: { steps: imitationSteps, problemsPerStep: 4, learningRate: 3e-3, warmupSteps: 0 },
      ...{ checkpointEvery: 2, keepCheckpoints: 9, acceptLowSignal: true, loss: { klCoefficient: 0.1 } },
    },
    evaluation: { problems: 4, during: { problems: 4 } },
  })
  const data = loadDemonstrations(config)
  const origin = { configHash: 'none', seed: config.seed, datasets: {}, argv: [] }
  const place = { root: dirname(runFolder), name: basename(runFolder) }
  const options = { keepCheckpoints: config.training.keepCheckpoints }
  const store = existsSync(runFolder)
    ? openRun(runFolder, options)
    : createRun({ ...place, ...options, resolvedYaml: '{}\n', origin })
  store.listen((event) => {
    if (event.kind === 'step') dieAt(`step ${event.record.step}`)
    if (event.kind === 'checkpoint') dieAt(`checkpoint ${event.step}`)
    if (event.kind === 'rollout' && event.done === 7) dieAt(`rollout of ${event.label}`)
  })
  const pointer = await createPointerEngine({ checkpoint: data.checkpoint, tables: data.tables })
  const engine: PolicyEngine = {
    ...pointer,
    save: async (at) => {
      const kind = at.includes('reference') ? 'reference' : 'checkpoint'
      await pointer.save(at)
      // Written, and not yet in its place.
      dieAt(`within ${kind} at ${store.steps().length}`)
    },
  }
  const heldOut = {
    name: 'validation',
    problems: rollouts === 'sampled' ? data.heldOut.map(({ problem }) => problem) : [],
  }
  const asking = { answerer: toyAnswerer, questionOf: toyQuestion }
  const { tokenizer } = pointer
  const { reward } = config.demonstrations
  await train({
    ...{ config, engine, store, judged: data, reported: heldOut, during: heldOut },
    environment: createDemonstrationEnvironment({ tokenizer, pools: data.pools, reward, asking }),
    problems: data.train.map(({ problem }) => problem),
    ...{ shouldStop: () => false, signal: new AbortController().signal, now: Date.now },
  })
  store.close()
  await pointer.close()
}

if (dataFolder !== undefined && runFolder !== '') {
  await trainUntilKilled(dataFolder)
} else {
  declareTests()
}

function declareTests(): void {
  const run = (data: string, ...rest: string[]): NodeJS.Signals | number | null => {
    const child = spawnSync(process.execPath, [import.meta.filename, data, ...rest], { encoding: 'utf8' })
    assert.ok(child.signal === 'SIGKILL' || child.status === 0, child.stderr)
    return child.signal ?? child.status
  }
  const places = {
    sampled: [
      'step 1',
      'step 4',
      'within reference at 4',
      'within checkpoint at 4',
      'checkpoint 4',
      'rollout of step 5',
      'step 7',
    ],
    collected: ['step 4', 'checkpoint 4', 'step 5', 'step 7'],
  }
  for (const kind of ['sampled', 'collected'] as const) {
    test(`a training on ${kind} rollouts, killed ${places[kind].length} times, ends with the same bytes and metrics`, (t) => {
      const root = mkdtempSync(join(tmpdir(), 'baton-resume-'))
      t.after(() => rmSync(root, { recursive: true }))
      writeToyFiles(root)
      const [whole, killed] = [join(root, 'whole'), join(root, 'killed')]
      assert.equal(run(root, whole, kind), 0)
      for (const place of places[kind]) assert.equal(run(root, killed, kind, place), 'SIGKILL', place)
      assert.equal(run(root, killed, kind), 0)
      const [expected, found] = [traceOf(whole), traceOf(killed)]
      assert.deepEqual(found.metrics, expected.metrics)
      assert.deepEqual(found.reference, expected.reference, 'the reference is the policy that imitation left')
      assert.deepEqual(found.selector, expected.selector)
      assert.notDeepEqual(found.reference, found.selector)
      // Groups without spread give no update, and their step no KL.
      const kl = found.steps.slice(imitationSteps).flatMap((metrics) => metrics['kl'] ?? [])
      assert.ok(kl.length > 1 && kl[0]! < 1e-6 && kl.at(-1)! > 1e-6, kl.join())
    })
  }
}

function traceOf(folder: string) {
  const reader = readRun(folder)
  const [reference, selector] = ['reference', 'checkpoints'].map((kind) => {
    const name = `step-${String(kind === 'reference' ? imitationSteps : imitationSteps + steps).padStart(6, '0')}`
    return readFileSync(join(folder, kind, name, selectorFile))
  })
  const metrics = reader.steps().map(({ metrics: all }) => all)
  reader.close()
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').replaceAll(/,?"time\/[^,}]*/g, '')
  return { reference, selector, steps: metrics, metrics: lines }
}
