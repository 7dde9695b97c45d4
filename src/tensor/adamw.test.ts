import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adamw, adamwInputs, adamwScalars } from './adamw.ts'
import type { DeviceTensor } from './backend.ts'
import { float32Tensor } from './host-tensor.ts'
import { createOnnxBackend } from './onnx-backend.ts'
import { loadJax } from './trace.ts'

test('three steps agree with AdamW written out in float64; what has no decay does not decay', async () => {
  const backend = await createOnnxBackend({ threads: 1 })
  const flat = [1, -2, 3, 0.5, 2, -1]
  const compiled = await backend.compile(adamw(await loadJax()), adamwInputs(flat.length))
  const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.5, gradientScale: 0.25 }
  const vector = (values: readonly number[]): DeviceTensor => float32Tensor(Float32Array.from(values), [flat.length])
  const decays = [1, 1, 1, 1, 0, 0]
  let expected = flat.map((p) => ({ p, m: 0, v: 0 }))
  const zeros = vector(flat.map(() => 0))
  let state = [vector(flat), zeros, zeros]
  for (let step = 1; step <= 3; step++) {
    const gradients = flat.map((_, i) => Math.sin(i + step))
    expected = expected.map(({ p, m, v }, i) => {
      const g = (gradients[i] as number) * settings.gradientScale
      const m2 = settings.beta1 * m + (1 - settings.beta1) * g
      const v2 = settings.beta2 * v + (1 - settings.beta2) * g * g
      const change =
        m2 / (1 - settings.beta1 ** step) / (Math.sqrt(v2 / (1 - settings.beta2 ** step)) + settings.epsilon)
      const decay = settings.weightDecay * p * (decays[i] as number)
      return { p: p - settings.learningRate * (change + decay), m: m2, v: v2 }
    })
    const [parameters, ...moments] = state as [DeviceTensor, ...DeviceTensor[]]
    const scalars = adamwScalars({ ...settings, step })
    state = await compiled.run([parameters, vector(gradients), ...moments, vector(decays), scalars])
  }
  const got = Array.from(state[0]?.data ?? [])
  expected.forEach(({ p }, i) => {
    assert.ok(Math.abs((got[i] as number) - p) < 1e-5, `parameter ${i}: ${got[i]}, expected ${p}`)
  })
})
