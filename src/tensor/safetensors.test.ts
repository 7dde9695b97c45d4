import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BatonError } from '../core/failure.ts'
import { float32Tensor, type HostTensor, int32Tensor } from './host-tensor.ts'
import { decodeSafetensors, encodeSafetensors, tensorsInLayout } from './safetensors.ts'

const file = (tensors: Record<string, HostTensor>, metadata: Record<string, string> = {}): Uint8Array =>
  encodeSafetensors({ tensors: new Map(Object.entries(tensors)), metadata })

const example = (): Uint8Array =>
  file(
    { 'a.weight': float32Tensor(Float32Array.of(1, -2, 3, 4), [2, 2]), b: int32Tensor(Int32Array.of(7), [1]) },
    { step: '3' },
  )

const refusal = (bytes: Uint8Array): BatonError => {
  try {
    decodeSafetensors(bytes, 'x.safetensors')
  } catch (error) {
    assert.ok(error instanceof BatonError)
    return error
  }
  throw new assert.AssertionError({ message: 'the file was read' })
}

test('what is written is read back: names, types, shapes, numbers, metadata', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && name !== '__proto__'),
        fc.float32Array({ maxLength: 20 }),
      ),
      fc.dictionary(
        fc.string().filter((name) => name !== '__proto__'),
        fc.string(),
      ),
      (lists, metadata) => {
        const tensors = new Map(Object.entries(lists).map(([name, data]) => [name, float32Tensor(data, [data.length])]))
        const read = decodeSafetensors(encodeSafetensors({ tensors, metadata }), 'x')
        assert.deepEqual(read.tensors, tensors)
        assert.deepEqual({ ...read.metadata }, { ...metadata })
      },
    ),
    { numRuns: 50 },
  )
})

test('the header is padded to eight bytes, as readers of the format map it', () => {
  const bytes = example()
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
  assert.equal(length % 8, 0)
  assert.equal(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))).__metadata__.step, '3')
})

test('half precision is read as float32', () => {
  const header = JSON.stringify({
    half: { dtype: 'F16', shape: [4], data_offsets: [0, 8] },
    bfloat: { dtype: 'BF16', shape: [2], data_offsets: [8, 12] },
  }).padEnd(136)
  const bytes = new Uint8Array(8 + 136 + 12)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, 136n, true)
  bytes.set(new TextEncoder().encode(header), 8)
  const halves = [0x3c00, 0xc000, 0x0001, 0x7c00, 0x3f80, 0xc049]
  halves.forEach((bits, i) => {
    view.setUint16(144 + 2 * i, bits, true)
  })
  const { tensors } = decodeSafetensors(bytes, 'x')
  assert.deepEqual(Array.from(tensors.get('half')?.data ?? []), [1, -2, 2 ** -24, Number.POSITIVE_INFINITY])
  assert.deepEqual(Array.from(tensors.get('bfloat')?.data ?? []), [1, -3.140625])
})

test('a file cut off anywhere is refused by name', () => {
  const bytes = example()
  for (let length = 0; length < bytes.length; length++) {
    assert.match(refusal(bytes.subarray(0, length)).message, /^x\.safetensors is not a whole safetensors file/)
  }
})

test('a file with bytes too many, an unknown type or no JSON is refused, saying which', () => {
  assert.match(refusal(Uint8Array.of(...example(), 0, 0)).message, /2 bytes belong to no tensor/)
  const wrongType = Uint8Array.from(example())
  wrongType.set(new TextEncoder().encode('F99'), new TextDecoder('latin1').decode(wrongType).indexOf('F32'))
  assert.match(refusal(wrongType).message, /tensor a\.weight has unknown type F99/)
  const noJson = Uint8Array.from(example()).fill(0x20, 8, 12)
  assert.match(refusal(noJson).message, /not JSON/)
})

test('another layout is refused with the tensors and the fraction of the model', () => {
  const found = decodeSafetensors(example(), 'x')
  const specs = [
    { name: 'a.weight', dtype: 'float32', shape: [2, 2] },
    { name: 'c.weight', dtype: 'float32', shape: [3, 4] },
  ] as const
  assert.throws(() => tensorsInLayout(specs, found, 'checkpoint-7'), {
    name: 'BatonError',
    message:
      'checkpoint-7 lacks 1 tensor (c.weight; 75.0 % of the model); has unexpected 1 tensor (b; 20.0 % of the file): it was written by another layout',
  })
  const turned = [
    { name: 'a.weight', dtype: 'float32', shape: [4, 1] },
    { name: 'b', dtype: 'int32', shape: [1] },
  ] as const
  assert.throws(
    () => tensorsInLayout(turned, found, 'checkpoint-7'),
    /another shape for 1 tensor \(a\.weight \[2, 2\] for \[4, 1\]; 80\.0 % of the model\)/,
  )
})

test('a fitting file gives the tensors in the order of the layout', () => {
  const found = decodeSafetensors(example(), 'x')
  const specs = [
    { name: 'b', dtype: 'int32', shape: [1] },
    { name: 'a.weight', dtype: 'float32', shape: [2, 2] },
  ] as const
  assert.deepEqual(
    tensorsInLayout(specs, found, 'x').map(({ data }) => Array.from(data)),
    [[7], [1, -2, 3, 4]],
  )
})
