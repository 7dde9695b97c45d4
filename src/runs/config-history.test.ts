import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { ConfigVersion } from '../core/run-events.ts'
import { configOfStep, heldVersions } from './config-history.ts'
import { createRun, openRun, type RunStore } from './index.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'baton-history-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const dataset = (fingerprint: string) => ({ train: { path: 'train.jsonl', fingerprint, rows: 3 } })
const origin = { configHash: 'sha256:1', seed: 1, datasets: dataset('a'), argv: ['train'] }
const yaml = (rate: number): string => `training:\n  learningRate: ${rate}\n`

const version = (step: number, rate: number, more: Partial<ConfigVersion> = {}): ConfigVersion => ({
  step,
  configHash: `sha256:${rate}`,
  seed: 1,
  datasets: dataset('a'),
  changes: [{ key: 'training.learningRate', from: 1, to: rate, isForced: false }],
  yaml: yaml(rate),
  ...more,
})

const make = (): RunStore => createRun({ root, name: 'run', resolvedYaml: yaml(1), origin })
const read = (name: string): string => readFileSync(join(root, 'run', name), 'utf8')
const manifest = () => JSON.parse(read('manifest.json'))

test('a changed configuration becomes the run’s own, the ones before are kept, and the manifest lists them', () => {
  const store = make()
  store.recordConfig(version(0, 1, { changes: [] }))
  assert.equal(manifest().configHistory, undefined)
  store.recordConfig(version(3, 2))
  store.recordConfig(version(5, 3, { seed: 7, datasets: dataset('b') }))
  const seen = (run: RunStore) => ({
    rate: (run.config['training'] as { learningRate: number }).learningRate,
    seed: run.manifest.seed,
    fingerprint: run.manifest.datasets['train']?.fingerprint,
    steps: run.configHistory().map(({ step }) => step),
  })
  const expected = { rate: 3, seed: 7, fingerprint: 'b', steps: [0, 3, 5] }
  assert.deepEqual(seen(store), expected)
  store.close()
  const again = openRun(store.folder)
  assert.deepEqual(seen(again), expected)
  again.close()
  assert.deepEqual(['config.1.yaml', 'config.2.yaml', 'config.yaml'].map(read), [yaml(1), yaml(2), yaml(3)])
  assert.deepEqual(
    manifest().configHistory.map(({ file, fromStep }: { file: string; fromStep: number }) => [file, fromStep]),
    [
      ['config.1.yaml', 1],
      ['config.2.yaml', 4],
      ['config.yaml', 6],
    ],
  )
})

test('of a run of an older version, which has no record, the file is recorded first', () => {
  const store = make()
  assert.deepEqual(store.configHistory(), [])
  store.recordConfig(version(3, 2))
  assert.deepEqual(
    store.configHistory().map(({ step, yaml: text }) => [step, text]),
    [
      [0, yaml(1)],
      [3, yaml(2)],
    ],
  )
  store.close()
  assert.equal(read('config.1.yaml'), yaml(1))
})

test('what a crash left out of manifest and earlier configurations is made up for on opening; config.yaml is left alone', () => {
  const store = make()
  store.recordConfig(version(0, 1, { changes: [] }))
  const before = read('manifest.json')
  store.recordConfig(version(3, 2))
  const whole = read('manifest.json')
  store.close()
  writeFileSync(join(root, 'run', 'manifest.json'), before)
  rmSync(join(root, 'run', 'config.1.yaml'))
  writeFileSync(join(root, 'run', 'config.yaml'), yaml(9))
  openRun(store.folder).close()
  assert.equal(read('manifest.json'), whole)
  assert.ok(existsSync(join(root, 'run', 'config.1.yaml')))
  assert.equal(read('config.yaml'), yaml(9))
})

test('steps that are made again after a rewind are made with the newest configuration', () => {
  const place = { id: 1, at: null }
  const config = (at: ConfigVersion) => ({ kind: 'config', ...at, ...place }) as const
  const rewind = (step: number) => ({ kind: 'rewind', step, ...place }) as const
  const events = [config(version(0, 1, { changes: [] })), rewind(4), config(version(4, 2)), rewind(2)]
  const held = heldVersions(events)
  assert.deepEqual(
    held.map(({ step, yaml: text }) => [step, text]),
    [
      [0, yaml(1)],
      [2, yaml(2)],
    ],
  )
  const change = (from: number, to: number) => [{ key: 'training.learningRate', from, to, isForced: false }]
  const twice = heldVersions([
    ...events,
    config(version(2, 3, { changes: change(2, 3) })),
    config(version(2, 4, { changes: change(3, 4) })),
  ])
  assert.deepEqual(twice.at(-1)?.changes, change(1, 4))
  assert.equal(twice.length, 2)
  const back = heldVersions([...events, config(version(2, 1, { changes: change(2, 1) }))])
  assert.deepEqual(back.at(-1)?.changes, [])
})

test('each step has the configuration that it was made with', () => {
  const store = make()
  store.recordConfig(version(0, 1, { changes: [] }))
  store.recordConfig(version(3, 2))
  const rates = [1, 3, 4, 9].map(
    (step) => (configOfStep(store, step)['training'] as { learningRate: number }).learningRate,
  )
  assert.deepEqual(rates, [1, 1, 2, 2])
  store.close()
  const older = createRun({ root, name: 'older', resolvedYaml: yaml(5), origin })
  assert.deepEqual(configOfStep(older, 2), { training: { learningRate: 5 } })
  older.close()
})
