import assert from 'node:assert/strict'
import { test } from 'node:test'
import { siblingModule } from './sibling-module.ts'

test('a module beside a source is a source, beside a built module a built one', () => {
  const beside = (url: string): string => siblingModule(url, './worker').href
  assert.equal(beside('file:///baton/src/a/engine.ts'), 'file:///baton/src/a/worker.ts')
  assert.equal(beside('file:///baton/dist/a/engine.js'), 'file:///baton/dist/a/worker.js')
})
