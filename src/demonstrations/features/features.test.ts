import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { encodeSafetensors, float32Tensor } from '../../tensor/index.ts'
import { makeEmbeddings } from './embeddings.ts'
import {
  encodeColours,
  encodeNgrams,
  encodeSentences,
  joinEmbeddings,
  meanEmbeddings,
  readEmbeddings,
  rowsFor,
} from './index.ts'
import { decodeNpy } from './npy.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-embeddings-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** A `.npy` file as NumPy writes it. */
function npy(descr: string, shape: string, body: Uint8Array, { version = 1, order = 'False' } = {}): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`
  const start = version === 1 ? 10 : 12
  const padded = `${header.padEnd(64 * Math.ceil((start + header.length + 1) / 64) - start - 1)}\n`
  const bytes = new Uint8Array(start + padded.length + body.length)
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0])
  const view = new DataView(bytes.buffer)
  if (version === 1) view.setUint16(8, padded.length, true)
  else view.setUint32(8, padded.length, true)
  bytes.set(new TextEncoder().encode(padded), start)
  bytes.set(body, start + padded.length)
  return bytes
}

const bytesOf = (array: Float32Array | Float64Array | BigInt64Array): Uint8Array => new Uint8Array(array.buffer)
const matrix = Float32Array.of(3, 4, 0, 2, 0, -5)

test('NumPy arrays of every byte order, layout and version are the same numbers', () => {
  const read = (bytes: Uint8Array) => decodeNpy(bytes, 'a.npy')
  const wanted = { shape: [3, 2], data: matrix }
  assert.deepEqual(read(npy('<f4', '(3, 2)', bytesOf(matrix))), wanted)
  assert.deepEqual(read(npy('<f8', '(3, 2)', bytesOf(Float64Array.from(matrix)), { version: 2 })), wanted)
  assert.deepEqual(read(npy('<i8', '(3, 2)', bytesOf(BigInt64Array.from([3n, 4n, 0n, 2n, 0n, -5n])))), wanted)
  assert.deepEqual(read(npy('<f4', '(3, 2)', bytesOf(Float32Array.of(3, 0, 0, 4, 2, -5)), { order: 'True' })), wanted)
  const swapped = bytesOf(matrix.slice())
  for (let i = 0; i < swapped.length; i += 4) swapped.subarray(i, i + 4).reverse()
  assert.deepEqual(read(npy('>f4', '(3, 2)', swapped)), wanted)
  assert.throws(() => read(npy('<f4', '(3, 2)', bytesOf(matrix).subarray(1))), { code: 'npy', message: /cut off/ })
  assert.throws(() => read(npy('|O', '(3,)', new Uint8Array(24))), { code: 'npy' })
  assert.throws(() => read(new Uint8Array(100)), { code: 'npy' })
})

test('embeddings come from .npy and safetensors with their ids, scaled to length 1', () => {
  const path = file('a.npy', npy('<f4', '(3, 2)', bytesOf(matrix)))
  const byOrder = readEmbeddings(path, { order: ['x', 'y', 'z'] })
  assert.deepEqual([byOrder.ids, byOrder.width], [['x', 'y', 'z'], 2])
  assert.deepEqual([...byOrder.rows], [...Float32Array.of(0.6, 0.8, 0, 1, 0, -1)])
  assert.throws(() => readEmbeddings(path, { order: ['x'] }), {
    code: 'embedding-rows',
    message: /3 rows, but there are 1 questions/,
  })
  file('a.ids.json', JSON.stringify(['q3', 'q1', 'q2']))
  const byFile = readEmbeddings(path, { order: ['q1'] })
  assert.deepEqual(byFile.ids, ['q3', 'q1', 'q2'])
  assert.deepEqual([...rowsFor(byFile, ['q1', 'q3']).rows], [...Float32Array.of(0, 1, 0.6, 0.8)])
  assert.throws(() => rowsFor(byFile, ['q1', 'q9']), { code: 'no-embedding', message: /q9 \(1 of 2 are missing\)/ })
  const tensors = new Map([['e', float32Tensor(matrix, [3, 2])]])
  const inside = encodeSafetensors({ tensors, metadata: { ids: '["a","b","c"]' } })
  assert.deepEqual(readEmbeddings(file('b.safetensors', inside), { order: [] }).ids, ['a', 'b', 'c'])
  const two = encodeSafetensors({ tensors: new Map([...tensors, ['f', float32Tensor(matrix, [2, 3])]]), metadata: {} })
  assert.throws(() => readEmbeddings(file('c.safetensors', two), { order: [] }), { code: 'embedding-tensor' })
  file('d.ids.txt', 'a\nb\n')
  assert.throws(() => readEmbeddings(file('d.npy', npy('<f4', '(3, 2)', bytesOf(matrix))), { order: [] }), {
    code: 'embedding-rows',
  })
  assert.throws(() => readEmbeddings(join(folder, 'none.npy'), { order: [] }), { code: 'no-file' })
  assert.throws(() => makeEmbeddings(['a'], Float32Array.of(1, Number.NaN), 's'), { code: 'embedding-numbers' })
  assert.throws(() => makeEmbeddings(['a', 'a'], Float32Array.of(1, 2), 's'), { code: 'repeated-id' })
})

const findTorch = "import importlib.util, sys; sys.exit(importlib.util.find_spec('torch') is None)"
const hasTorch = spawnSync('python3', ['-c', findTorch]).status === 0

test('a tensor that torch.save wrote is read, alone or in a dictionary', {
  skip: hasTorch ? false : 'PyTorch is not installed',
}, () => {
  const script = `import sys, torch
t = torch.tensor([[3., 4.], [0., 2.], [0., -5.]])
torch.save(t, sys.argv[1] + '/alone.pt')
torch.save({'embeddings': t.half()}, sys.argv[1] + '/named.pt')`
  assert.equal(spawnSync('python3', ['-c', script, folder]).status, 0)
  for (const name of ['alone.pt', 'named.pt']) {
    const { rows } = readEmbeddings(join(folder, name), { order: ['x', 'y', 'z'] })
    assert.deepEqual([...rows], [...Float32Array.of(0.6, 0.8, 0, 1, 0, -1)], name)
  }
})

test('hashed n-grams are the same each time, and alike where words are shared', () => {
  const texts = [
    'how many red balls are there',
    'how many blue balls are there',
    'what time of day is it',
    'How many RED balls are there?',
  ]
  const encoded = encodeNgrams(texts.map((question, i) => ({ id: String(i), question })))
  const cosine = (a: number, b: number): number => {
    let sum = 0
    for (let i = 0; i < encoded.width; i++)
      sum += (encoded.rows[a * encoded.width + i] as number) * (encoded.rows[b * encoded.width + i] as number)
    return sum
  }
  assert.ok(Math.abs(cosine(0, 3) - 1) < 1e-6)
  assert.ok(cosine(0, 1) > 0.4 && cosine(0, 1) < 0.9)
  assert.ok(Math.abs(cosine(0, 2)) < 0.25)
  const first = [...encoded.rows.subarray(0, encoded.width).entries()].filter(([, value]) => value !== 0)
  // Fixed: a checkpoint trained on these embeddings must find the same ones.
  assert.deepEqual(
    first.slice(0, 3).map(([at, value]) => [at, Math.sign(value)]),
    [
      [20, -1],
      [39, -1],
      [190, 1],
    ],
  )
  assert.equal(
    encodeNgrams([{ id: 'a', question: '' }]).rows.every((value) => value === 0),
    true,
  )
})

test('pictures are alike where their colours are', () => {
  const flat = (red: number, blue: number) => ({
    width: 4,
    height: 4,
    data: Uint8Array.from({ length: 48 }, (_, i) => (i % 3 === 0 ? red : i % 3 === 2 ? blue : 0)),
  })
  const pictures = [flat(200, 0), flat(201, 1), flat(0, 200)]
  const { rows, width } = encodeColours(['a', 'b', 'c'], (row) => pictures[row] as ReturnType<typeof flat>)
  const cosine = (a: number, b: number): number =>
    rows.subarray(a * width, (a + 1) * width).reduce((sum, x, i) => sum + x * (rows[b * width + i] as number), 0)
  assert.ok(cosine(0, 1) > 0.99)
  assert.ok(Math.abs(cosine(0, 2)) < 0.5)
})

test('joined embeddings weigh both halves alike, and a mean has length 1', () => {
  const a = makeEmbeddings(['x', 'y'], Float32Array.of(1, 0, 0, 1), 'a')
  const b = makeEmbeddings(['x', 'y'], Float32Array.of(0, 1, 0, 1), 'b')
  const half = Math.fround(Math.SQRT1_2)
  assert.deepEqual(
    [...joinEmbeddings(a, b).rows].map((v) => Math.abs(v - half) < 1e-6 || v === 0),
    Array(8).fill(true),
  )
  assert.throws(() => joinEmbeddings(a, makeEmbeddings(['y', 'x'], b.rows, 'b')), { code: 'embedding-ids' })
  const mean = meanEmbeddings(a, b)
  assert.ok(Math.abs(Math.hypot(...mean.rows.subarray(0, 2)) - 1) < 1e-6)
})

const require = createRequire(import.meta.url)
const isInstalled = (name: string): boolean => {
  try {
    require.resolve(name)
    return true
  } catch {
    return false
  }
}

test('the sentence encoder sees meaning where no word is shared', {
  skip: isInstalled('@energetic-ai/embeddings') ? false : '@energetic-ai/embeddings is not installed',
}, async () => {
  const texts = ['how many dogs are there', 'count the puppies', 'what time of day is it']
  const { rows, width } = await encodeSentences(texts.map((question, i) => ({ id: String(i), question })))
  assert.equal(width, 512)
  const cosine = (a: number, b: number): number =>
    rows.subarray(a * width, (a + 1) * width).reduce((sum, x, i) => sum + x * (rows[b * width + i] as number), 0)
  assert.ok(cosine(0, 1) > cosine(0, 2) + 0.1, `${cosine(0, 1)} ${cosine(0, 2)}`)
})
