/** From settings to what is collected on: the index, the queries among it, their embeddings and their pools. */
import { randomFor } from '../../core/random.ts'
import { type DecodedPicture, decodePicture, shrink } from '../answering/index.ts'
import {
  dataError,
  indexQuestions,
  loadTextQuestions,
  loadVqaQuestions,
  picturesIn,
  type QuestionIndex,
} from '../data/index.ts'
import {
  encodeColours,
  encodeNgrams,
  encodeSentences,
  joinEmbeddings,
  meanEmbeddings,
  openClip,
  readEmbeddings,
  rowsFor,
} from '../features/index.ts'
import { type SimilaritySpace, samplePools } from '../samplers/index.ts'
import type { Embeddings, Pool, Question } from '../schema.ts'
import type { CollectionSettings } from './settings.ts'
import type { SimulatedWorld } from './simulated-world.ts'

export interface PreparedCollection {
  readonly index: QuestionIndex
  readonly queries: readonly Question[]
  readonly pools: readonly Pool[]
  /** What similarity and selectors go by: text and picture together. Rows of `index` are the index's. */
  readonly space: SimilaritySpace
}

/** Pictures are embedded by their colours at this size. */
const colourSide = 64

export async function prepareCollection(
  settings: CollectionSettings,
  simulated: Pick<SimulatedWorld, 'questions'>,
): Promise<PreparedCollection> {
  const index = indexQuestions(await loadQuestions(settings, simulated))
  const queries = chooseQueries(index, settings)
  const { text, image, joined } = await embedQuestions(index.questions, settings)
  const ids = queries.map(({ id }) => id)
  const spaceOf = (embeddings: Embeddings): SimilaritySpace => ({
    index: embeddings,
    queries: rowsFor(embeddings, ids),
  })
  const { size, sampler } = settings.pool
  const pools = samplePools(queries, index, {
    sampler,
    size,
    seed: settings.seed,
    text: spaceOf(text),
    ...(image === null ? {} : { image: spaceOf(image) }),
  })
  return { index, queries, pools, space: spaceOf(joined) }
}

async function loadQuestions(
  settings: CollectionSettings,
  simulated: Pick<SimulatedWorld, 'questions'>,
): Promise<readonly Question[]> {
  const { questions, annotations, pictures, generated, seed } = settings
  if (questions === null) return simulated.questions(seed, generated)
  if (/\.jsonl(?:\.gz)?$/.test(questions)) return loadTextQuestions(questions, 'train')
  const loaded = loadVqaQuestions({
    questions,
    split: 'train',
    ...(annotations === null ? {} : { annotations }),
    ...(pictures === null ? {} : { pictureOf: picturesIn(pictures) }),
  })
  const without = loaded.filter(({ image }) => image === null)
  if (pictures !== null && without.length > 0) {
    throw dataError(
      'no-picture',
      `${pictures} lacks the pictures of ${without.length} of ${loaded.length} questions, the first is ${without[0]?.imageId}.`,
      'Give the folder with all pictures of the split.',
    )
  }
  return loaded
}

/** Chosen at random, so that no part of a sorted file is preferred. */
function chooseQueries(index: QuestionIndex, { queries, seed }: CollectionSettings): Question[] {
  const all = [...index.questions]
  if (queries === null || queries >= all.length) return all
  return randomFor(seed, 'queries').shuffle(all).slice(0, queries)
}

export interface QuestionEmbeddings {
  readonly text: Embeddings
  readonly image: Embeddings | null
  readonly joined: Embeddings
}

/** By the encoder, or from a file of embeddings: rows in the order of `questions`. */
export async function embedQuestions(
  questions: readonly Question[],
  { encoder, embeddings }: Pick<CollectionSettings, 'encoder' | 'embeddings'>,
): Promise<QuestionEmbeddings> {
  const ids = questions.map(({ id }) => id)
  if (embeddings !== null) {
    const joined = rowsFor(readEmbeddings(embeddings, { order: ids }), ids)
    return { text: joined, image: joined, joined }
  }
  const hasPictures = questions.every(({ image }) => image !== null)
  if (encoder.startsWith('clip:')) {
    const clip = await openClip(encoder.slice('clip:'.length))
    const text = await clip.text(questions)
    const image = hasPictures ? await clip.pictures(ids, shrunkPictures(questions, clipSide)) : null
    return { text, image, joined: image === null ? text : meanEmbeddings(text, image) }
  }
  const text = encoder === 'sentences' ? await encodeSentences(questions) : encodeNgrams(questions)
  const image = hasPictures ? encodeColours(ids, shrunkPictures(questions, colourSide)) : null
  return { text, image, joined: image === null ? text : joinEmbeddings(text, image) }
}

/** CLIP looks at 224 pixels; its own preprocessing crops and scales. */
const clipSide = 448

function shrunkPictures(questions: readonly Question[], side: number): (row: number) => DecodedPicture {
  return (row) => shrink(decodePicture(questions[row]?.image ?? ''), side)
}
