import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { someTokens, tinyEngine, tinyModelFolder } from './testing/tiny-model.ts'

const adam = { learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 }

const data = [20, 34, 11].map((length, i) => {
  return { prompt: someTokens(5 + i, i), completion: someTokens(length, i), oldLogprobs: [], advantage: 1 }
})

test('memory stays flat over 200 training steps', async (t) => {
  const engine = await tinyEngine(t)
  const train = async (steps: number): Promise<void> => {
    for (let step = 0; step < steps; step++) {
      await engine.forwardBackward(data, { kind: 'cross-entropy' })
      await engine.optimStep(adam)
    }
  }
  await train(60)
  const before = process.memoryUsage.rss()
  await train(200)
  const grownMb = (process.memoryUsage.rss() - before) / 1e6
  assert.ok(grownMb < 40, `${grownMb.toFixed(1)} MB more after 200 steps`)
})

test('timers of the main thread go on firing while the worker trains', async (t) => {
  const engine = await tinyEngine(t, {
    config: { hiddenSize: 64, intermediateSize: 176, contextLength: 256, vocabularySize: 256 },
    microBatchTokens: 4096,
  })
  const long = Array.from({ length: 16 }, (_, i) => {
    return { prompt: someTokens(5, i), completion: someTokens(120, i), oldLogprobs: [], advantage: 1 }
  })
  await engine.forwardBackward(long, { kind: 'cross-entropy' })
  const started = process.cpuUsage()
  let ticks = 0
  const timer = setInterval(() => {
    ticks += 1
  }, 1)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  for (let i = 0; i < 3; i++) await engine.forwardBackward(long, { kind: 'cross-entropy' })
  delay.disable()
  clearInterval(timer)
  const { user } = process.cpuUsage(started)
  // A graph of this size runs for tens of milliseconds; were it on this thread, only some ticks would fit between graphs.
  assert.ok(user > 50_000, `the worker computed for ${user} microseconds only: the test shows nothing`)
  assert.ok(ticks > 20, `${ticks} ticks`)
})

test('calls run one after another, and a closed engine rejects', async (t) => {
  const engine = await tinyEngine(t)
  const first = engine.forwardBackward(data, { kind: 'cross-entropy' })
  const second = engine.optimStep(adam)
  const third = engine.optimStep(adam)
  await Promise.all([first, assert.rejects(third, /call forwardBackward before it/)])
  assert.equal((await second).isApplied, true)
  const running = engine.forwardBackward(data, { kind: 'cross-entropy' })
  await Promise.all([assert.rejects(running, /closed/), engine.close()])
  await assert.rejects(engine.optimStep(adam), /closed/)
})

test('a process that ends in the middle of a graph ends with its own code', async (t) => {
  const script = fileURLToPath(new URL('./testing/exit-while-training.ts', import.meta.url))
  for (let run = 0; run < 2; run++) {
    const { status, stderr } = spawnSync(process.execPath, [script, tinyModelFolder(t)], { encoding: 'utf8' })
    assert.equal(status, 7, stderr)
  }
})

test('the fallback on jax-js samples and trains to the same numbers', async (t) => {
  const engines = [await tinyEngine(t), await tinyEngine(t, { backend: 'jax-js' })]
  const requests = [{ prompt: someTokens(4), count: 2, key: ['fallback'] }]
  const seen = []
  for (const engine of engines) {
    const [group] = await engine.sample(requests, { maxTokens: 3, temperature: 1, topP: 1 })
    await engine.forwardBackward(data, { kind: 'cross-entropy' })
    const { gradNorm } = await engine.optimStep(adam)
    seen.push({ tokens: group?.map(({ tokens }) => tokens), gradNorm: gradNorm.toFixed(3) })
  }
  assert.deepEqual(seen[1], seen[0])
  assert.deepEqual(
    engines.map(({ name }) => name),
    ['embedded (onnxruntime)', 'embedded (jax-js)'],
  )
})
