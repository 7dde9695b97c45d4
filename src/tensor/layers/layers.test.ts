import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { numpy } from '@jax-js/jax'
import { randomFor } from '../../core/random.ts'
import type { DeviceTensor, TensorFunction } from '../backend.ts'
import { elementCount, type TensorSpec } from '../host-tensor.ts'
import { createOnnxBackend } from '../onnx-backend.ts'
import { loadJax, traceToOnnx } from '../trace.ts'
import { attention, cachedAttention, maskedScore } from './attention.ts'
import { blockedLinear, linear } from './linear.ts'
import { rotaryTable, rotate } from './rotary.ts'
import { silu } from './swiglu.ts'

type A = numpy.Array

const jax = await loadJax()
const { numpy: np } = jax
const backend = await createOnnxBackend({ threads: 1 })
const f32 = (...shape: number[]): TensorSpec => ({ dtype: 'float32', shape })

function randomTensor({ shape }: TensorSpec, index: number): DeviceTensor {
  const rng = randomFor('layers', index)
  const data = Float32Array.from({ length: elementCount(shape) }, () => rng.normal())
  return { dtype: 'float32', shape, data }
}

async function run(fn: TensorFunction, inputs: readonly DeviceTensor[]): Promise<Float32Array[]> {
  const compiled = await backend.compile(fn, inputs)
  return (await compiled.run(inputs)).map(({ data }) => data as Float32Array)
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length)
  for (let i = 0; i < actual.length; i++) {
    const [a, e] = [actual[i] as number, expected[i] as number]
    assert.ok(Math.abs(a - e) <= tolerance * (1 + Math.abs(e)), `item ${i}: ${a}, expected ${e}`)
  }
}

/** Value and gradients of sum(layer(inputs) * pattern). */
function withGradients(layer: (...inputs: A[]) => A, count: number): TensorFunction {
  return (...inputs) => {
    const objective = (...args: A[]): A => {
      const value = layer(...args)
      const pattern = np.sin(np.arange(value.size).astype(np.float32)).reshape(value.shape)
      return value.mul(pattern).sum()
    }
    const argnums = Array.from({ length: count }, (_, i) => i)
    const [value, gradients] = jax.valueAndGrad(objective, { argnums })(...inputs) as unknown as [A, A[]]
    return [value, ...gradients]
  }
}

test('attention and its own gradient agree with plain differentiation', async () => {
  const mask = np.array([0, maskedScore, maskedScore, 0, 0, maskedScore, 0, 0, 0]).reshape([3, 3])
  const own = withGradients((q, k, v) => attention(jax, q as A, { k: k as A, v: v as A, mask: mask.ref }), 3)
  const plain = withGradients((q, k, v) => {
    const scores = np.matmul(q as A, (k as A).transpose([0, 1, 2, 4, 3])).add(mask.ref)
    return np.matmul(jax.nn.softmax(scores, -1), v as A)
  }, 3)
  const inputs = [f32(2, 2, 2, 3, 4), f32(2, 2, 1, 3, 4), f32(2, 2, 1, 3, 4)].map(randomTensor)
  const [expected, got] = [await run(plain, inputs), await run(own, inputs)]
  expected.forEach((list, i) => {
    assertClose(got[i] ?? [], list, 1e-5)
  })
})

test('attention repeats no keys or values for the query heads of a group, forwards or backwards', async () => {
  const specs = [f32(2, 2, 3, 5, 4), f32(2, 2, 1, 5, 4), f32(2, 2, 1, 5, 4), f32(5, 5)]
  const inGraph = withGradients((q, k, v, mask) => attention(jax, q as A, { k: k as A, v: v as A, mask: mask as A }), 3)
  const { bytes } = await traceToOnnx(inGraph, specs)
  assert.equal(Buffer.from(bytes).toString('latin1').split('Expand').length - 1, 0)
})

test('silu and its own gradient agree with plain differentiation', async () => {
  const own = withGradients((x) => silu(jax, x as A), 1)
  const plain = withGradients((x) => (x as A).ref.mul(jax.nn.sigmoid(x as A)), 1)
  const inputs = [f32(40)].map(randomTensor)
  const [expected, got] = [await run(plain, inputs), await run(own, inputs)]
  expected.forEach((list, i) => {
    assertClose(got[i] ?? [], list, 1e-5)
  })
})

test('a step over the cache gives the last row of attention over the whole', async () => {
  const [q, k, v] = [f32(2, 2, 2, 5, 4), f32(2, 2, 1, 5, 4), f32(2, 2, 1, 5, 4)].map(randomTensor)
  const causal = Float32Array.from({ length: 25 }, (_, i) => (i % 5 > Math.floor(i / 5) ? maskedScore : 0))
  const [whole] = await run(
    (...inputs) => {
      const [q_, k_, v_] = inputs as [A, A, A]
      const out = attention(jax, q_, { k: k_, v: v_, mask: np.array(causal).reshape([5, 5]) })
      return [out.slice([], [], [], 4)]
    },
    [q, k, v] as DeviceTensor[],
  )
  const [step] = await run(
    (...inputs) => {
      const [q_, k_, v_] = inputs as [A, A, A]
      const flat = (array: A): A => array.reshape([2, 2, 5, 4])
      const last = (array: A): A => flat(array).slice([], [], [4, 5])
      const own = { k: last(k_.ref), v: last(v_.ref) }
      // The fifth cached position is filled with what must not be seen.
      const mask = np.array([0, 0, 0, 0, maskedScore, 0, 0, 0, 0, maskedScore]).reshape([2, 5])
      return [cachedAttention(jax, q_.slice([], [], [], 4), { own, cache: { k: flat(k_), v: flat(v_), mask } })]
    },
    [q, k, v] as DeviceTensor[],
  )
  assertClose(step ?? [], whole ?? [], 1e-5)
})

test('turned heads keep their length, and their products depend on the distance of positions only', async () => {
  const size = 8
  const product = async (first: number, second: number): Promise<number> => {
    const [out] = await run(
      (...inputs) => {
        const [a, b] = inputs as [A, A]
        const at = (position: number): [A, A] => {
          const { cos, sin } = rotaryTable([position], [1, 0.1, 0.01, 0.001])
          return [np.array(cos as Float32Array<ArrayBuffer>), np.array(sin as Float32Array<ArrayBuffer>)]
        }
        return [
          rotate(jax, a, ...at(first))
            .mul(rotate(jax, b, ...at(second)))
            .sum()
            .reshape([1]),
        ]
      },
      [f32(size), f32(size)].map(randomTensor),
    )
    return out?.[0] as number
  }
  const near = await product(3, 1)
  assert.ok(Math.abs(near - (await product(43, 41))) < 1e-4)
  assert.ok(Math.abs(near - (await product(3, 2))) > 1e-3)
})

test('a product in blocks is the product', async () => {
  const inputs = [f32(3, 300), f32(5, 300)].map(randomTensor)
  const whole = await run((x, w) => [linear(jax, x as A, w as A)], inputs)
  const blocks = await run((x, w) => [blockedLinear(jax, x as A, w as A)], inputs)
  assertClose(blocks[0] ?? [], whole[0] ?? [], 1e-4)
})

test('a product in blocks gives a row the same bits in any company and on any threads', async () => {
  const rows = 128
  const all = [f32(rows, 344), f32(64, 344)].map(randomTensor) as [DeviceTensor, DeviceTensor]
  const results: Float32Array[] = []
  for (const threads of [1, 2]) {
    const threaded = await createOnnxBackend({ threads })
    for (const count of [8, 32, rows]) {
      const x = { ...all[0], shape: [count, 344], data: (all[0].data as Float32Array).slice(0, count * 344) }
      const compiled = await threaded.compile((a, w) => [blockedLinear(jax, a as A, w as A)], [x, all[1]])
      results.push(((await compiled.run([x, all[1]]))[0] as DeviceTensor).data.slice(0, 8 * 64) as Float32Array)
    }
  }
  for (const result of results) assert.deepEqual(result, results[0])
})
