import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { numpy } from '@jax-js/jax'
import { randomFor } from '../core/random.ts'
import { float32Tensor } from './host-tensor.ts'
import { floatNumbers, int8Matrix } from './int8-matrix.ts'
import { createJaxBackend } from './jax-backend.ts'
import { createOnnxBackend } from './onnx-backend.ts'
import { loadJax } from './trace.ts'

const rng = randomFor('int8')
const matrix = float32Tensor(
  Float32Array.from({ length: 60 }, (_, i) => (i < 12 ? 0 : 10 ** (Math.floor(i / 12) - 3)) * rng.normal()),
  [5, 12],
)

test('numbers in 8 bits are within half a step of their row', () => {
  const kept = int8Matrix(matrix)
  const numbers = floatNumbers(kept)
  numbers.forEach((value, i) => {
    const step = kept.scales[Math.floor(i / 12)] as number
    assert.ok(Math.abs(value - (matrix.data[i] as number)) <= 0.5001 * step)
  })
  assert.ok(numbers.slice(0, 12).every((value) => value === 0))
  assert.throws(() => int8Matrix(float32Tensor(new Float32Array(3), [3])), /a matrix was expected/)
})

test('a function of a matrix in 8 bits computes with its numbers, forwards and backwards, on every backend', async () => {
  const jax = await loadJax()
  const kept = int8Matrix(matrix)
  const x = float32Tensor(
    Float32Array.from({ length: 36 }, () => rng.normal()),
    [3, 12],
  )
  const fn = (...[left, weight]: numpy.Array[]): numpy.Array[] => {
    const objective = (moving: numpy.Array): numpy.Array =>
      jax.numpy.square(jax.numpy.matmul(moving, (weight as numpy.Array).ref.transpose())).sum()
    const [value, gradient] = jax.valueAndGrad(objective)(left as numpy.Array) as unknown as [numpy.Array, numpy.Array]
    return [value.reshape([1]), gradient]
  }
  const plain = float32Tensor(floatNumbers(kept), [5, 12])
  const results = await Promise.all(
    [await createOnnxBackend({ threads: 1 }), await createJaxBackend()].flatMap((backend) =>
      [kept, plain].map(async (weight) => (await backend.compile(fn, [x, weight])).run([x, weight])),
    ),
  )
  for (const result of results) {
    result.forEach(({ data }, i) => {
      data.forEach((value, k) => {
        const expected = results[0]?.[i]?.data[k] as number
        assert.ok(Math.abs(value - expected) <= 1e-4 * (1 + Math.abs(expected)), `${value} and ${expected}`)
      })
    })
  }
})
