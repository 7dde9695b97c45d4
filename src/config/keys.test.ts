import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { describeConfig, nearestKey } from './keys.ts'
import { otherNames } from './other-names.ts'
import { configMarkdown } from './testing/config-docs.ts'
import { defaultConfig } from './testing/default-config.ts'

test('every key has a doc that ends in a full stop', () => {
  for (const { key, doc } of describeConfig()) assert.match(doc, /\S.*\.$/, key)
})

test('the keys told are the keys of the default configuration, with its values', () => {
  const config = defaultConfig() as unknown as Record<string, unknown>
  const valueAt = (path: string): unknown =>
    path.split('.').reduce<unknown>((inner, part) => (inner as Record<string, unknown> | null)?.[part], config)
  const told = describeConfig().filter(({ isSection, key }) => !isSection && !key.startsWith('data.mix.'))
  for (const { key, default: value } of told) assert.deepEqual(valueAt(key), value, key)
  const count = (value: unknown): number =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.values(value).reduce<number>((sum, inner) => sum + count(inner), 0)
      : 1
  assert.equal(told.length, count(config))
})

test('names from other trainers lead to keys that exist', () => {
  const keys = new Set(describeConfig().map(({ key }) => key))
  for (const ours of Object.values(otherNames)) assert.ok(keys.has(ours), ours)
})

test('a word that is like no key gets no suggestion', () => {
  const keys = describeConfig().map(({ key }) => key)
  assert.equal(nearestKey('training.xylophone', keys), null)
})

test('docs/config.md is current (BATON_UPDATE_DOCS=1 writes it)', () => {
  const path = join(import.meta.dirname, '..', '..', 'docs', 'config.md')
  if (process.env.BATON_UPDATE_DOCS === '1') writeFileSync(path, configMarkdown())
  assert.equal(
    readFileSync(path, 'utf8'),
    configMarkdown(),
    'make it again: BATON_UPDATE_DOCS=1 node --test src/config/keys.test.ts',
  )
})
