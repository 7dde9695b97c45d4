import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { dequantise } from './dequantise.ts'
import { quantiseQ8 } from './quantise.ts'

type Golden = Readonly<Record<string, { readonly bytes: string; readonly values: string }>>

const fixture = join(import.meta.dirname, '..', 'fixtures', 'dequantise.json')
const golden = JSON.parse(readFileSync(fixture, 'utf8')) as Golden
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

test('every block format gives the values of gguf.quants.dequantize to the bit', () => {
  assert.deepEqual(Object.keys(golden), ['Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q8_0', 'Q4_K', 'Q5_K', 'Q6_K'])
  for (const [type, { bytes, values }] of Object.entries(golden)) {
    const expected = new Float32Array(bytesOf(values).buffer)
    assert.deepEqual(dequantise(bytesOf(bytes), type), expected, type)
  }
})

const python = process.env['BATON_TEST_PYTHON'] ?? 'python3'
const hasGguf = spawnSync(python, ['-c', 'import gguf']).status === 0

test('100,000 numbers of each format agree with the installed gguf package', {
  skip: hasGguf ? false : 'the Python package gguf is not installed (BATON_TEST_PYTHON names a Python that has it)',
}, () => {
  const script = `
import sys, numpy as np
from gguf import GGMLQuantizationType as T
from gguf.quants import dequantize
blocks = np.frombuffer(sys.stdin.buffer.read(), np.uint8).reshape(-1, int(sys.argv[2]))
sys.stdout.buffer.write(dequantize(blocks, T[sys.argv[1]]).astype('<f4').tobytes())`
  const halves: Readonly<Record<string, readonly number[]>> = {
    Q4_0: [0],
    Q4_1: [0, 2],
    Q5_0: [0],
    Q5_1: [0, 2],
    Q8_0: [0],
    Q4_K: [0, 2],
    Q5_K: [0, 2],
    Q6_K: [208],
  }
  for (const [type, { bytes }] of Object.entries(golden)) {
    const width = bytesOf(bytes).length / 2
    const count = Math.round(1e5 / (dequantise(bytesOf(bytes), type).length / 2))
    const blocks = Uint8Array.from({ length: count * width }, (_, i) => (i * 2654435761) >>> 13)
    const view = new DataView(blocks.buffer)
    for (let i = 0; i < count; i++) {
      for (const place of halves[type] as readonly number[])
        view.setFloat16(i * width + place, ((i % 997) - 498) / 3000, true)
    }
    const run = spawnSync(python, ['-c', script, type, String(width)], { input: blocks, maxBuffer: 2 ** 26 })
    assert.equal(run.status, 0, String(run.stderr))
    assert.deepEqual(dequantise(blocks, type), new Float32Array(new Uint8Array(run.stdout).buffer), type)
  }
})

test('float16 and bfloat16 are read and written as they round', () => {
  const halves = new Uint8Array(new Uint16Array([0x3c00, 0xc000, 0x0001, 0x7c00]).buffer)
  assert.deepEqual([...dequantise(halves, 'F16')], [1, -2, 2 ** -24, Number.POSITIVE_INFINITY])
  const brains = new Uint8Array(new Uint16Array([0x3f80, 0xc000, 0x4049]).buffer)
  assert.deepEqual([...dequantise(brains, 'BF16')], [1, -2, 3.140625])
})

test('Q8_0 keeps every number within half a step of its block', () => {
  const block = fc.float32Array({ minLength: 32, maxLength: 32, noNaN: true, min: -1000, max: 1000 })
  fc.assert(
    fc.property(block, (values) => {
      const back = dequantise(quantiseQ8(values), 'Q8_0')
      const most = values.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0)
      // Half a step, and what rounding the scale to float16 adds.
      const bound = most / 254 + most * 2 ** -10 + 2 ** -15
      for (const [i, value] of values.entries()) assert.ok(Math.abs(value - (back[i] as number)) <= bound)
    }),
  )
})
