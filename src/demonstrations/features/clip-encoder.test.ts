import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { encodeModel, encodeNode, encodeTensor, encodeValue } from '../../tensor/onnx/protobuf.ts'
import { openClip } from './clip-encoder.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-clip-'))
after(() => rmSync(folder, { recursive: true }))

const require = createRequire(import.meta.url)
/** Not a dependency: it weighs half a gigabyte. */
const library = '@huggingface/transformers'
const isInstalled = (() => {
  try {
    require.resolve(library)
    return true
  } catch {
    return false
  }
})()

const node = (operator: string, inputs: string[], output: string, attributes = {}) =>
  encodeNode({ operator, inputs, outputs: [output], attributes, domain: '' })

const integers = (name: string, ...values: number[]) =>
  encodeTensor(name, 'int64', [values.length], new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer))

/** A folder as on the Hub: the text's embedding is (mean, most, least) of its token ids, the picture's its mean colour. */
function writeTinyClip(place: string): void {
  mkdirSync(join(place, 'onnx'), { recursive: true })
  const reduced = { keepdims: { int: 1 } }
  const text = encodeModel({
    nodes: [
      node('Cast', ['input_ids'], 'ids', { to: { int: 1 } }),
      node('ReduceMean', ['ids', 'axis'], 'mean', reduced),
      node('ReduceMax', ['ids', 'axis'], 'most', reduced),
      node('ReduceMin', ['ids', 'axis'], 'least', reduced),
      node('Concat', ['mean', 'most', 'least'], 'text_embeds', { axis: { int: 1 } }),
    ],
    initializers: [integers('axis', 1)],
    inputs: [encodeValue('input_ids', 'int64', [2, 3])],
    outputs: [encodeValue('text_embeds', 'float32', [2, 3])],
  })
  const vision = encodeModel({
    nodes: [node('ReduceMean', ['pixel_values', 'axes'], 'image_embeds', { keepdims: { int: 0 } })],
    initializers: [integers('axes', 2, 3)],
    inputs: [encodeValue('pixel_values', 'float32', [2, 3, 8, 8])],
    outputs: [encodeValue('image_embeds', 'float32', [2, 3])],
  })
  writeFileSync(join(place, 'onnx', 'text_model.onnx'), text)
  writeFileSync(join(place, 'onnx', 'vision_model.onnx'), vision)
  const json = (name: string, value: unknown) => writeFileSync(join(place, name), JSON.stringify(value))
  json('config.json', { model_type: 'clip', architectures: ['CLIPModel'], text_config: {}, vision_config: {} })
  json('tokenizer_config.json', {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: 77,
    pad_token: '[PAD]',
  })
  json('tokenizer.json', {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      { id: 0, content: '[PAD]', special: true, single_word: false, lstrip: false, rstrip: false, normalized: false },
    ],
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'Whitespace' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordLevel',
      unk_token: '[PAD]',
      vocab: { '[PAD]': 0, how: 1, many: 2, dogs: 6, is: 3, this: 4, red: 5 },
    },
  })
  json('preprocessor_config.json', {
    image_processor_type: 'CLIPImageProcessor',
    feature_extractor_type: 'CLIPFeatureExtractor',
    do_resize: true,
    size: { shortest_edge: 8 },
    do_center_crop: true,
    crop_size: { height: 8, width: 8 },
    do_rescale: true,
    do_normalize: false,
    do_convert_rgb: true,
  })
}

test('CLIP embeds questions and pictures with the files of a folder, and nothing else', {
  skip: isInstalled ? false : `${library} is not installed`,
}, async () => {
  const place = join(folder, 'tiny-clip')
  writeTinyClip(place)
  const clip = await openClip(place)
  const text = await clip.text([
    { id: 'a', question: 'How many dogs' },
    { id: 'b', question: 'is this red' },
  ])
  const near = (actual: ArrayLike<number>, vectors: number[][], tolerance: number): void => {
    const wanted = vectors.flatMap((vector) => vector.map((value) => value / Math.hypot(...vector)))
    wanted.forEach((value, i) => {
      assert.ok(Math.abs((actual[i] as number) - value) < tolerance, `${i}: ${actual[i]} for ${value}`)
    })
  }
  assert.deepEqual([text.ids, text.width], [['a', 'b'], 3])
  near(
    text.rows,
    [
      [3, 6, 1],
      [4, 5, 3],
    ],
    1e-6,
  )
  const colours = [
    [200, 100, 50],
    [0, 250, 10],
  ]
  const pictures = await clip.pictures(['a', 'b'], (row) => ({
    width: 16,
    height: 12,
    data: Uint8Array.from({ length: 16 * 12 * 3 }, (_, i) => colours[row]?.[i % 3] as number),
  }))
  near(pictures.rows, colours, 0.02)
})

test('a folder without a model is an error that says what it needs', async () => {
  await assert.rejects(openClip(join(folder, 'nothing')), { code: 'no-clip', message: /no config\.json/ })
})
