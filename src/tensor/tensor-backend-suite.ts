/** The suite that every `TensorBackend` passes. What each operation computes is the matter of the lowering's tests. */
import assert from 'node:assert/strict'
import { type ContractSubject, sharedContractOf } from '../testing/contract.ts'
import type { DeviceTensor, TensorBackend, TensorFunction } from './backend.ts'
import { float32Tensor, int32Tensor, type TensorSpec } from './host-tensor.ts'
import { loadJax } from './trace.ts'

export type BackendPart = 'runs' | 'inputs' | 'release'

const matrix: TensorSpec = { dtype: 'float32', shape: [2, 3] }
const scalar: TensorSpec = { dtype: 'float32', shape: [] }
const rows = () => float32Tensor(Float32Array.from([1, 2, 3, 4, 5, 6]), [2, 3])

/** x times two, and x plus one. */
const twoResults: TensorFunction = (x) => [(x as NonNullable<typeof x>).ref.mul(2), (x as NonNullable<typeof x>).add(1)]

export function tensorBackendContract(subject: ContractSubject<BackendPart, TensorBackend>): void {
  const check = sharedContractOf(subject)

  check('runs', 'results have the shapes, types and order of the function', async (backend) => {
    const compiled = await backend.compile(twoResults, [matrix])
    const [doubled, next] = await compiled.run([backend.place(rows())])
    assert.deepEqual(plain(doubled), { dtype: 'float32', shape: [2, 3], data: [2, 4, 6, 8, 10, 12] })
    assert.deepEqual(plain(next), { dtype: 'float32', shape: [2, 3], data: [2, 3, 4, 5, 6, 7] })
    await compiled.release()
  })

  check('runs', 'integers, scalars and constants of the function pass', async (backend) => {
    const { numpy: np } = await loadJax()
    const table = np.array([10, 20, 30, 40])
    const fn: TensorFunction = (i, factor) => [
      np.take(table.ref, i as NonNullable<typeof i>, 0).mul(factor as NonNullable<typeof factor>),
    ]
    const compiled = await backend.compile(fn, [{ dtype: 'int32', shape: [3] }, scalar])
    const half = backend.place(float32Tensor(Float32Array.of(0.5), []))
    for (const [indices, expected] of [
      [
        [3, 0, 0],
        [20, 5, 5],
      ],
      [
        [1, 1, 2],
        [10, 10, 15],
      ],
    ] as const) {
      const [taken] = await compiled.run([backend.place(int32Tensor(Int32Array.from(indices), [3])), half])
      assert.deepEqual(plain(taken), { dtype: 'float32', shape: [3], data: [...expected] })
    }
    await compiled.release()
  })

  check(
    'runs',
    'tensors are not used up: results are inputs again, and later runs change no earlier result',
    async (backend) => {
      const compiled = await backend.compile(twoResults, [matrix])
      const input = backend.place(rows())
      const [first] = await compiled.run([input])
      const kept = plain(first)
      const [second] = await compiled.run([first as DeviceTensor])
      const [again] = await compiled.run([input])
      assert.deepEqual(plain(second).data, [4, 8, 12, 16, 20, 24])
      assert.deepEqual([plain(again), plain(first)], [kept, kept])
      assert.deepEqual(plain(input).data, [1, 2, 3, 4, 5, 6])
      await compiled.release()
    },
  )

  check(
    'inputs',
    'inputs of another number, shape or type are refused, and the function stays usable',
    async (backend) => {
      const compiled = await backend.compile(twoResults, [matrix])
      const other = backend.place(float32Tensor(Float32Array.from([1, 2, 3, 4, 5, 6]), [3, 2]))
      const integers = backend.place(int32Tensor(Int32Array.from([1, 2, 3, 4, 5, 6]), [2, 3]))
      const right = backend.place(rows())
      await assert.rejects(compiled.run([]), /takes 1 tensor.* got 0/)
      await assert.rejects(compiled.run([right, right]), /takes 1 tensor.* got 2/)
      await assert.rejects(compiled.run([other]), /input 0 .*float32 \[2, 3\].*float32 \[3, 2\]/)
      await assert.rejects(compiled.run([integers]), /input 0 .*float32 \[2, 3\].*int32 \[2, 3\]/)
      assert.equal((await compiled.run([right])).length, 2)
      await compiled.release()
    },
  )

  check(
    'release',
    'a released function refuses to run and may be released again; its results and others stay',
    async (backend) => {
      const [one, other] = [await backend.compile(twoResults, [matrix]), await backend.compile(twoResults, [matrix])]
      const input = backend.place(rows())
      const [result] = await one.run([input])
      await one.release()
      await one.release()
      await assert.rejects(one.run([input]), /released/)
      assert.deepEqual(plain(result).data, [2, 4, 6, 8, 10, 12])
      assert.equal((await other.run([result as DeviceTensor])).length, 2)
      await other.release()
    },
  )
}

function plain(tensor: DeviceTensor | undefined): { dtype: string; shape: number[]; data: number[] } {
  assert.ok(tensor !== undefined)
  return { dtype: tensor.dtype, shape: [...tensor.shape], data: [...tensor.data] }
}
