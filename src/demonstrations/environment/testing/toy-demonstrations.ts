/** Files of a small collection for tests, and an answering model: right where the first pick has an odd id. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, configSchema } from '../../../config/schema.ts'
import { randomFor } from '../../../core/random.ts'
import { encodeSafetensors, float32Tensor } from '../../../tensor/index.ts'
import { defaultProfile } from '../../answering/index.ts'
import { encodeSequences } from '../../collect/sequence-file.ts'
import { hashPools, makePool } from '../../data/index.ts'
import type { Answerer, CandidateSequence, CollectedGroup, JudgedAnswer, Question } from '../../schema.ts'

const width = 12
const poolSize = 6

export function toyVerdict(isCorrect: boolean): JudgedAnswer {
  const prediction = isCorrect ? 'yes' : 'no'
  const [accuracy, likeness] = isCorrect ? [1, 1] : [0, 0]
  const rest = { referenceProbability: null, usedFallback: false }
  return { prediction, rawGeneration: prediction, isCorrect, accuracy, likeness, ...rest }
}

/** @param verdict null where the answering model failed. */
export function toySequence(picks: readonly number[], verdict: JudgedAnswer | null): CandidateSequence {
  const failure = verdict === null ? 'timeout' : null
  return {
    picks,
    source: 'random',
    beamRank: null,
    beamScore: null,
    logprob: null,
    temperature: null,
    verdict,
    failure,
  }
}

export function toyGroup(id: string, poolIds: readonly string[], candidates: CandidateSequence[]): CollectedGroup {
  const query = { id, imageId: id, question: `is it ${id}?`, answers: ['yes'], split: 'train' }
  return { query, pool: makePool(id, poolIds), candidates }
}

/** Questions 0, 1, ... with pools of the ids from 20 on, six sequences each, all first picks among them. */
export function toyGroups(count = 20): CollectedGroup[] {
  const rng = randomFor('toy-demonstrations')
  return Array.from({ length: count }, (_, query) => {
    const ids = rng.shuffle(Array.from({ length: 20 }, (_, i) => `${20 + i}`)).slice(0, poolSize)
    const sequences = ids.map((id, first) =>
      toySequence([first, (first + 1 + rng.integer(poolSize - 1)) % poolSize], toyVerdict(isOdd(id))),
    )
    return toyGroup(`${query}`, ids, sequences)
  })
}

export interface ToyFiles {
  readonly groups?: readonly CollectedGroup[]
  readonly profileHash?: string | null
  /** Of the embeddings. */
  readonly width?: number
}

/** @returns paths of the two files in `folder`, which is made. */
export function writeToyFiles(folder: string, files: ToyFiles = {}): { sequences: string; embeddings: string } {
  mkdirSync(folder, { recursive: true })
  const paths = { sequences: join(folder, 'sequences.json'), embeddings: join(folder, 'embeddings.safetensors') }
  const { groups = toyGroups(), profileHash = null, width: numbers = width } = files
  const head = { schemaVersion: 4, indexSpace: 'local', model: 'toy', profile: null, profileHash } as const
  const hashes = { poolHash: hashPools(groups.map(({ pool }) => pool)), indexHash: null }
  writeFileSync(paths.sequences, encodeSequences({ ...head, ...hashes, groups }))
  const rng = randomFor('toy-demonstrations', 'embeddings')
  const rows = Array.from({ length: 40 }, (_, row) => row)
  const values = Float32Array.from({ length: rows.length * numbers }, () => rng.normal())
  const tensors = new Map([['embeddings', float32Tensor(values, [rows.length, numbers])]])
  writeFileSync(paths.embeddings, encodeSafetensors({ tensors, metadata: { ids: JSON.stringify(rows) } }))
  return paths
}

export interface ToySettings {
  readonly demonstrations?: object
  readonly pointer?: object
  readonly training?: object
  readonly evaluation?: object
}

/** A configuration with a small selector over the files in `folder`. */
export function toyConfig(folder: string, settings: ToySettings = {}): Config {
  return configSchema.parse({
    environment: 'demonstrations',
    policy: { engine: 'pointer', maxCompletionTokens: 2, pointer: { hiddenWidth: 8, ...settings.pointer } },
    demonstrations: {
      sequences: [join(folder, 'sequences.json')],
      embeddings: join(folder, 'embeddings.safetensors'),
      ...settings.demonstrations,
    },
    training: settings.training,
    evaluation: settings.evaluation,
  })
}

export function toyQuestion(id: string): Question {
  const text = { question: `is it ${id}?`, answers: ['yes'], shownAnswer: 'yes' }
  return { id, imageId: id, ...text, split: 'train', image: null, kind: null }
}

export const toyAnswerer: Answerer = {
  model: 'toy',
  profile: defaultProfile,
  answer: async (_question, shown) => {
    const prediction = isOdd(shown.at(-1)?.id ?? '0') ? 'yes' : 'no'
    const usage = { inputTokens: 8, outputTokens: 2, costUsd: 0.001 }
    return { kind: 'answer', prediction, rawGeneration: prediction, usage }
  },
  likelihood: async () => ({ kind: 'failure', failure: 'unsupported', message: 'not asked' }),
}

export function isOdd(id: string): boolean {
  return Number(id) % 2 === 1
}
