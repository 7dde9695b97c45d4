import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import { BatonError } from '../core/failure.ts'
import { type CheckpointStore, createCheckpoints, restoreReplaced } from './checkpoints.ts'
import { type FileOperations, realFiles } from './files.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-checkpoints-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const now = (): Date => new Date(0)
const open = (files: FileOperations = realFiles, keep = 3): CheckpointStore =>
  createCheckpoints({ folder, keep, now, files })

/** A policy of two files, one of them in a folder below. */
function weights(text: string): (at: string) => Promise<void> {
  return async (at) => {
    mkdirSync(join(at, 'optimizer'))
    writeFileSync(join(at, 'model.safetensors'), text.repeat(50))
    writeFileSync(join(at, 'optimizer', 'moments.bin'), text)
  }
}

describe('saving and finding', () => {
  test('the newest checkpoint comes back with its state and files', async () => {
    const store = open()
    assert.equal(store.latest(), null)
    await store.save(10, { seen: 1 }, weights('a'))
    await store.save(20, { seen: 2 }, weights('b'))
    const latest = store.latest()
    assert.equal(latest?.step, 20)
    assert.deepEqual(latest.state, { seen: 2 })
    assert.deepEqual(latest.skipped, [])
    assert.equal(readFileSync(join(latest.folder, 'optimizer', 'moments.bin'), 'utf8'), 'b')
    assert.equal(latest.folder, join(folder, 'step-000020'))
  })

  test('the last N are kept and older ones deleted', async () => {
    const store = open(realFiles, 2)
    for (const step of [1, 2, 3, 4]) await store.save(step, null, weights('a'))
    assert.deepEqual(readdirSync(folder).sort(), ['step-000003', 'step-000004'])
  })

  test('a damaged newer checkpoint does not cost the one just saved its place', async () => {
    const store = open(realFiles, 1)
    await store.save(30, null, weights('a'))
    truncateSync(join(folder, 'step-000030', 'model.safetensors'), 3)
    await store.save(20, null, weights('b'))
    assert.equal(store.latest()?.step, 20)
  })

  test('a step saved again replaces its checkpoint', async () => {
    const store = open()
    await store.save(10, 'old', weights('a'))
    await store.save(10, 'new', weights('b'))
    assert.equal(store.latest()?.state, 'new')
    assert.deepEqual(readdirSync(folder), ['step-000010'])
  })

  test('later steps can be dropped', async () => {
    const store = open()
    for (const step of [10, 20, 30]) await store.save(step, null, weights('a'))
    store.dropAfter(10)
    assert.equal(store.latest()?.step, 10)
  })
})

describe('damage', () => {
  const damages: readonly (readonly [name: string, harm: (at: string) => void, reason: RegExp])[] = [
    [
      'a truncated file',
      (at) => truncateSync(join(at, 'model.safetensors'), 7),
      /model\.safetensors has 7 bytes instead of 50/,
    ],
    [
      'a missing file',
      (at) => rmSync(join(at, 'optimizer'), { recursive: true }),
      /optimizer\/moments\.bin is missing/,
    ],
    ['a missing manifest', (at) => rmSync(join(at, 'manifest.json')), /manifest\.json is missing/],
    ['a truncated manifest', (at) => truncateSync(join(at, 'manifest.json'), 40), /manifest\.json is damaged/],
    [
      'a changed state',
      (at) => writeFileSync(join(at, 'state.json'), '2'),
      /state\.json is damaged: its sha256 differs/,
    ],
  ]
  for (const [name, harm, reason] of damages) {
    test(`${name} is skipped for the one before, with the reason`, async () => {
      const store = open()
      await store.save(10, 1, weights('a'))
      await store.save(20, 1, weights('a'))
      harm(join(folder, 'step-000020'))
      const latest = store.latest()
      assert.equal(latest?.step, 10)
      assert.equal(latest.skipped.length, 1)
      assert.equal(latest.skipped[0]?.folder, join(folder, 'step-000020'))
      assert.match(latest.skipped[0]?.reason ?? '', reason)
      assert.match(store.check().find(({ step }) => step === 20)?.reason ?? '', reason)
    })
  }

  test('any one flipped bit in any file is noticed', async () => {
    const store = open()
    await store.save(20, { rng: 5 }, weights('a'))
    const paths = ['model.safetensors', 'optimizer/moments.bin', 'state.json', 'manifest.json']
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.nat(), fc.nat(7), async (path, offset, bit) => {
        const file = join(folder, 'step-000020', path)
        const bytes = readFileSync(file)
        const at = offset % bytes.length
        // White space between the manifest's fields carries nothing.
        fc.pre(!/\s/.test(String.fromCharCode(bytes[at]!)))
        const flipped = Buffer.from(bytes)
        flipped[at] = bytes[at]! ^ (1 << bit)
        writeFileSync(file, flipped)
        assert.equal(store.latest(), null, `${path} byte ${at} bit ${bit}`)
        writeFileSync(file, bytes)
      }),
      { numRuns: 100 },
    )
    assert.equal(store.latest()?.step, 20)
  })

  test('an interrupted save is named and swept away by the next', async () => {
    const store = open()
    mkdirSync(join(folder, '.tmp-step-000030-ab'))
    await store.save(10, null, weights('a'))
    mkdirSync(join(folder, '.tmp-step-000020-ab'))
    assert.match(store.latest()?.skipped[0]?.reason ?? '', /interrupted/)
    await store.save(20, null, weights('a'))
    assert.deepEqual(readdirSync(folder).sort(), ['step-000010', 'step-000020'])
  })
})

/** Operations of which the n-th fails, half done; when `isFatal`, nothing after it happens either, as in a power cut. */
function failingAt(n: number, isFatal: boolean): FileOperations & { failed: boolean } {
  let count = 0
  const operations = { ...realFiles, failed: false }
  const guard = (half: () => void): void => {
    if (operations.failed && isFatal) throw new Error('off')
    if (++count !== n) return
    operations.failed = true
    half()
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  }
  operations.write = (path, content) => {
    guard(() => writeFileSync(path, content.slice(0, content.length / 2)))
    realFiles.write(path, content)
  }
  operations.sync = (path) => {
    guard(() => undefined)
    realFiles.sync(path)
  }
  operations.rename = (from, to) => {
    guard(() => undefined)
    realFiles.rename(from, to)
  }
  operations.remove = (path) => {
    if (operations.failed && isFatal) return
    realFiles.remove(path)
  }
  return operations
}

describe('a write that fails', () => {
  for (const target of [10, 20]) {
    const what = target === 10 ? 'of a step that has a checkpoint' : 'of a new step'
    test(`at any operation of a save ${what} leaves the old checkpoint or the new, and nothing half`, async () => {
      await open().save(10, 'old', weights('a'))
      let n = 1
      for (let hasFailed = true; hasFailed; n++) {
        const files = failingAt(n, false)
        const before = open().latest()?.state
        const outcome = await open(files)
          .save(target, `new ${n}`, weights('b'))
          .catch((error: unknown) => error)
        hasFailed = files.failed
        const latest = open().latest()
        assert.deepEqual(latest?.skipped, [], `operation ${n}`)
        if (hasFailed) {
          assert.ok(outcome instanceof BatonError)
          assert.equal(outcome.exitCode, 3)
          assert.match(outcome.message, /checkpoint of step \d+ could not be written: ENOSPC/)
        }
        assert.ok(latest?.state === before || latest?.state === `new ${n}`, `operation ${n}: ${latest?.state}`)
        assert.ok(!readdirSync(folder).some((name) => name.startsWith('.tmp-')), `operation ${n}`)
      }
      assert.ok(n > 8, `${n} operations`)
    })

    test(`as in a power cut at any operation of a save ${what} leaves a valid checkpoint`, async () => {
      await open().save(10, 'old', weights('a'))
      let n = 1
      for (let hasFailed = true; hasFailed; n++) {
        const files = failingAt(n, true)
        await open(files)
          .save(target, `new ${n}`, weights('b'))
          .catch(() => undefined)
        hasFailed = files.failed
        restoreReplaced(folder)
        const latest = open().latest()
        assert.ok(latest !== null, `operation ${n}`)
        assert.ok(existsSync(join(latest.folder, 'model.safetensors')))
      }
    })
  }

  test('inside the engine leaves nothing behind and keeps its own error', async () => {
    const refused = new BatonError('the weights are not finite.', { boundary: 'engine', code: 'not-finite' })
    await assert.rejects(
      open().save(10, null, async (at) => {
        writeFileSync(join(at, 'half'), 'x')
        throw refused
      }),
      refused,
    )
    assert.deepEqual(readdirSync(folder), [])
  })
})
