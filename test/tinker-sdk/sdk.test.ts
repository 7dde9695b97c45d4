/**
 * The official Python SDK trains on `baton serve`. Skipped, visibly, unless BATON_TINKER_PYTHON names a Python that has
 * the SDK: `python -m venv sdk && sdk/bin/pip install tinker==0.25`, then BATON_TINKER_PYTHON=sdk/bin/python.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { scratchFolder } from '../../src/engines/embedded/testing/tiny-model.ts'
import { startServe } from '../../src/tinker-server/index.ts'

const python = process.env['BATON_TINKER_PYTHON'] ?? ''
const skip = python === '' ? 'BATON_TINKER_PYTHON names no Python with tinker 0.25' : false

test('the official SDK: supervised steps, a loop of reinforcement learning, a checkpoint', { skip }, async (t) => {
  const modelFolder = join(import.meta.dirname, '..', '..', 'models', 'conductor')
  const models = [{ name: 'conductor', folder: modelFolder }]
  const server = await startServe({ folder: join(scratchFolder(t), 'serve'), models, threads: 1 })
  t.after(() => server.close())
  const script = join(import.meta.dirname, 'train.py')
  const { stdout } = await promisify(execFile)(python, [script, server.baseUrl, 'conductor'])
  t.diagnostic(stdout.trim().replaceAll('\n', '; '))
  assert.match(stdout, /done\n$/)
})
