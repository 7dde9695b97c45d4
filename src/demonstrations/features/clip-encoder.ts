/**
 * CLIP through `@huggingface/transformers`, an optional package, from files that the user has (a folder as on the Hub with
 * `onnx/text_model.onnx` and `onnx/vision_model.onnx`); nothing is downloaded. As in Lever-LM, picture and question are
 * embedded each, scaled to length 1, and their mean is taken.
 */
import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { DecodedPicture } from '../answering/pictures.ts'
import { dataError } from '../data/index.ts'
import type { Embeddings, Question } from '../schema.ts'
import { makeEmbeddings } from './embeddings.ts'
import { importOptional } from './optional-package.ts'

interface Tensor {
  readonly data: Float32Array
  readonly dims: readonly number[]
}

type Loader<T> = { from_pretrained(name: string, options: object): Promise<T> }

interface Transformers {
  readonly env: { localModelPath: string; allowRemoteModels: boolean; allowLocalModels: boolean }
  readonly AutoTokenizer: Loader<(texts: string[], options: object) => object>
  readonly AutoImageProcessor: Loader<(images: unknown[]) => Promise<object>>
  readonly CLIPTextModelWithProjection: Loader<(inputs: object) => Promise<{ text_embeds: Tensor }>>
  readonly CLIPVisionModelWithProjection: Loader<(inputs: object) => Promise<{ image_embeds: Tensor }>>
  readonly RawImage: new (data: Uint8Array, width: number, height: number, channels: number) => unknown
}

const install = 'npm i @huggingface/transformers@4.3.1'
const batchSize = 16

export interface ClipEncoder {
  text(questions: readonly Pick<Question, 'id' | 'question'>[]): Promise<Embeddings>
  /** @param pictureAt the picture of a row of `ids`; asked for a few at a time. */
  pictures(ids: readonly string[], pictureAt: (row: number) => DecodedPicture): Promise<Embeddings>
}

/** @param folder with `config.json`, `tokenizer.json`, `preprocessor_config.json` and `onnx/`. */
export async function openClip(folder: string): Promise<ClipEncoder> {
  if (!existsSync(join(folder, 'config.json'))) {
    throw dataError(
      'no-clip',
      `${folder} holds no CLIP model: it has no config.json.`,
      'Give the folder of an ONNX export, such as that of Xenova/clip-vit-base-patch32.',
    )
  }
  const library = await importOptional<Transformers>('@huggingface/transformers', install)
  const place = resolve(folder)
  library.env.allowRemoteModels = false
  library.env.allowLocalModels = true
  library.env.localModelPath = dirname(place)
  const name = basename(place)
  const options = { local_files_only: true, dtype: 'fp32' }
  const source = `clip ${name}`
  return {
    text: async (questions) => {
      const tokenizer = await library.AutoTokenizer.from_pretrained(name, options)
      const model = await library.CLIPTextModelWithProjection.from_pretrained(name, options)
      const parts = await inBatches(questions, async (batch) => {
        const inputs = tokenizer(
          batch.map(({ question }) => question),
          { padding: true, truncation: true },
        )
        return (await model(inputs)).text_embeds
      })
      return makeEmbeddings(
        questions.map(({ id }) => id),
        parts,
        source,
      )
    },
    pictures: async (ids, pictureAt) => {
      const processor = await library.AutoImageProcessor.from_pretrained(name, options)
      const model = await library.CLIPVisionModelWithProjection.from_pretrained(name, options)
      const parts = await inBatches([...ids.keys()], async (batch) => {
        const images = batch.map((row) => {
          const { data, width, height } = pictureAt(row)
          return new library.RawImage(data, width, height, 3)
        })
        return (await model(await processor(images))).image_embeds
      })
      return makeEmbeddings(ids, parts, source)
    },
  }
}

async function inBatches<T>(items: readonly T[], embed: (batch: T[]) => Promise<Tensor>): Promise<Float32Array> {
  const parts: Float32Array[] = []
  for (let start = 0; start < items.length; start += batchSize) {
    parts.push((await embed(items.slice(start, start + batchSize))).data)
  }
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** The mean of both, scaled to length 1. */
export function meanEmbeddings(text: Embeddings, pictures: Embeddings): Embeddings {
  const rows = Float32Array.from(text.rows, (value, i) => (value + (pictures.rows[i] ?? 0)) / 2)
  return makeEmbeddings(text.ids, rows, text.source)
}
