import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { modelScratch, tinyFolder } from '../../models/testing/tiny-models.ts'

const main = join(import.meta.dirname, '..', 'main.ts')

test('a model goes in, is listed and shown, and comes out; mistakes end with exit code 2 and leave nothing', async (t) => {
  const cwd = modelScratch(t)
  const source = await tinyFolder(t, 'qwen3')
  const baton = (...args: string[]) => {
    const env = { ...process.env, XDG_CACHE_HOME: join(cwd, 'cache'), BATON_LANGUAGE: 'en' }
    return spawnSync(process.execPath, [main, 'model', ...args], { cwd, env, encoding: 'utf8' })
  }
  const imported = baton('import', source, '--name', 'tiny', '--dtype', 'f16')
  assert.equal(imported.status, 0, imported.stderr)
  assert.match(imported.stdout, /imported into models\/tiny\n {2}architecture qwen3/)
  assert.match(baton('list').stdout, /tiny +qwen3 +0\.0 M +3 +272 +128 +F16/)
  const shown = JSON.parse(baton('show', 'models/tiny', '--json').stdout)
  assert.deepEqual([shown.architecture, shown.headSize, shown.source.kind], ['qwen3', 16, 'folder'])
  assert.equal(baton('export', 'models/tiny', '--to', 'gguf', '--out', 'tiny.gguf').status, 0)
  assert.equal(baton('import', 'tiny.gguf', '--name', 'back').status, 0)
  const cases: readonly [string[], RegExp][] = [
    [['import', source, '--name', 'tiny'], /models\/tiny exists already/],
    [['import', 'nowhere', '--name', 'x'], /nowhere does not exist/],
    [['import', source, '--name', 'x', '--dtype', 'f8'], /--dtype/],
    [['export', 'models/tiny', '--to', 'onnx', '--out', 'x'], /--to onnx is not known/],
    [['export', 'models/tiny', '--to', 'peft', '--out', 'x'], /is no adapter, but a whole model/],
    [['show', 'cache'], /cache has no config\.json/],
  ]
  for (const [args, message] of cases) {
    const { status, stderr } = baton(...args)
    assert.equal(status, 2, stderr)
    assert.match(stderr, message)
  }
  assert.ok(!existsSync(join(cwd, 'x')))
  assert.deepEqual(readdirSync(join(cwd, 'models')).sort(), ['back', 'tiny'])
})
